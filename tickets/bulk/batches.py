"""Tickets are collected and written some thousand at a time."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from django.db import DatabaseError, transaction

from tickets.bulk.background import Background
from tickets.bulk.directory import Directory
from tickets.bulk.drafts import TicketDraft
from tickets.bulk.lines import LineError
from tickets.bulk.links import Links
from tickets.bulk.tables import Ids
from tickets.bulk.ticket_rows import TicketTables
from tickets.models import Ticket

TICKETS_AT_ONCE = 2_000
BYTES_AT_ONCE = 8 * 1024 * 1024
TAKEN = "there is a ticket of that number"


class TicketBatches:
    """Takes tickets one by one and writes them in batches of bounded size.

    What cannot be written is handed to ``refuse``, which may raise.
    """

    def __init__(
        self, directory: Directory, *, refuse: Callable[[LineError], None]
    ) -> None:
        self._directory = directory
        self._refuse = refuse
        self._tables = TicketTables()
        self._links = Links()
        self._ids = Ids(Ticket)
        self._waiting: dict[int, TicketDraft] = {}
        self._without_number: list[TicketDraft] = []
        self._bytes = 0
        self._background = Background()
        self.written = 0
        self.transactions = 0

    def add(self, draft: TicketDraft) -> None:
        """Take a ticket."""
        if draft.pk is None:
            self._without_number.append(draft)
        elif draft.pk in self._waiting:
            self._refuse(_line_error(draft, TAKEN))
            return
        else:
            self._waiting[draft.pk] = draft
        self._bytes += draft.size
        waiting = len(self._waiting) + len(self._without_number)
        if waiting >= TICKETS_AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            self._send()

    def sharing(self) -> AbstractContextManager[None]:
        """Surround the import: batches are written beside the reading."""
        return self._background.sharing()

    def flush(self) -> None:
        """Have what waits written, and what is being written done."""
        self._send()
        self._background.wait()

    def _send(self) -> None:
        self._background.wait()
        self._directory.write_users()
        drafts = self._free_numbers()
        self._waiting = {}
        self._without_number = []
        self._bytes = 0
        if drafts:
            self._background.start(partial(self._write, drafts))

    def finish(self) -> None:
        """Write the rest, and refuse links to tickets that never came."""
        self.flush()
        for error in self._links.finish():
            self._refuse(error)

    def give_back_numbers(self) -> None:
        """After a rollback: the numbers of these tickets are free again."""
        self._ids.give_back()

    def _free_numbers(self) -> list[TicketDraft]:
        """Return the tickets whose number is free, having numbered the others."""
        taken = set(
            Ticket.objects.filter(pk__in=list(self._waiting)).values_list(
                "pk", flat=True
            )
        )
        drafts = []
        for number, draft in self._waiting.items():
            if number in taken:
                self._refuse(_line_error(draft, TAKEN))
            else:
                drafts.append(draft)
        if drafts:
            self._ids.advance(max(self._waiting))
        self._ids.reserve(len(self._without_number))
        for draft in self._without_number:
            draft.pk = self._ids.draw()
            drafts.append(draft)
        return sorted(drafts, key=lambda draft: draft.pk or 0)

    def _write(self, drafts: Sequence[TicketDraft]) -> None:
        try:
            with transaction.atomic():
                self._tables.write(drafts)
        except DatabaseError as error:
            # What the checks missed: find the line by writing them one by one.
            if len(drafts) == 1:
                reason = str(error).partition("\n")[0]
                self._refuse(_line_error(drafts[0], reason))
                return
            for draft in drafts:
                self._write([draft])
            return
        self.written += len(drafts)
        self.transactions += sum(len(draft.transactions) for draft in drafts)
        for problem in self._links.add(drafts, now=self._tables.now):
            self._refuse(problem)


def _line_error(draft: TicketDraft, reason: str) -> LineError:
    return LineError(draft.line, f"ticket {draft.pk}: {reason}")
