"""The counts beside every page."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.lists import QueueRow
from tickets.models import Ticket

# How old the counts beside a page may be. At a glance always counts anew.
FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RailQueue:
    """A queue and how many unfinished tickets it has."""

    name: str
    total: int


@dataclass(frozen=True, slots=True)
class Rail:
    """What the rail shows of tickets."""

    queues: list[RailQueue]
    owned: int


class _Counts:
    """Unfinished tickets per queue, counted once in a while by each process."""

    def __init__(self) -> None:
        self._until = 0.0
        self._queues: list[tuple[int, str, int]] = []

    def queues(self) -> list[tuple[int, str, int]]:
        """Return id, name and count of each enabled queue, in the order shown."""
        now = time.monotonic()
        if now >= self._until:
            self._queues = _count()
            self._until = now + FRESH_SECONDS
        return self._queues

    def forget(self) -> None:
        """Count anew the next time."""
        self._until = 0.0


counts = _Counts()


def rail(user: User) -> Rail:
    """Return the queues a user may read whole, with counts, and the user's own count.

    One query, and two more every few seconds. Queues in which only a role lets the
    user see tickets are left to the queue list at a glance.
    """
    rights = rights_of(user)
    return Rail(
        queues=[
            RailQueue(name=name, total=total)
            for pk, name, total in counts.queues()
            if rights.has(Right.SHOW_TICKET, pk)
        ],
        # No ShowTicket here: it is one's own number, and the check is half the cost.
        owned=Ticket.objects.active().filter(owner=user).count(),
    )


def rail_of(rows: Iterable[QueueRow], *, owned: int) -> Rail:
    """Make the rail of what a page has read for itself."""
    queues = [RailQueue(name=row.queue.name, total=row.total) for row in rows]
    return Rail(queues=queues, owned=owned)


def _count() -> list[tuple[int, str, int]]:
    grouped = Ticket.objects.active().order_by().values_list("queue_id")
    totals = dict(grouped.annotate(number=Count("*")))
    queues = Queue.objects.filter(disabled=False).order_by("sort_order", "name", "pk")
    return [
        (pk, name, totals.get(pk, 0)) for pk, name in queues.values_list("pk", "name")
    ]
