"""The searches in a person's rail and how many tickets each finds.

A count is kept by each process for some seconds, longer the more it cost, so that the
rail of everybody together takes a small part of the database at most.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from tickets.models import SavedSearch
from tickets.search import TicketSQLError, search

KEPT_SECONDS = 20.0
# A count that took a second is kept for so many.
KEPT_PER_SECOND = 200.0
MOST_COUNTED = 999
MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Pinned:
    """A line of the rail; ``number`` None is not counted yet, "" nothing to count."""

    search: SavedSearch
    number: str | None


@dataclass(frozen=True, slots=True)
class _Kept:
    number: str
    until: float


class _Counts:
    """What this process counted, by user and search as it was then."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, str], _Kept] = {}

    def get(self, user: User, saved: SavedSearch) -> str | None:
        kept = self._kept.get((user.pk, saved.pk, saved.query))
        return kept.number if kept and kept.until > time.monotonic() else None

    def count(self, user: User, saved: SavedSearch) -> str:
        started = time.monotonic()
        number = _count(user, saved)
        ended = time.monotonic()
        kept_for = max(KEPT_SECONDS, KEPT_PER_SECOND * (ended - started))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        key = (user.pk, saved.pk, saved.query)
        self._kept[key] = _Kept(number, ended + kept_for)
        return number

    def forget(self) -> None:
        self._kept.clear()


kept_counts = _Counts()


def counted(searches: Iterable[SavedSearch], *, user: User, ask: bool) -> list[Pinned]:
    """Return searches with their numbers; those not known are counted only if asked."""
    return [
        Pinned(
            each,
            known
            if (known := kept_counts.get(user, each)) is not None or not ask
            else kept_counts.count(user, each),
        )
        for each in searches
    ]


def _count(user: User, saved: SavedSearch) -> str:
    """Count up to a limit, so that a search for everything costs no more."""
    try:
        found = search(saved.query, user=user).order_by()[: MOST_COUNTED + 1].count()
    except TicketSQLError:
        return "!"
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)
