"""A format and a person → the columns of a list, and the list drawn or written out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeGuard
from urllib.parse import quote as percent

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from accounts.rights import Right
from tickets.columns.formats import FormatColumn, parse_format
from tickets.columns.kinds import Column, Value
from tickets.columns.known import find, suggestion
from tickets.columns.loading import Loaded
from tickets.columns.markup import (
    SEEN,
    Literal,
    Macro,
    Piece,
    Place,
    is_safe_address,
    site_value,
)
from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet
from tickets.search.context import Context
from tickets.templatetags.tickets import ticket_url

# What every row needs, whatever it shows.
ROW_FIELDS = ("subject", "status", "is_active", "queue", "owner", "due")
EDITING_RIGHTS = {
    "status": (Right.MODIFY_TICKET,),
    "priority": (Right.MODIFY_TICKET,),
    "owner": (Right.MODIFY_TICKET, Right.REASSIGN_TICKET, Right.TAKE_TICKET,
              Right.STEAL_TICKET),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of one format, with the columns its macros name."""

    format: FormatColumn
    columns: Mapping[str, Column]
    user: User

    @property
    def main(self) -> Column | None:
        """The column that gives it its title, its order and its looks."""
        seen = [p.name for p in self.format.pieces if _is_seen(p)]
        for name in reversed(seen or self.format.macros):
            if name in self.columns:
                return self.columns[name]
        return None

    @property
    def title(self) -> str:
        """What stands above it."""
        if self.format.title is not None:
            return self.format.title
        return self.main.title if self.main else self.format.name

    @property
    def order(self) -> str:
        """What it is sorted by; nothing when it cannot be."""
        return self.main.order if self.main else ""

    @property
    def css(self) -> str:
        """The classes of its cells."""
        given = [*self.format.classes, self.format.align]
        own = self.main.css if self.main and self.format.name else ""
        if self.format.align:
            own = " ".join(word for word in own.split() if word != "r")
        return " ".join(filter(None, [own, *given]))

    def html(self, ticket: Ticket, loaded: Loaded) -> str:
        """Return the inside of the cell."""
        if self.format.name:
            main = self.main
            return main.as_html(ticket, loaded) if main else ""
        return "".join(
            piece.html
            if isinstance(piece, Literal)
            else self._macro(piece, ticket, loaded)
            for piece in self.format.pieces
        )

    def text(self, ticket: Ticket, loaded: Loaded) -> str:
        """Return the cell as plain text."""
        if self.format.name:
            main = self.main
            return main.text(ticket, loaded) if main else ""
        return " ".join(self._plain(ticket, loaded).split())

    def value(self, ticket: Ticket, loaded: Loaded) -> Value:
        """Return a number or a date where the cell is nothing else."""
        if self.main and (self.format.name or self._is_only_a_macro):
            return self.main.as_value(ticket, loaded)
        return self.text(ticket, loaded)

    @property
    def _is_only_a_macro(self) -> bool:
        literal = [p for p in self.format.pieces if isinstance(p, Literal)]
        seen = [p for p in self.format.pieces if _is_seen(p)]
        return len(seen) == 1 and not any(piece.text.strip() for piece in literal)

    def _plain(self, ticket: Ticket, loaded: Loaded) -> str:
        return "".join(
            piece.text
            if isinstance(piece, Literal)
            else self._macro_text(piece.name, ticket, loaded)
            for piece in self.format.pieces
            if isinstance(piece, Literal) or _is_seen(piece)
        )

    def _macro(self, macro: Macro, ticket: Ticket, loaded: Loaded) -> str:
        column = self.columns.get(macro.name)
        if column is not None and macro.place is Place.TEXT:
            return column.as_macro(ticket, loaded)
        text = self._macro_text(macro.name, ticket, loaded)
        if macro.place is Place.ADDRESS:
            return percent(text, safe="")
        if macro.place is Place.WHOLE_ADDRESS:
            return escape(text if is_safe_address(text) else "#")
        return escape(text)

    def _macro_text(self, name: str, ticket: Ticket, loaded: Loaded) -> str:
        column = self.columns.get(name)
        if column is not None:
            return column.text(ticket, loaded)
        folded = name.lower()
        if folded == "currentuser":
            return str(self.user.pk)
        if folded == "currentusername":
            return self.user.name
        if folded.startswith("loc("):
            return name[4:-1]
        if folded == "nbsp":
            return " "
        return site_value(name) or ""


def _is_seen(piece: Piece) -> TypeGuard[Macro]:
    return isinstance(piece, Macro) and piece.place in SEEN


