"""Counting in bounded time, for pages that count while somebody is typing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from tickets.models.querysets import TicketQuerySet

# More than this is told as "more than": nobody reads the exact number while typing.
MOST_COUNTED = 100_000
# SQLite asks whether to go on after so many steps of its virtual machine.
STEPS_BETWEEN_LOOKS = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets there are, if that could be found out in time."""

    number: int = 0
    is_in_time: bool = True

    @property
    def is_more(self) -> bool:
        """Say whether there are more than were counted."""
        return self.number > MOST_COUNTED

    @property
    def shown(self) -> int:
        """Return the number that is told."""
        return min(self.number, MOST_COUNTED)


def count_in_time(tickets: TicketQuerySet, *, seconds: float) -> Count:
    """Count tickets, or give up when it takes longer. One query."""
    counted = tickets.order_by()[: MOST_COUNTED + 1]
    try:
        with transaction.atomic():
            with _limited(seconds):
                number = counted.count()
            # Nothing was written; this takes the limit back where tests or a caller
            # hold a transaction around it.
            transaction.set_rollback(True)
    except OperationalError:
        return Count(is_in_time=False)
    return Count(number)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            limit = f"{int(seconds * 1000)}ms"
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
        yield
        return
    connection.ensure_connection()
    end = time.monotonic() + seconds
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)
