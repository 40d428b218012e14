"""The rows of an export: read from the database as they are written out."""

from collections.abc import Iterator
from dataclasses import dataclass

from tickets.columns import Cell, Columns, Table
from tickets.columns.kinds import Value
from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet

# Whatever is read per ticket is read for this many together.
CHUNK = 1_000


@dataclass(frozen=True)
class Exported:
    """What is written out: the columns, and the tickets still to be read."""

    columns: Columns
    tickets: TicketQuerySet

    @property
    def cells(self) -> list[Cell]:
        """The columns that say something; those for looks alone are left out."""
        return [cell for cell in self.columns.cells if cell.columns or cell.title]

    @property
    def titles(self) -> list[str]:
        """The header row, each title once."""
        titles: list[str] = []
        for cell in self.cells:
            title = cell.title or (cell.main.name if cell.main else "")
            number = 2
            wanted = title
            while wanted in titles:
                wanted, number = f"{title} {number}", number + 1
            titles.append(wanted)
        return titles


def exported(columns: Columns, found: TicketQuerySet) -> Exported:
    """Prepare an export; nothing is read before the rows are asked for."""
    return Exported(columns, columns.narrowed(found))


def chunks(export: Exported) -> Iterator[list[Ticket]]:
    """Yield the tickets a thousand at a time, from one statement."""
    waiting: list[Ticket] = []
    for ticket in export.tickets.iterator(chunk_size=CHUNK):
        waiting.append(ticket)
        if len(waiting) == CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def text_rows(export: Exported) -> Iterator[list[str]]:
    """Yield each ticket's cells as text. A fixed number of queries a chunk."""
    cells = export.cells
    for tickets in chunks(export):
        loaded = export.columns.loaded(tickets)
        for ticket in tickets:
            yield [cell.text(ticket, loaded) for cell in cells]


def raw_rows(export: Exported) -> Iterator[list[Value]]:
    """Yield each ticket's cells, numbers and dates as such."""
    cells = export.cells
    for tickets in chunks(export):
        loaded = export.columns.loaded(tickets)
        for ticket in tickets:
            yield [cell.value(ticket, loaded) for cell in cells]


def table_bodies(export: Exported) -> Iterator[str]:
    """Yield the rows of an HTML table, a chunk at a time."""
    for tickets in chunks(export):
        yield Table(export.columns, tickets).body
