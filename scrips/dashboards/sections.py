"""What a mailed dashboard shows: its boxes as headings and plain tables.

Mail programs know no style sheets, no script and no columns side by side that would fit
a telephone, so a dashboard is read from top to bottom.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.conf import settings
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from scrips.subscriptions.links import ticket_url
from scrips.subscriptions.membership import bounded
from tickets.charts.mail import mail_html, mail_text
from tickets.dashboards.boxes import Box, BoxRow, boxes_of, each_box
from tickets.dashboards.contents import Contents
from tickets.dashboards.kinds import Kind
from tickets.dashboards.layout import Layout
from tickets.models import Ticket
from tickets.templatetags.tickets import queue_url, relative, search_url

# "All" of them: more than this no mail program would show.
MOST_ROWS: Final = 2_000
LINKED: Final = frozenset({"id", "subject"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, and where it leads."""

    text: str
    url: str = ""
    is_number: bool = False


@dataclass
class Section:
    """A heading with what stands below it; ``level`` grows inside other dashboards."""

    title: str
    level: int = 0
    url: str = ""
    number: int | None = None
    notice: str = ""
    heads: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    # A chart as mail programs and as plain text show it.
    chart_html: SafeString | str = ""
    chart_text: str = ""
    # Whether it is a list that can be empty; None says nothing of it.
    is_empty: bool | None = None

    @property
    def more(self) -> int:
        """How many there are that are not shown."""
        return max(0, (self.number or 0) - len(self.rows)) if self.rows else 0


def sections_of(
    layout: Layout, *, user: User, rows: int, inside: int | None
) -> list[Section]:
    """Read a dashboard with a user's rights; ``rows`` of each list, 0 is all."""
    boxes = boxes_of(layout, user=user, inside=inside)
    wanted = [box for box in each_box(boxes) if box.kind in _SECTIONS]
    for box in wanted:
        box.portlet = replace(box.portlet, rows=rows or MOST_ROWS)
    Contents(user, guard=bounded).fill(wanted)
    return list(_in_order(boxes, level=0))


def is_nothing(sections: Iterable[Section]) -> bool:
    """Say whether every list is empty; without any list there is something to show."""
    states = [s.is_empty for s in sections if s.is_empty is not None]
    return bool(states) and all(states)


def _in_order(rows: Iterable[BoxRow], *, level: int) -> Iterator[Section]:
    for row in rows:
        for column in row.columns:
            for box in column:
                if box.kind is Kind.DASHBOARD:
                    yield Section(box.title, level, notice=box.notice)
                    yield from _in_order(box.rows, level=level + 1)
                elif make := _SECTIONS.get(box.kind):
                    yield from _sections(box, make, level)


def _sections(
    box: Box, make: Callable[[Box], list[Section]], level: int
) -> Iterator[Section]:
    if box.notice or box.error:
        yield Section(box.title, level, notice=box.notice or box.error)
        return
    for section in make(box):
        section.level = level
        section.url = section.url or absolute(box.url)
        yield section


def absolute(path: str) -> str:
    """Return the whole address of a page of ours, which a mail needs."""
    if not path:
        return ""
    return f"{settings.WEB_URL}/{path.removeprefix(get_script_prefix())}"


# --- one function for each kind that is read --------------------------------------


def _search(box: Box) -> list[Section]:
    result = box.content
    table = result.table
    cells = table.columns.cells
    rows = []
    for ticket in table.tickets:
        row = []
        for cell in cells:
            main = cell.main.name.lower() if cell.main else ""
            url = ticket_url(ticket.pk) if main in LINKED else ""
            text = cell.text(ticket, table.loaded)
            row.append(Cell(text, url, is_number="r" in cell.css.split()))
        rows.append(row)
    heads = [Cell(c.title, is_number="r" in c.css.split()) for c in cells]
    return [_list(box, heads, rows)]


