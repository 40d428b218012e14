"""The lists of "at a glance", each in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.counts import active_counts, count
from tickets.dependencies import pending_counts
from tickets.models import Link, Ticket, TicketType
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


def reminders(user: User, *, rows: int = ROWS) -> list[Ticket]:
    """Return open reminders with ``about_id``, the ticket each is about. One query."""
    about = Link.objects.filter(base=OuterRef("pk"), target__isnull=False)
    first = about.order_by("pk").values("target_id")[:1]
    return list(my_reminders(user).annotate(about_id=Subquery(first))[:rows])


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
    """Return the queues the user sees, with counts of what they may read.

    Three short queries, and one more where only a role lets the user read tickets.
    """
    rights = rights_of(user)
    queues = list(
        Queue.objects.filter(disabled=False)
        .select_related("lifecycle")
        .order_by("sort_order", "name", "pk")
    )
    whole = {q.pk for q in queues if rights.has(Right.SHOW_TICKET, q.pk)}
    counts = {pk: row for pk, row in active_counts.exact().items() if pk in whole}
    by_role = set().union(*rights.role_places(Right.SHOW_TICKET).values()) - whole
    if by_role and len(whole) < len(queues):
        partly = Ticket.objects.active().visible_to(user).exclude(queue_id__in=whole)
        counts |= count(partly)
    return [
        QueueRow(queue=queue, counts=dict(counts.get(queue.pk, {})))
        for queue in queues
        if queue.pk in counts
        or queue.pk in whole
        or rights.has(Right.SEE_QUEUE, queue.pk)
    ]
