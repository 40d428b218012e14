"""The counts beside every page, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
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

    One query; the counts come from indexes alone. Queues in which only a role lets
    the user see tickets are left to the queue list at a glance.
    """
    rights = rights_of(user)
    # No ShowTicket here: it is one's own number, and the check is half the cost.
    mine = _number(Ticket.objects.active().filter(owner=user), by="owner")
    of_queue = Ticket.objects.active().filter(queue=OuterRef("pk"))
    queues = (
        Queue.objects.filter(disabled=False)
        .annotate(owned=mine, active=_number(of_queue, by="queue"))
        .order_by("sort_order", "name", "pk")
        .values_list("pk", "name", "active", "owned")
    )
    rows = list(queues)
    return Rail(
        queues=[
            RailQueue(name=name, total=active)
            for pk, name, active, _owned in rows
            if rights.has(Right.SHOW_TICKET, pk)
        ],
        owned=rows[0][3] if rows else 0,
    )


def rail_of(rows: Iterable[QueueRow], *, owned: int) -> Rail:
    """Make the rail of what a page has read for itself."""
    queues = [RailQueue(name=row.queue.name, total=row.total) for row in rows]
    return Rail(queues=queues, owned=owned)


def _number(tickets: QuerySet[Ticket], *, by: str) -> Coalesce:
    """Return the number of some tickets as a subquery, 0 for none."""
    counted = tickets.order_by().values(by).annotate(number=Count("*"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
