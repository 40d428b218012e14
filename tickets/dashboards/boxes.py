"""Which boxes a dashboard has for one person: everything it names, looked up at once.

What the person may not see is left out without a word; what is gone or disabled says
so in one line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from accounts.models import User
from tickets.dashboards.kinds import FACTS, Kind, KindFacts
from tickets.dashboards.layout import Layout, LayoutError, Portlet, Row, Shape
from tickets.dashboards.stored import read_layout
from tickets.models import Dashboard, SavedSearch

DEEPEST: Final = 3
MOST_BOXES: Final = 60
# What of a row is read with the page, from the top, where it may cost much.
EAGER_PER_COLUMN: Final = 2
GONE: Final = "{} has been deleted."
DISABLED: Final = "{} is disabled."


@dataclass
class Box:
    """A portlet on a page. ``path`` leads to it through the dashboards around it."""

    portlet: Portlet
    path: tuple[int, ...]
    page: str = ""
    saved: SavedSearch | None = None
    dashboard: Dashboard | None = None
    rows: list["BoxRow"] = field(default_factory=list)
    notice: str = ""
    is_lazy: bool = False
    is_filled: bool = False
    title: str = ""
    number: int | None = None
    url: str = ""
    error: str = ""
    content: Any = None

    @property
    def kind(self) -> Kind:
        """What it shows."""
        return self.portlet.kind

    @property
    def facts(self) -> KindFacts:
        """What there is to know of its kind."""
        return FACTS[self.kind]

    @property
    def key(self) -> str:
        """The name of the box on its page: ``2``, inside another dashboard ``2-5``."""
        return "-".join(map(str, self.path))

    @property
    def template(self) -> str:
        """The template of the whole box."""
        name = self.facts.template
        if self.notice or self.error:
            name = "notice.html"
        elif not self.is_filled:
            name = "later.html"
        return f"tickets/portlets/{name}"


@dataclass
class BoxRow:
    """Boxes side by side."""

    shape: Shape
    columns: list[list[Box]]


def boxes_of(
    layout: Layout, *, user: User, page: str = "", inside: int | None = None
) -> list[BoxRow]:
    """Return the boxes of a layout; ``inside`` is the dashboard it belongs to.

    One query for the searches and one for each level of dashboards in dashboards, none
    where there are none; one more of each where something is missing.
    """
    dashboards = _dashboards(layout, user)
    layouts = [layout, *(each.layout for each in dashboards.found.values())]
    searches = _searches(layouts, user)
    build = _Builder(dashboards, searches, page)
    return build.rows(layout, path=(), around=(inside,) if inside else ())


def each_box(rows: Iterable[BoxRow]) -> Iterator[Box]:
    """Yield every box, those of dashboards inside too."""
    for row in rows:
        for column in row.columns:
            for box in column:
                yield box
                yield from each_box(box.rows)


def load_all(rows: Iterable[BoxRow]) -> None:
    """Let nothing be left for later."""
    for box in each_box(rows):
        box.is_lazy = False


# --- what is named, looked up -----------------------------------------------------


@dataclass
class _Shown:
    """A dashboard the person may see, with its layout read."""

    dashboard: Dashboard
    layout: Layout


@dataclass
class _Dashboards:
    found: dict[int, _Shown]
    known: set[int]


@dataclass
class _Searches:
    found: dict[int, SavedSearch]
    known: set[int]


class _Saved(Protocol):
    disabled: bool


def _dashboards(layout: Layout, user: User) -> _Dashboards:
    found: dict[int, _Shown] = {}
    asked: set[int] = set()
    wanted = layout.targets(Kind.DASHBOARD)
    for _ in range(DEEPEST):
        if not wanted:
            break
        asked |= wanted
        visible = Dashboard.objects.visible_to(user).filter(pk__in=wanted)
        level = {each.pk: _Shown(each, _layout(each)) for each in visible}
        found |= level
        inner = (each.layout.targets(Kind.DASHBOARD) for each in level.values())
        wanted = set().union(*inner) - asked
    missing = asked - set(found)
    there = Dashboard.objects.filter(pk__in=missing).values_list("pk", flat=True)
    return _Dashboards(found, set(there) if missing else set())


def _layout(dashboard: Dashboard) -> Layout:
    """Return a layout; one that cannot be read shows nothing of itself."""
    try:
        return read_layout(dashboard.layout)
    except LayoutError:
        return read_layout({})


def _searches(layouts: Sequence[Layout], user: User) -> _Searches:
    wanted = {
        number
        for layout in layouts
        for kind in (Kind.SEARCH, Kind.CHART)
        for number in layout.targets(kind)
    }
    if not wanted:
        return _Searches({}, set())
    visible = SavedSearch.objects.visible_to(user).filter(pk__in=wanted)
    found = {search.pk: search for search in visible}
    missing = wanted - set(found)
    there = SavedSearch.objects.filter(pk__in=missing).values_list("pk", flat=True)
    return _Searches(found, set(there) if missing else set())


@dataclass
class _Builder:
    """Puts the boxes together, no deeper and no more of them than is bearable."""

    dashboards: _Dashboards
    searches: _Searches
    page: str
    left: int = MOST_BOXES

    def rows(
        self, layout: Layout, *, path: tuple[int, ...], around: tuple[int, ...]
    ) -> list[BoxRow]:
        return [
            BoxRow(
                row.shape,
                [
                    self._column(row, column, path, around, is_first=number == 0)
                    for column in range(len(row.columns))
                ],
            )
            for number, row in enumerate(layout.rows)
        ]

    def _column(
        self,
        row: Row,
        column: int,
        path: tuple[int, ...],
        around: tuple[int, ...],
        *,
        is_first: bool,
    ) -> list[Box]:
        boxes: list[Box] = []
        for portlet in row.columns[column]:
            if self.left <= 0:
                break
            box = Box(portlet, (*path, portlet.key), self.page)
            box.title = portlet.title or box.facts.label
            is_near = is_first and not path and len(boxes) < EAGER_PER_COLUMN
            box.is_lazy = box.facts.is_costly and not is_near
            if self._is_there(box, around):
                self.left -= 1
                boxes.append(box)
        return boxes

    def _is_there(self, box: Box, around: tuple[int, ...]) -> bool:
        """Look up what a box shows; say whether there is a box for this person."""
        if box.kind is Kind.DASHBOARD:
            return self._dashboard(box, around)
        if box.kind not in {Kind.SEARCH, Kind.CHART}:
            return True
        number = box.portlet.target or 0
        saved = self.searches.found.get(number)
        if saved is None:
            box.notice = GONE.format(f"This {box.facts.label.lower()}")
            return number not in self.searches.known
        box.saved = saved
        box.title = box.portlet.title or saved.name
        box.notice = _disabled(saved, saved.name)
        return True

    def _dashboard(self, box: Box, around: tuple[int, ...]) -> bool:
        number = box.portlet.target or 0
        shown = self.dashboards.found.get(number)
        if shown is None and len(around) > DEEPEST:
            return False
        if shown is None:
            box.notice = GONE.format("This dashboard")
            return number not in self.dashboards.known
        box.dashboard = shown.dashboard
        box.title = box.portlet.title or shown.dashboard.name
        box.notice = _disabled(shown.dashboard, shown.dashboard.name)
        if not box.notice and number in around:
            box.notice = f"{shown.dashboard.name} would show itself here."
        elif not box.notice and len(around) > DEEPEST:
            box.notice = "Dashboards in dashboards end here."
        if not box.notice:
            box.rows = self.rows(shown.layout, path=box.path, around=(*around, number))
        return True


def _disabled(saved: _Saved, name: str) -> str:
    return DISABLED.format(name) if saved.disabled else ""
