"""Saved searches as pages show them: where they lead, and which one is open."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from queues.rights import rights_of
from tickets.commands import SearchContent
from tickets.models import Dashboard, SavedSearch, SearchKind
from tickets.models.searches import DEFAULT_ROWS, MOST_ROWS
from tickets.privacy import SAVED_SEARCHES, may_change
from tickets.search import TicketSQLError, parse
from tickets.search.writer import write

LARGEST_ID = 2**63 - 1
LONGEST_NUMBER = 18  # digits; no database has a longer one
Saved = TypeVar("Saved", SavedSearch, Dashboard)
# What a results page is asked with; a chart page's further parameters are the chart.
_OWN = frozenset(
    {"query", "order", "format", "rows", "page", "search", "kind", "reading"}
)


@dataclass(frozen=True)
class OpenSearch:
    """What a results page says about the saved search it shows."""

    search: SavedSearch | None
    content: SearchContent
    may_save: bool
    may_change: bool

    @property
    def is_changed(self) -> bool:
        """Say whether what is shown is no longer what was saved."""
        return self.search is not None and parameters_of(self.content) != parameters_of(
            content_of(self.search)
        )

    @property
    def save_url(self) -> str:
        """Return the form that saves what is shown under a new name."""
        parameters = parameters_of(self.content) | (
            {"search": self.search.pk} if self.search else {}
        )
        return f"{reverse('tickets:save_search')}?{urlencode(parameters, doseq=True)}"

    @property
    def subscribe_url(self) -> str:
        """Return where to be told of changes, which another app does, or nothing."""
        if self.search is None or self.search.is_chart:
            return ""
        return elsewhere("scrips:subscribe")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return hidden fields that say what is shown."""
        return [
            (name, str(value))
            for name, values in parameters_of(self.content).items()
            for value in (values if isinstance(values, list) else [values])
        ]


def open_search(
    user: User, parameters: QueryDict, *, query: str = "", kind: str = SearchKind.TICKET
) -> OpenSearch:
    """Return what a page shows and the saved search it came from.

    One query, and only when the page names a saved search.
    """
    content = asked_for(parameters, query=query, kind=kind)
    search = None
    number = number_in(parameters.get("search", ""))
    if number is not None:
        visible = SavedSearch.objects.visible_to(user)
        search = visible.select_related("group").filter(pk=number).first()
    rights = rights_of(user)
    return OpenSearch(
        search=search,
        content=content,
        may_save=any(
            rights.has(right)
            for right in (
                SAVED_SEARCHES.own, SAVED_SEARCHES.group, SAVED_SEARCHES.system,
            )
        ),
        may_change=search is not None and may_change(user)(search),
    )  # fmt: skip


def number_in(text: str) -> int | None:
    """Return the number of a row that somebody typed, or None if it cannot be one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None


def asked_for(
    parameters: QueryDict, *, query: str = "", kind: str = SearchKind.TICKET
) -> SearchContent:
    """Read a search from the parameters of its page."""
    rows = parameters.get("rows", "")
    is_number = rows.isascii() and rows.isdigit() and len(rows) < 7
    chart: Mapping[str, Any] = {}
    if kind == SearchKind.TICKET_CHART:
        chart = {
            name: values if len(values) > 1 else values[0]
            for name, values in parameters.lists()
            if name not in _OWN and not name.startswith("csrf") and values
        }
    return SearchContent(
        query=_in_our_reading(query or parameters.get("query", "").strip(), parameters),
        format=parameters.get("format", "").strip(),
        order_by=tuple(
            key.strip()
            for keys in parameters.getlist("order")
            for key in keys.split("|")
            if key.strip()
        ),
        rows=min(int(rows), MOST_ROWS) if is_number else DEFAULT_ROWS,
        kind=kind,
        chart=chart,
    )


def _in_our_reading(query: str, parameters: QueryDict) -> str:
    """Write a query that was read as RT does with all its parentheses.

    What is saved is watched, counted and sent, where nobody says how it is to be read.
    """
    if parameters.get("reading") != "rt":
        return query
    try:
        meant = parse(query, rt_precedence=True)
        return query if meant == parse(query) else write(meant)
    except TicketSQLError:
        return query


def content_of(search: SavedSearch) -> SearchContent:
    """Return what a saved search asks for."""
    return SearchContent(
        query=search.query,
        format=search.format,
        order_by=tuple(search.order_by),
        rows=search.rows,
        kind=search.kind,
        chart=search.chart,
    )


def parameters_of(content: SearchContent) -> dict[str, Any]:
    """Return the parameters a results page is asked with; the usual ones left out."""
    parameters: dict[str, Any] = dict(content.chart) | {"query": content.query}
    if content.order_by:
        parameters["order"] = list(content.order_by)
    if content.format:
        parameters["format"] = content.format
    if content.rows != DEFAULT_ROWS:
        parameters["rows"] = content.rows
    if content.kind != SearchKind.TICKET:
        parameters["kind"] = str(content.kind)
    return parameters


def results_url(search: SavedSearch) -> str:
    """Return the page that shows a search and knows which one it is."""
    parameters = parameters_of(content_of(search)) | {"search": search.pk}
    page = reverse("tickets:search")
    if search.is_chart:
        page = elsewhere("tickets:chart") or page
    parameters.pop("kind", None)
    return f"{page}?{urlencode(parameters, doseq=True)}"


def elsewhere(name: str, *arguments: object) -> str:
    """Return a page that this app does not know, or nothing if there is none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Shelf(Generic[Saved]):
    """What is saved for one owner, as lists show it together."""

    title: str
    saved: list[Saved]


def shelves(saved: Iterable[Saved]) -> Iterator[Shelf[Saved]]:
    """Group searches or dashboards by whose they are, in the order they come in."""
    for title, together in groupby(saved, key=_title):
        yield Shelf(title, list(together))


def _title(saved: SavedSearch | Dashboard) -> str:
    if saved.is_personal:
        return "Mine"
    return f"Group {saved.group.name}" if saved.group else "Everybody's"
