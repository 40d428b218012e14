"""Pages of a result that begin behind a ticket: the last as quickly as the first.

An address names the place a page begins at by the values it was sorted by (a cursor),
so the database need not count its way there, and nothing is skipped or shown twice when
other tickets come or change meanwhile.
"""

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.versions import rights_version
from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet
from tickets.search.ordering import OrderKey, Values

NOT_SET = "~"
LONGEST_CURSOR = 4_000
LARGEST = 2**31 - 1
# Counts of this size, or that took so long, are kept for a moment. A page knows of
# itself whether another follows, so being off by one does no harm.
LARGE_TOTAL = 1_000
LONG_SECONDS = 0.02
KEPT_SECONDS = 30.0
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page is wanted: behind or before a cursor, else by its number."""

    number: int = 1
    after: str = ""
    before: str = ""


class OrderedResult:
    """A result in its order, entered anywhere, with the keys of each ticket at hand.

    Every method that returns tickets costs one query, and they are in order.
    """

    def __init__(self, found: TicketQuerySet, keys: list[OrderKey]) -> None:
        self.keys = keys
        names = [f"order_key_{number}" for number in range(len(keys))]
        self.names = names
        self.found = found.annotate(
            **{n: key.expression for n, key in zip(names, keys, strict=True)}
        )

    def forward(self, start: int, rows: int) -> list[Ticket]:
        """Return tickets from a place, counted from the beginning."""
        return list(self._ordered()[start : start + rows])

    def backward(self, start: int, rows: int) -> list[Ticket]:
        """Return tickets up to a place, counted from the end."""
        return list(self._ordered(is_reversed=True)[start : start + rows])[::-1]

    def after(self, cursor: str, rows: int) -> list[Ticket]:
        """Return the tickets behind a cursor; a cursor that is none is the start."""
        values = read_cursor(cursor, self.keys)
        if values is None:
            return self.forward(0, rows)
        beyond = self._beyond(values, is_reversed=False)
        return list(self._ordered().filter(beyond)[:rows])

    def before(self, cursor: str, rows: int) -> list[Ticket]:
        """Return the tickets just before a cursor; none if it is no cursor."""
        values = read_cursor(cursor, self.keys)
        if values is None:
            return []
        beyond = self._beyond(values, is_reversed=True)
        return list(self._ordered(is_reversed=True).filter(beyond)[:rows])[::-1]

    def cursor(self, ticket: Ticket) -> str:
        """Return the place of a ticket that one of the methods has returned."""
        return write_cursor([getattr(ticket, name) for name in self.names])

    def _ordered(self, *, is_reversed: bool = False) -> TicketQuerySet:
        return self.found.order_by(
            *(
                key.order_by(column=name, is_reversed=is_reversed)
                for key, name in zip(self.keys, self.names, strict=True)
            )
        )

    def _beyond(self, values: list[Any], *, is_reversed: bool) -> Q:
        """Say in SQL: comes later in the order than these values."""
        beyond: Q | None = None
        for key, name, value in reversed(
            list(zip(self.keys, self.names, values, strict=True))
        ):
            later = _later(key, name, value, is_reversed=is_reversed)
            if beyond is None:
                beyond = later
                continue
            same = Q(**{f"{name}__isnull": True} if value is None else {name: value})
            beyond = later | (same & beyond)
        # The first key's bound by itself is what an index can be entered by.
        return self._bound(values[0], is_reversed=is_reversed) & (beyond or Q())

    def _bound(self, value: Any, *, is_reversed: bool) -> Q:
        key, name = self.keys[0], self.names[0]
        if key.is_nullable:
            return Q()
        is_down = key.is_descending != is_reversed
        return Q(**{f"{name}__{'lte' if is_down else 'gte'}": value})


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """A part of a result, where it stands in the whole, and how to go on."""

    tickets: list[Ticket]
    number: int
    rows: int
    total: int
    start: str
    end: str
    has_next: bool

    @property
    def pages(self) -> int:
        """Return how many pages there are; none for an empty result."""
        return -(-self.total // self.rows)

    @property
    def has_previous(self) -> bool:
        """Say whether a page comes before."""
        return self.number > 1 and bool(self.tickets)


def results_page(
    found: TicketQuerySet,
    *,
    keys: Sequence[OrderKey],
    turn: Turn,
    rows: int,
    count: Callable[[], int],
) -> ResultsPage:
    """Return one page. A number past the end gives the last page.

    One query, two where ``count`` is asked, three for a cursor that leads nowhere any
    more. A number without a cursor is reached from the nearer end.
    """
    walk = OrderedResult(found, list(keys))
    if turn.before:
        tickets = walk.before(turn.before, rows)
        if len(tickets) == rows:
            return _page(walk, tickets, max(1, turn.number), rows, count, True)
    elif turn.after:
        tickets = walk.after(turn.after, rows + 1)
        if tickets:
            has_next = len(tickets) > rows
            number = max(2, turn.number)
            return _page(walk, tickets[:rows], number, rows, count, has_next)
        return _numbered(walk, LARGEST, rows, count)
    return _numbered(walk, 1 if turn.before else max(1, turn.number), rows, count)


def _numbered(
    walk: OrderedResult, number: int, rows: int, count: Callable[[], int]
) -> ResultsPage:
    if number == 1:
        tickets = walk.forward(0, rows + 1)
        return _page(walk, tickets[:rows], 1, rows, count, len(tickets) > rows)
    total = count()
    last = max(1, -(-total // rows))
    number = min(number, last)
    start = (number - 1) * rows
    if start <= total // 2:
        tickets = walk.forward(start, rows)
    else:
        tickets = walk.backward(max(0, total - start - rows), min(rows, total - start))
    return _page(walk, tickets, number, rows, lambda: total, number < last)


def _page(
    walk: OrderedResult,
    tickets: list[Ticket],
    number: int,
    rows: int,
    count: Callable[[], int],
    has_next: bool,
) -> ResultsPage:
    if number == 1 and not has_next:
        total = len(tickets)
    else:
        # What is seen counts, when the count is a moment older.
        seen = (number - 1) * rows + len(tickets) + has_next
        total = max(count(), seen) if has_next else max(count(), seen - rows + 1)
    pages = max(1, -(-total // rows))
    return ResultsPage(
        tickets=tickets,
        number=min(number, pages) if has_next else pages,
        rows=rows,
        total=total,
        start=walk.cursor(tickets[0]) if tickets else "",
        end=walk.cursor(tickets[-1]) if tickets else "",
        has_next=has_next,
    )


def _later(key: OrderKey, name: str, value: Any, *, is_reversed: bool) -> Q:
    nothing, unset = Q(pk__in=()), Q(**{f"{name}__isnull": True})
    if value is None:
        return ~unset if is_reversed else nothing
    is_down = key.is_descending != is_reversed
    later = Q(**{f"{name}__{'lt' if is_down else 'gt'}": value})
    return later | unset if key.is_nullable and not is_reversed else later


def write_cursor(values: Sequence[Any]) -> str:
    """Write the values a ticket was sorted by for an address: ``90,1042``."""
    return ",".join(_written(value) for value in values)


def _written(value: Any) -> str:
    if value is None:
        return NOT_SET
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return quote(str(value), safe=" @:/").replace("~", "%7E")


def read_cursor(text: str, keys: Sequence[OrderKey]) -> list[Any] | None:
    """Read a cursor; None if it is none that this order could have written."""
    parts = text.split(",")
    if len(parts) != len(keys) or len(text) > LONGEST_CURSOR:
        return None
    values: list[Any] = []
    for part, key in zip(parts, keys, strict=True):
        if part == NOT_SET and key.is_nullable:
            values.append(None)
            continue
        try:
            values.append(_read(unquote(part), key.values))
        except ValueError:
            return None
    return values


def _read(text: str, kind: Values) -> Any:
    if kind is Values.TEXT:
        if "\x00" in text:
            raise ValueError(text)
        return text.encode("utf-8", "strict").decode()
    if kind is Values.DATE:
        moment = parse_datetime(text)
        if moment is None or timezone.is_naive(moment):
            raise ValueError(text)
        return moment
    if kind is Values.DECIMAL:
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    if len(text) > len(str(-LARGEST)) or not text.isascii():
        raise ValueError(text)
    whole = int(text)
    if not -LARGEST <= whole <= LARGEST:
        raise ValueError(text)
    return whole


@dataclass(frozen=True, slots=True)
class _Kept:
    total: int
    until: float


_kept: dict[bytes, _Kept] = {}


def total_of(found: TicketQuerySet, *, user: User, query: str) -> int:
    """Count a result; a costly count is kept for half a minute by each process.

    At most one query. Keyed by whose rights decide and by the text of the query.
    """
    text = f"{user.pk}:{rights_version()}:{query}"
    key = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    now = time.monotonic()
    kept = _kept.get(key)
    if kept is not None and now < kept.until:
        return kept.total
    total = found.order_by().count()
    if total >= LARGE_TOTAL or time.monotonic() - now >= LONG_SECONDS:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = _Kept(total, now + KEPT_SECONDS)
    return total


def forget_totals() -> None:
    """Count anew from here on."""
    _kept.clear()
