"""RT's format strings: text → columns with titles and looks, and back.

    '<b><a href="__WebPath__/Ticket/Display.html?id=__id__">__id__</a></b>/TITLE:#',
    Subject, '__NEWLINE__', 'CustomField.{Site}/TITLE:Site/ALIGN:right'

This knows how a format is written, not which columns there are.
"""

import re
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from tickets.columns.markup import Macro, Piece, pieces_of

LONGEST_FORMAT = 20_000
MOST_COLUMNS = 100
WIDEST_SPAN = 50
LONGEST_TITLE = 100
# Our list: what to do next, at one glance.
DEFAULT_FORMAT = (
    "id/TITLE:#, Subject, Priority, QueueName/TITLE:Queue, Status, OwnerName, "
    "DueRelative/TITLE:Due, LastUpdatedRelative/TITLE:Updated"
)
NEWLINE = "NEWLINE"
_ATTRIBUTES = re.compile(r"/(TITLE|ALIGN|SPAN|STYLE|CLASS|ATTRIBUTE):", re.IGNORECASE)
_BARE_NAME = re.compile(r"[A-Za-z]\w*(?:\.(?:\{[^{}]*\}|\w+))*")
_ALIGNMENTS = {"left": "l", "center": "c", "right": "r"}
_CLASS = re.compile(r"[A-Za-z][\w-]{0,40}")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_NOWRAP = re.compile(r"white-space\s*:\s*nowrap", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*:\s*(left|center|right)", re.IGNORECASE)


class FormatError(ValidationError):
    """A format that cannot be read."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="format")

    def __str__(self) -> str:
        return str(self.messages[0])


@dataclass(frozen=True, slots=True)
class FormatColumn:
    """One column as a format has it.

    ``name`` is set for a bare one, which has the looks of our own lists; ``pieces`` are
    the HTML of any other, cut up.
    """

    source: str
    name: str = ""
    pieces: tuple[Piece, ...] = ()
    title: str | None = None
    align: str = ""
    span: int = 1
    classes: tuple[str, ...] = ()
    is_newline: bool = False

    @property
    def macros(self) -> list[str]:
        """The names it uses, in order."""
        if self.name:
            return [self.name]
        return [piece.name for piece in self.pieces if isinstance(piece, Macro)]


def parse_format(text: str) -> list[FormatColumn]:
    """Read a format; an empty one is the default.

    Raises:
        FormatError: a quote is not closed, or it is too long.
    """
    if len(text) > LONGEST_FORMAT:
        raise FormatError(f"A format may have at most {LONGEST_FORMAT:,} characters.")
    columns = [_column(item) for item in split_format(text.strip() or DEFAULT_FORMAT)]
    if len(columns) > MOST_COLUMNS:
        raise FormatError(f"A format may have at most {MOST_COLUMNS} columns.")
    if all(column.is_newline for column in columns):
        return parse_format("")
    return columns


def split_format(text: str) -> list[str]:
    """Cut a format at its commas: not at those in quotes or in braces.

    Raises:
        FormatError: a quote is not closed.
    """
    items: list[str] = []
    start = position = depth = 0
    while position < len(text):
        char = text[position]
        if char in "'\"" and (not text[start:position].strip() or char == "'"):
            position = _closing(text, position)
        elif char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
        elif char == "," and not depth:
            items.append(text[start:position].strip())
            start = position + 1
        position += 1
    items.append(text[start:].strip())
    return [item for item in items if item]


def _closing(text: str, start: int) -> int:
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == text[start]:
            return position
        position += 1
    shown = text[start : start + 40]
    raise FormatError(f"The format has a quote that is not closed, before {shown}")


def join_format(columns: list[FormatColumn]) -> str:
    """Write columns as a format again."""
    return ", ".join(column.source for column in columns)


def bare_column(name: str) -> FormatColumn:
    """Return the column a name by itself gives."""
    return _column(name)


def _column(item: str) -> FormatColumn:
    body, attributes = _body_and_attributes(item)
    name = body.strip().strip("_") if body.strip("_ ") in {NEWLINE, "NBSP"} else ""
    if name:
        column = FormatColumn(item, is_newline=name == NEWLINE)
    elif _BARE_NAME.fullmatch(body.strip()) and "__" not in body:
        column = FormatColumn(item, name=body.strip())
    else:
        column = FormatColumn(item, pieces=tuple(pieces_of(body)))
    return _dressed(column, attributes)


def _body_and_attributes(item: str) -> tuple[str, list[tuple[str, str]]]:
    """Take off the quotes, and what follows a slash inside or behind them."""
    text, behind = item, ""
    if item[0] in "'\"":
        end = _closing(item, 0)
        text, behind = item[1:end], item[end + 1 :]
        text = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
    inside, *found = _ATTRIBUTES.split(text)
    found += _ATTRIBUTES.split(behind)[1:]
    pairs = zip(found[::2], found[1::2], strict=True)
    return inside, [(name.upper(), value.strip(" '\"")) for name, value in pairs]


def _dressed(column: FormatColumn, attributes: list[tuple[str, str]]) -> FormatColumn:
    """Give a column its title, its alignment, its width and its looks."""
    classes: list[str] = []
    for name, value in attributes:
        if name == "TITLE":
            title = value.replace("&nbsp;", " ").strip()[:LONGEST_TITLE]
            column = replace(column, title=title)
        elif name == "ALIGN":
            column = replace(column, align=_ALIGNMENTS.get(value.lower(), ""))
        elif name == "SPAN" and value.isascii() and value.isdigit():
            span = min(max(int(value[:3]), 1), WIDEST_SPAN)
            column = replace(column, span=span)
        elif name == "CLASS":
            classes += [word for word in value.split() if _CLASS.fullmatch(word)]
        elif name == "STYLE":
            # Pages have no inline style; what is a matter of reading has a class.
            if match := _ALIGN.search(value):
                column = replace(column, align=_ALIGNMENTS[match[1].lower()])
            classes += ["bold"] if _BOLD.search(value) else []
            classes += ["tight"] if _NOWRAP.search(value) else []
    return replace(column, classes=tuple(classes))
