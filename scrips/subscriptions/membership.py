"""What a search finds against what it found before: compared in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import User
from scrips.models import SubscribedTicket, Subscription
from tickets.models.querysets import TicketQuerySet
from tickets.search import search

MOST_WATCHED = 2_000
SLOWEST_SECONDS = 20


class TooManyTicketsError(ValidationError):
    """A search finds more than can be watched."""

    def __init__(self) -> None:
        super().__init__(
            f"The search finds more than {MOST_WATCHED:,} tickets, which is the most "
            "that can be subscribed to. Narrow it down.",
            code="too_many_tickets",
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """The tickets that have entered and left since the last time."""

    entered: list[int]
    left: list[int]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing has happened."""
        return not (self.entered or self.left)


def compare(
    subscription: Subscription, *, user: User, query: str, now: datetime
) -> Difference:
    """Return what has entered and left. Two queries, three when any has
    entered; nothing is written.

    Raises:
        TicketSQLError: the query cannot be understood any more.
        TooManyTicketsError: the search has grown too large.
    """
    known = SubscribedTicket.objects.filter(subscription=subscription)
    with bounded():
        found = _found(query, user, now)
        fresh = found.exclude(pk__in=known.values("ticket_id"))
        entered = list(fresh.values_list("pk", flat=True)[: MOST_WATCHED + 1])
        left = list(
            known.exclude(ticket_id__in=found.values("pk")).values_list(
                "ticket_id", flat=True
            )
        )
        if entered and len(entered) + known.count() - len(left) > MOST_WATCHED:
            raise TooManyTicketsError
    return Difference(entered=sorted(entered), left=sorted(left))


def all_found(query: str, *, user: User, now: datetime) -> list[int]:
    """Return every ticket a search finds. One query.

    Raises:
        TicketSQLError, TooManyTicketsError: as `compare`.
    """
    with bounded():
        ids = list(
            _found(query, user, now).values_list("pk", flat=True)[: MOST_WATCHED + 1]
        )
    if len(ids) > MOST_WATCHED:
        raise TooManyTicketsError
    return ids


def apply(subscription: Subscription, difference: Difference) -> None:
    """Keep what the search finds now as what it found the last time."""
    rows = SubscribedTicket.objects.filter(subscription=subscription)
    rows.filter(ticket_id__in=difference.left).delete()
    _insert(subscription, difference.entered)


def replace(subscription: Subscription, ids: list[int]) -> None:
    """Forget what the search found before: it asks for something else now."""
    SubscribedTicket.objects.filter(subscription=subscription).delete()
    _insert(subscription, ids)


@contextmanager
def bounded() -> Iterator[None]:
    """Let no search of a subscription hold a worker for long.

    On PostgreSQL the server ends it. SQLite has no such limit, and there a transaction
    would keep every writer out meanwhile.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{SLOWEST_SECONDS}s'")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")


def _found(query: str, user: User, now: datetime) -> TicketQuerySet:
    return search(query, user=user, now=now).order_by()


def _insert(subscription: Subscription, ids: list[int]) -> None:
    # In the order in which everything locks tickets: nobody waits in a circle.
    SubscribedTicket.objects.bulk_create(
        (
            SubscribedTicket(subscription=subscription, ticket_id=pk)
            for pk in sorted(ids)
        ),
        batch_size=500,
    )
