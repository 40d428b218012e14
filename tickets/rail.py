"""The counts beside every page."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.counts import active_counts
from tickets.lists import QueueRow
from tickets.models import Ticket


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


def rail(user: User) -> Rail:
    """Return the queues a user may read whole, with counts, and the user's own count.

    Two short queries. Queues in which only a role lets the user see tickets are left
    to the queue list at a glance.
    """
    rights = rights_of(user)
    counts = active_counts.recent()
    queues = Queue.objects.filter(disabled=False).order_by("sort_order", "name", "pk")
    return Rail(
        queues=[
            RailQueue(name=name, total=sum(counts.get(pk, {}).values()))
            for pk, name in queues.values_list("pk", "name")
            if rights.has(Right.SHOW_TICKET, pk)
        ],
        # No ShowTicket here: it is one's own number, and the check is half the cost.
        owned=Ticket.objects.active().filter(owner=user).count(),
    )


def rail_of(rows: Iterable[QueueRow], *, owned: int) -> Rail:
    """Make the rail of what a page has read for itself."""
    queues = [RailQueue(name=row.queue.name, total=row.total) for row in rows]
    return Rail(queues=queues, owned=owned)
