"""What an address of a search asks for, and addresses that ask for something else.

Ours are short and can be read: ``?query=…&order=-Priority&order=Created&rows=25``.
RT's (``Query Format OrderBy Order Rows Page``) mean the same, and lead to ours.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import Resolver404, get_script_prefix, resolve, reverse

from tickets.search import TicketSQLError, parse
from tickets.search.paging import Turn

ROWS = 50
MOST_ROWS = 1_000
ROW_CHOICES = (10, 25, 50, 100, 250)
REFRESH_MINUTES = (0, 2, 5, 10, 20, 60, 120)
NEWEST_FIRST = ("-id",)
FIRST = Turn()
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address has it."""

    query: str = ""
    order: tuple[str, ...] = ()
    format: str = ""
    rows: int = ROWS
    refresh: int = 0
    turn: Turn = FIRST
    # RT reads AND and OR of one level from left to right; its addresses mean that.
    is_rt: bool = False
    # Whether the panel of columns and sorting is open.
    options: bool = False
    # The number of the saved search it came from.
    saved: str = ""
    # The page it is shown on, and the order there when none is asked for.
    home: str = "tickets:search"
    usual_order: tuple[str, ...] = NEWEST_FIRST

    @property
    def ordered(self) -> tuple[str, ...]:
        """The order asked for, or the usual one."""
        return self.order or self.usual_order

    def url(self, name: str = "", *args: Any, **changes: Any) -> str:
        """Return the address of a page of this search, changed in some respect.

        A page number is kept only when it is among the changes.
        """
        changes.setdefault("turn", FIRST)
        if name and name != self.home:
            changes.setdefault("options", False)
            changes.setdefault("saved", "")
        wanted = replace(self, **changes)
        address = reverse(name or self.home, args=args)
        with_query = bool(name) or not self.is_fixed
        parameters = urlencode(wanted.parameters(with_query=with_query))
        return f"{address}?{parameters}" if parameters else address

    @property
    def action(self) -> str:
        """The page itself, without parameters, for forms."""
        return reverse(self.home)

    def as_query_dict(self) -> QueryDict:
        """Return the parameters by our names, whatever the address was written in."""
        return QueryDict(urlencode(self.parameters()))

    @property
    def options_url(self) -> str:
        """The same page with its panel of columns and sorting opened or closed."""
        return self.url(options=not self.options, turn=self.turn)

    @property
    def kept(self) -> list[tuple[str, Any]]:
        """What another query keeps of this search: its looks."""
        given = self.parameters(with_query=False)
        gone = {"page", "after", "before", "reading", "options"}
        return [(name, value) for name, value in given if name not in gone]

    @property
    def is_fixed(self) -> bool:
        """Say whether the page has a query of its own, which no address carries."""
        return self.home != "tickets:search"

    def parameters(self, *, with_query: bool = True) -> list[tuple[str, Any]]:
        """Return what an address needs to say, which leaves out what is usual."""
        pairs: list[tuple[str, Any]] = []
        if with_query:
            pairs.append(("query", self.query))
        usual = self.usual_order if not with_query else NEWEST_FIRST
        if self.ordered != usual:
            pairs += [("order", name) for name in self.ordered]
        pairs += [("format", self.format)] if self.format else []
        pairs += [("rows", self.rows)] if self.rows != ROWS else []
        pairs += [("refresh", self.refresh)] if self.refresh else []
        pairs += [("reading", "rt")] if self.is_rt else []
        pairs += [("search", self.saved)] if self.saved else []
        pairs += [("options", 1)] if self.options else []
        if self.turn != FIRST:
            pairs.append(("page", self.turn.number))
            pairs += [("after", self.turn.after)] if self.turn.after else []
            pairs += [("before", self.turn.before)] if self.turn.before else []
        return pairs


def asked_for(
    parameters: QueryDict, *, home: str = "tickets:search", **usual: Any
) -> Asked:
    """Read the parameters of an address, ours or RT's; what is no number is ignored."""
    query = _first(parameters, "query", "Query").strip()
    return Asked(
        query=query,
        order=_order(parameters),
        format=_first(parameters, "format", "Format").strip(),
        rows=_rows(_first(parameters, "rows", "Rows")),
        refresh=_refresh(parameters.get("refresh", "")),
        turn=Turn(
            number=_number(_first(parameters, "page", "Page"), 1) or 1,
            after=parameters.get("after", ""),
            before=parameters.get("before", ""),
        ),
        is_rt=_means_rt(parameters, query),
        options="options" in parameters,
        saved=parameters.get("search", "")[:LONGEST_NUMBER],
        home=home,
        **usual,
    )


def _first(parameters: QueryDict, *names: str) -> str:
    return next((parameters.get(name, "") for name in names if name in parameters), "")


def _order(parameters: QueryDict) -> tuple[str, ...]:
    given = [
        name.strip()
        for text in parameters.getlist("order")
        for name in text.split("|")
        if name.strip(" -")
    ]
    if given or "OrderBy" not in parameters:
        return tuple(dict.fromkeys(given))
    # RT sends as many names as it has boxes, empty ones too.
    names = [n for text in parameters.getlist("OrderBy") for n in text.split("|")]
    ways = [w for text in parameters.getlist("Order") for w in text.split("|")]
    ways += ["ASC"] * (len(names) - len(ways))
    return tuple(
        f"-{name.strip()}" if way.strip().upper() == "DESC" else name.strip()
        for name, way in zip(names, ways, strict=False)
        if name.strip()
    )


def _means_rt(parameters: QueryDict, query: str) -> bool:
    """Say whether RT's reading is asked for and makes a difference."""
    is_rt = parameters.get("reading") == "rt" or (
        "Query" in parameters and "query" not in parameters
    )
    if not is_rt:
        return False
    try:
        return parse(query) != parse(query, rt_precedence=True)
    except TicketSQLError:
        return False


def _number(text: str, otherwise: int) -> int:
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return int(text)
    return otherwise


def _rows(text: str) -> int:
    """Read the rows per page; 0 is RT's "all of them"."""
    rows = _number(text, ROWS)
    return min(rows or MOST_ROWS, MOST_ROWS)


def _refresh(text: str) -> int:
    minutes = _number(text, 0)
    return minutes if minutes in REFRESH_MINUTES else 0


@dataclass(frozen=True, slots=True)
class Tab:
    """A page about the same search."""

    label: str
    url: str
    is_here: bool


def tabs(asked: Asked, *, here: str, may_bulk: bool) -> list[Tab]:
    """Return the pages there are about a search: edit, results, bulk update, chart."""
    root = reverse("tickets:search")
    asked = replace(asked, options=False, turn=FIRST)
    query = urlencode(asked.parameters())
    pages = [
        ("edit", "Edit search", f"{root}edit/"),
        ("results", "Results", asked.url() if asked.is_fixed else root),
        ("bulk", "Bulk update", f"{root}bulk/" if may_bulk else ""),
        ("chart", "Chart", f"{root}chart/"),
    ]
    return [
        Tab(label, url if "?" in url else f"{url}?{query}", name == here)
        for name, label, url in pages
        if url and _is_page(url.partition("?")[0], get_script_prefix())
    ]


@cache
def _is_page(path: str, prefix: str) -> bool:
    try:
        resolve("/" + path.removeprefix(prefix))
    except Resolver404:
        return False
    return True
