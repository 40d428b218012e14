"""The lists of "at a glance", each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.dependencies import pending_counts
from tickets.models import Ticket, TicketType
from tickets.models.querysets import TicketQuerySet

ROWS = 10


@dataclass(frozen=True)
class Listing:
    """The first rows of a list, how many there are, and what each row waits for."""

    tickets: list[Ticket]
    total: int


@dataclass
class QueueRow:
    """A queue with the number of unfinished tickets by status."""

    queue: Queue
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Every unfinished ticket of the queue."""
        return sum(self.counts.values())


def my_tickets(user: User) -> TicketQuerySet:
    """Unfinished tickets the user owns, the most urgent first."""
    return (
        Ticket.objects.active()
        .visible_to(user)
        .filter(owner=user)
        .order_by("-priority", "-pk")
    )


def unowned_tickets(user: User) -> TicketQuerySet:
    """Unfinished tickets nobody owns, the newest first."""
    return (
        Ticket.objects.active()
        .visible_to(user)
        .filter(owner=None)
        .order_by("-created", "-pk")
    )


def bookmarked_tickets(user: User) -> TicketQuerySet:
    """The user's bookmarks, closed tickets too, the last changed first."""
    return (
        Ticket.objects.filter(bookmarks__user=user, merged_into=None)
        .visible_to(user)
        .order_by("-last_updated", "-pk")
    )


def my_reminders(user: User) -> TicketQuerySet:
    """Open reminders of the user, the next due first, those without a date last."""
    return Ticket.objects.filter(
        type=TicketType.REMINDER, owner=user, is_active=True, merged_into=None
    ).order_by("due", "pk")


def other_tickets_of(requestors: Iterable[User], *, besides: Ticket) -> TicketQuerySet:
    """Unfinished tickets of the same requestors; restrict with ``visible_to``."""
    return (
        Ticket.objects.active()
        .filter(watchers__role="Requestor", watchers__user__in=list(requestors))
        .exclude(pk=besides.pk)
        .distinct()
        .order_by("-pk")
    )


def first_rows(tickets: TicketQuerySet, *, rows: int = ROWS) -> Listing:
    """Load the first rows with what a list shows, and the whole number. Two queries.

    The count is asked for only when there are more rows than shown.
    """
    shown = list(tickets.for_list()[: rows + 1])
    total = len(shown) if len(shown) <= rows else tickets.count()
    return Listing(tickets=shown[:rows], total=total)


def mark_pending(*listings: Iterable[Ticket]) -> None:
    """Set ``pending`` on the tickets of all lists: what each waits for. One query."""
    tickets = [ticket for listing in listings for ticket in listing]
    counts = pending_counts({ticket.pk for ticket in tickets})
    for ticket in tickets:
        ticket.pending = counts[ticket.pk]  # type: ignore[attr-defined]  # for the page


def queue_rows(user: User) -> list[QueueRow]:
    """Return the queues the user sees, with counts of what they may read. Two queries.

    The counts come from an index alone when the user's rights do not depend on roles.
    """
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = (
        Ticket.objects.active()
        .visible_to(user)
        .order_by()
        .values_list("queue_id", "status")
        .annotate(number=Count("*"))
    )
    for queue_id, status, number in grouped:
        counts[queue_id][status] = number
    rights = rights_of(user)
    queues = Queue.objects.filter(disabled=False).select_related("lifecycle")
    return [
        QueueRow(queue=queue, counts=counts[queue.pk])
        for queue in queues.order_by("sort_order", "name", "pk")
        if queue.pk in counts
        or rights.has(Right.SEE_QUEUE, queue.pk)
        or rights.has(Right.SHOW_TICKET, queue.pk)
    ]
