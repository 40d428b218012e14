"""One import from the first line to the last, in one database transaction."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from tickets.bulk.batches import TicketBatches
from tickets.bulk.definitions import Definitions
from tickets.bulk.directory import Directory
from tickets.bulk.drafts import draft_ticket
from tickets.bulk.fields import BadRecordError
from tickets.bulk.lines import Line, LineError, numbered, parse
from tickets.bulk.tables import check_at_once, settle
from tickets.models import (
    Attachment,
    CustomFieldValue,
    IndexedText,
    Link,
    Ticket,
    TicketWatcher,
    Transaction,
)

_PROGRESS_EVERY = 100  # lines
_TABLES = (
    User,
    Ticket,
    TicketWatcher,
    Transaction,
    Attachment,
    CustomFieldValue,
    IndexedText,
    Link,
)


@dataclass
class Report:
    """What an import has read and written."""

    lines: int = 0
    bytes: int = 0
    bad_lines: int = 0
    tickets: int = 0
    transactions: int = 0
    others: Counter[str] = field(default_factory=Counter)


class _Import:
    def __init__(self, on_error: Callable[[LineError], None] | None) -> None:
        self.report = Report()
        self._on_error = on_error
        self._directory = Directory()
        self._definitions = Definitions(self._directory)
        self._tickets = TicketBatches(self._directory, refuse=self._refuse)
        self._kinds = {
            "queue": self._definitions.queue,
            "user": self._definitions.user,
            "group": self._definitions.group,
            "custom_field": self._definitions.custom_field,
        }

    def all(
        self, source: Iterable[bytes], on_progress: Callable[[Report], None] | None
    ) -> Report:
        """Take every line and write what is left."""
        with self._tickets.sharing():
            for line in numbered(source):
                self._take_or_refuse(line)
                if on_progress and self.report.lines % _PROGRESS_EVERY == 0:
                    on_progress(self.report)
            self._tickets.finish()
        self.report.tickets = self._tickets.written
        self.report.transactions = self._tickets.transactions
        return self.report

    def give_back_numbers(self) -> None:
        """After a rollback: leave no gap in the tickets' numbers."""
        self._tickets.give_back_numbers()

    def _take_or_refuse(self, line: Line) -> None:
        self.report.lines += 1
        self.report.bytes += len(line.source)
        try:
            self._take(line)
        except BadRecordError as error:
            # What is wrong with earlier lines shows when they are written.
            self._tickets.flush()
            self._refuse(LineError(line.number, str(error)))

    def _take(self, line: Line) -> None:
        kind, data = parse(line)
        if kind == "ticket":
            draft = draft_ticket(
                data,
                line=line.number,
                size=len(line.source),
                directory=self._directory,
            )
            self._tickets.add(draft)
        elif kind == "user":
            self._definitions.user(data)
        elif kind in self._kinds:
            # Users that wait must not go down with a bad line.
            self._directory.write_users()
            with transaction.atomic():
                self._kinds[kind](data)
        else:
            raise BadRecordError(f"there is no kind '{kind}'")
        if kind != "ticket":
            self.report.others[kind] += 1

    def _refuse(self, error: LineError) -> None:
        if self._on_error is None:
            raise error
        self.report.bad_lines += 1
        self._on_error(error)


def import_lines(
    source: Iterable[bytes],
    *,
    on_error: Callable[[LineError], None] | None = None,
    on_progress: Callable[[Report], None] | None = None,
) -> Report:
    """Import everything, or with ``on_error`` everything but the bad lines.

    Raises:
        LineError: the first bad line, if there is no ``on_error``; then nothing of
            the import is left.
    """
    running = _Import(on_error)
    try:
        with transaction.atomic():
            check_at_once()
            report = running.all(source, on_progress)
    except BaseException:
        running.give_back_numbers()
        raise
    settle(_TABLES)
    return report