def _chart(box: Box) -> list[Section]:
    shown = box.content
    prefix = get_script_prefix().rstrip("/")
    html = mail_html(shown, base_url=settings.WEB_URL.removesuffix(prefix))
    return [
        Section(
            "",  # its own heading is the title
            chart_html=mark_safe(html),  # noqa: S308 - a template has escaped it
            chart_text=mail_text(shown),
            is_empty=not shown.table.rows,
        )
    ]


def _my_tickets(box: Box) -> list[Section]:
    return [_tickets(box, ("Priority", _priority), ("Due", lambda t: _ago(t.due)))]


def _unowned(box: Box) -> list[Section]:
    return [_tickets(box, ("Created", lambda t: _ago(t.created)))]


def _bookmarked(box: Box) -> list[Section]:
    return [_tickets(box)]


def _tickets(box: Box, *further: tuple[str, Callable[[Ticket], str]]) -> Section:
    heads = [Cell("#", is_number=True), Cell("Subject"), Cell("Queue"), Cell("Status")]
    heads += [Cell(title) for title, _ in further]
    rows = [
        [
            Cell(str(ticket.pk), ticket_url(ticket.pk), is_number=True),
            Cell(ticket.display_subject, ticket_url(ticket.pk)),
            Cell(ticket.queue.name),
            Cell(ticket.status),
            *(Cell(show(ticket)) for _, show in further),
        ]
        for ticket in box.content["tickets"]
    ]
    return _list(box, heads, rows)


def _reminders(box: Box) -> list[Section]:
    rows = [
        [
            Cell(
                reminder.display_subject,
                ticket_url(reminder.about_id) if reminder.about_id else "",
            ),
            Cell(_ago(reminder.due)),
        ]
        for reminder in box.content
    ]
    return [_list(box, [Cell("Reminder"), Cell("Due")], rows)]


def _queues(box: Box) -> list[Section]:
    return [_queue_table(box, table) for table in box.content] or [
        Section(box.title, notice="There is no queue you may see.")
    ]


def _queue_table(box: Box, table: dict[str, Any]) -> Section:
    heads = [Cell("Queue"), *(Cell(s, is_number=True) for s in table["statuses"])]
    rows = []
    for row in table["rows"]:
        counts = [
            Cell(str(cell["count"]), absolute(search_url(cell["query"])), True)
            if cell["count"]
            else Cell("–", is_number=True)
            for cell in row["cells"]
        ]
        rows.append([Cell(row["name"], absolute(queue_url(row["name"]))), *counts])
    return Section(box.title, heads=heads, rows=rows)


def _my_queues(box: Box) -> list[Section]:
    rows = [
        [Cell(each.name, absolute(queue_url(each.name))), Cell(each.description)]
        for each in box.content
    ]
    heads = [Cell("Queue"), Cell("Description")]
    notice = "" if rows else "No queue is in your charge."
    return [Section(box.title, heads=heads, rows=rows, notice=notice)]


def _list(box: Box, heads: list[Cell], rows: list[list[Cell]]) -> Section:
    return Section(
        box.title, number=box.number, heads=heads, rows=rows, is_empty=not rows
    )


def _priority(ticket: Ticket) -> str:
    return str(ticket.priority)


def _ago(moment: Any) -> str:
    return relative(moment, now=timezone.now()) if moment else "–"


_SECTIONS: Final[dict[Kind, Callable[[Box], list[Section]]]] = {
    Kind.SEARCH: _search,
    Kind.CHART: _chart,
    Kind.MY_TICKETS: _my_tickets,
    Kind.UNOWNED_TICKETS: _unowned,
    Kind.BOOKMARKED_TICKETS: _bookmarked,
    Kind.MY_REMINDERS: _reminders,
    Kind.QUEUE_LIST: _queues,
    Kind.QUEUE_LIST_ALL_STATUSES: _queues,
    Kind.MY_ADMIN_QUEUES: _my_queues,
    Kind.MY_SUPPORT_QUEUES: _my_queues,
}
