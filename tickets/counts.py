"""How many unfinished tickets each queue has: asked on every page, kept while true."""

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count

from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet

# A change that commits after a later one does not move the stamp: it shows after this.
LONGEST_KEPT_SECONDS = 10.0
# How old the numbers beside a page may be.
RECENT_SECONDS = 5.0

Counts = Mapping[int, Mapping[str, int]]
_Stamp = tuple[datetime, int] | None


class ActiveCounts:
    """Counts by queue and status, kept by each process while no ticket changes.

    Counting reads an index of all unfinished tickets from end to end.
    """

    def __init__(self) -> None:
        self._stamp: _Stamp = None
        self._counted_at = -LONGEST_KEPT_SECONDS
        self._counts: Counts = {}

    def exact(self) -> Counts:
        """Return queue id -> status -> number, with every change there has been.

        One short query, and the count when any ticket has changed.
        """
        stamp: _Stamp = (
            Ticket.objects.order_by("-last_updated", "-pk")
            .values_list("last_updated", "pk")
            .first()
        )
        if stamp != self._stamp or self._age() >= LONGEST_KEPT_SECONDS:
            self._counts = count(Ticket.objects.active())
            self._stamp, self._counted_at = stamp, time.monotonic()
        return self._counts

    def recent(self) -> Counts:
        """Return the same as it was a few seconds ago, mostly without a query."""
        return self._counts if self._age() < RECENT_SECONDS else self.exact()

    def forget(self) -> None:
        """Count anew the next time."""
        self._counted_at = -LONGEST_KEPT_SECONDS

    def _age(self) -> float:
        return time.monotonic() - self._counted_at


active_counts = ActiveCounts()


def count(tickets: TicketQuerySet) -> Counts:
    """Return queue id -> status -> number of some tickets. One query."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = tickets.order_by().values_list("queue_id", "status")
    for queue_id, status, number in grouped.annotate(number=Count("*")):
        counts[queue_id][status] = number
    return counts
