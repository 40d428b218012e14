"""What a column is, and what its cells may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.utils.html import escape
from django.utils.safestring import SafeString

from tickets.columns.loading import Loaded
from tickets.models import Ticket

Value: TypeAlias = str | int | datetime | None
Text: TypeAlias = Callable[[Ticket, Loaded], str]
Html: TypeAlias = Callable[[Ticket, Loaded], SafeString]


@dataclass(frozen=True, slots=True)
class Column:
    """One of RT's columns: its name, what it shows, and what has to be loaded for it.

    ``fields`` are loaded with the ticket; everything else a cell asks ``Loaded`` for,
    which reads it for all tickets of the page at once.
    """

    name: str
    title: str
    text: Text
    html: Html | None = None
    order: str = ""
    fields: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    person_fields: tuple[str, ...] = ()
    custom_fields: tuple[int, ...] = ()
    css: str = ""
    value: Callable[[Ticket, Loaded], Value] | None = None
    edits: str = ""
    # Whether it keeps its own look inside a format's HTML, where others are plain text.
    keeps_look: bool = False

    def as_html(self, ticket: Ticket, loaded: Loaded) -> str:
        """Return the cell as it stands in a list."""
        if self.html is not None:
            return self.html(ticket, loaded)
        return escape(self.text(ticket, loaded))

    def as_macro(self, ticket: Ticket, loaded: Loaded) -> str:
        """Return what stands for ``__Name__`` in the HTML of a format."""
        if self.keeps_look and self.html is not None:
            return self.html(ticket, loaded)
        return escape(self.text(ticket, loaded))

    def as_value(self, ticket: Ticket, loaded: Loaded) -> Value:
        """Return what a spreadsheet or program gets: a number where it is one."""
        if self.value is not None:
            return self.value(ticket, loaded)
        return self.text(ticket, loaded)