@dataclass(frozen=True)
class Columns:
    """The columns of a format, for one person; in lines, where it has NEWLINE."""

    lines: list[list[Cell]]
    format: list[FormatColumn]
    context: Context
    unknown: list[str] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        """All cells, line by line."""
        return [cell for line in self.lines for cell in line]

    @property
    def used(self) -> list[Column]:
        """Every column that some cell uses."""
        return [column for cell in self.cells for column in cell.columns.values()]

    def narrowed(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """Load with the tickets what the columns show of them, and nothing else."""
        fields, related = set(ROW_FIELDS), set[str]()
        for column in self.used:
            fields.update(column.fields)
            related.update(column.related)
        # A relation that is loaded must not be left out of what is read.
        fields.update(f"{name}__name" for name in related)
        return tickets.select_related(*sorted(related)).only(*sorted(fields))

    def loaded(self, tickets: Sequence[Ticket], **options: Any) -> Loaded:
        """Return the surroundings of some tickets, to be read as cells ask for them."""
        return Loaded(
            tickets,
            context=self.context,
            person_fields=sorted({n for c in self.used for n in c.person_fields}),
            custom_fields=sorted({n for c in self.used for n in c.custom_fields}),
            **options,
        )


def columns_of(text: str, *, user: User, context: Context | None = None) -> Columns:
    """Read a format for a person; names it does not know leave an empty column.

    They stand in ``unknown``, with a suggestion. At most one query, for custom fields.

    Raises:
        FormatError: it cannot be read.
    """
    context = context or Context(user=user, now=timezone.now())
    parsed = parse_format(text)
    lines: list[list[Cell]] = [[]]
    unknown: list[str] = []
    for each in parsed:
        if each.is_newline:
            lines.append([])
            continue
        found: dict[str, Column] = {}
        for name in each.macros:
            column = find(name, context=context)
            if column is not None:
                found[name] = column
            elif not _is_constant(name):
                unknown.append(_unknown(name, context))
        lines[-1].append(Cell(each, found, user))
    filled = [line for line in lines if line]
    return Columns(filled, parsed, context, list(dict.fromkeys(unknown)))


def _is_constant(name: str) -> bool:
    folded = name.lower()
    return (
        folded in {"currentuser", "currentusername", "nbsp"}
        or folded.startswith("loc(")
        or site_value(name) is not None
    )


def _unknown(name: str, context: Context) -> str:
    near = suggestion(name[:60], context=context)
    hint = f" Did you mean {near}?" if near else ""
    return f"There is no column named {name[:60]}.{hint}"


class Table:
    """The list itself, drawn at once: templates would take longer than the database."""

    def __init__(
        self,
        columns: Columns,
        tickets: Sequence[Ticket],
        *,
        edits: bool = False,
        picks: bool = False,
        picked: Collection[int] = (),
        snippets: Mapping[int, str] | None = None,
    ) -> None:
        self.columns = columns
        self.tickets = tickets
        self.edits = edits
        self.picks = picks
        self.picked = picked
        self.loaded = columns.loaded(tickets, snippets=snippets)
        self._editing: dict[tuple[str, int], bool] = {}
        self.width = max(
            (sum(cell.format.span for cell in line) for line in columns.lines),
            default=1,
        )

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to show."""
        return not self.tickets

    @property
    def is_grouped(self) -> bool:
        """Say whether each ticket has several lines, and so a tbody of its own."""
        return len(self.columns.lines) > 1

    @property
    def body(self) -> SafeString:
        """The rows, each ticket's together."""
        return mark_safe("\n".join(self._rows()))  # noqa: S308 - cells are escaped

    def row(self, ticket: Ticket) -> SafeString:
        """One ticket's part of the table."""
        return mark_safe(self._row(ticket))  # noqa: S308 - cells are escaped

    def _rows(self) -> Iterator[str]:
        for ticket in self.tickets:
            yield self._row(ticket)

    def _row(self, ticket: Ticket) -> str:
        first, *others = self._lines
        if not others:
            cells = self._pick(ticket, 1) + self._line(ticket, first)
            return f'<tr id="t{ticket.pk}" data-row>{cells}</tr>'
        cells = self._pick(ticket, len(self._lines)) + self._line(ticket, first)
        rows = [f"<tr>{cells}</tr>"]
        rows += [f'<tr class="more">{self._line(ticket, line)}</tr>' for line in others]
        return f'<tbody id="t{ticket.pk}" data-row>{"".join(rows)}</tbody>'

    def _pick(self, ticket: Ticket, lines: int) -> str:
        if not self.picks:
            return ""
        span = f' rowspan="{lines}"' if lines > 1 else ""
        checked = " checked" if ticket.pk in self.picked else ""
        return (
            f'<td class="pick"{span}><input type="checkbox" name="id" form="bulk" '
            f'value="{ticket.pk}" aria-label="Choose #{ticket.pk}"{checked}></td>'
        )

    @cached_property
    def _lines(self) -> list[list["_Place"]]:
        """The cells with what is the same in every row, worked out once."""
        lines = []
        for line in self.columns.lines:
            missing = self.width - sum(cell.format.span for cell in line)
            lines.append(
                [self._place(cell, missing if cell is line[-1] else 0) for cell in line]
            )
        return lines

    def _place(self, cell: Cell, further: int) -> "_Place":
        span = cell.format.span + further
        css = f' class="{cell.css}"' if cell.css else ""
        wide = f' colspan="{span}"' if span > 1 else ""
        main = cell.main
        is_bare = main is not None and bool(cell.format.name)
        return _Place(
            start=f"<td{css}{wide}>",
            draw=main.as_html if main is not None and is_bare else cell.html,
            edits=main.edits if main is not None and is_bare and self.edits else "",
        )

    def _line(self, ticket: Ticket, line: list["_Place"]) -> str:
        drawn = []
        for place in line:
            shown = place.draw(ticket, self.loaded)
            if place.edits:
                shown = self._editable(place.edits, ticket, shown)
            drawn.append(f"{place.start}{shown}</td>")
        return "".join(drawn)

    def _editable(self, name: str, ticket: Ticket, shown: str) -> str:
        """Let a value be changed in its place, unless it leads somewhere already."""
        if shown.startswith("<a") or not self._may_edit(name, ticket.queue_id):
            return shown
        url = ticket_url(ticket.pk)
        return (
            f'<a class="edit" href="{url}basics/" hx-get="{url}cell/{name}/" '
            f'title="Change {name}">{shown}</a>'
        )

    def _may_edit(self, name: str, queue_id: int) -> bool:
        """Say whether to offer it; the command decides. No query."""
        known = self._editing.get((name, queue_id))
        if known is None:
            rights = self.loaded.rights
            known = any(rights.has(right, queue_id) for right in EDITING_RIGHTS[name])
            self._editing[name, queue_id] = known
        return known


@dataclass(frozen=True, slots=True)
class _Place:
    start: str
    draw: Callable[[Ticket, Loaded], str]
    edits: str
