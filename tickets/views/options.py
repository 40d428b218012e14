"""What can be changed about a list: columns, their order, sorting, rows, refreshing."""

from dataclasses import dataclass, replace
from typing import Any

from tickets.columns import (
    DEFAULT_FORMAT,
    Cell,
    Columns,
    FormatColumn,
    bare_column,
    join_format,
    parse_format,
    plain_columns,
)
from tickets.columns.formats import FormatError
from tickets.views.asked import REFRESH_MINUTES, ROW_CHOICES, Asked

SORT_BOXES = 3
EXTRA_COLUMNS = (
    "Requestors.EmailAddress",
    "Requestors.Organization",
    "Requestors.City",
    "Owner.EmailAddress",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: what it says, and what a click on it sorts by."""

    title: str
    url: str
    sort: str
    css: str
    span: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A column in the list of columns, with what can be done to it."""

    title: str
    earlier_url: str
    later_url: str
    remove_url: str


def heads(columns: Columns, asked: Asked) -> list[list[Head]]:
    """Return the heads, line by line."""
    widest = max((_width(line) for line in columns.lines), default=1)
    lines = []
    for line in columns.lines:
        missing = widest - _width(line)
        lines.append(
            [_head(cell, asked, missing if cell is line[-1] else 0) for cell in line]
        )
    return lines


def _width(line: list[Cell]) -> int:
    return sum(cell.format.span for cell in line)


def _head(cell: Cell, asked: Asked, further: int) -> Head:
    css = " ".join(word for word in cell.css.split() if word in {"r", "c", "l"})
    span = cell.format.span + further
    if not cell.order:
        return Head(cell.title, "", "", css, span)
    first = asked.ordered[0]
    is_current = first.removeprefix("-").lower() == cell.order.lower()
    is_down = is_current and first.startswith("-")
    wanted = cell.order if is_down else f"-{cell.order}" if is_current else cell.order
    # A click sorts by this column, then as before.
    others = [n for n in asked.ordered if n.removeprefix("-").lower()
              not in {cell.order.lower(), "id"}]  # fmt: skip
    url = asked.url(order=(wanted, *others[: SORT_BOXES - 1]))
    sort = ("descending" if is_down else "ascending") if is_current else ""
    return Head(cell.title, url, sort, css, span)


def options(columns: Columns, asked: Asked) -> dict[str, Any]:
    """Return what the panel of options shows."""
    return {
        "columns": _shown(columns, asked),
        "addable": _addable(columns),
        "sorts": _sorts(columns, asked),
        "rows": sorted({*ROW_CHOICES, asked.rows}),
        "refresh": [
            (minutes, f"Every {minutes} minutes" if minutes else "Don't refresh")
            for minutes in REFRESH_MINUTES
        ],
        "format": asked.format or DEFAULT_FORMAT,
        "default_url": asked.url(format="") if asked.format else "",
    }


def with_column(asked: Asked, name: str) -> Asked:
    """Return the search with one more column; the default format is left unsaid."""
    text = asked.format
    if name:
        try:
            parsed = parse_format(text)
        except FormatError:
            return asked
        text = join_format([*parsed, bare_column(name[:200])])
    return replace(asked, format="" if text == DEFAULT_FORMAT else text)


def _shown(columns: Columns, asked: Asked) -> list[Shown]:
    parsed = columns.format
    titles = iter(cell.title or cell.format.source for cell in columns.cells)
    return [
        Shown(
            title="New line" if each.is_newline else next(titles),
            earlier_url=_url(asked, _moved(parsed, at, at - 1)) if at else "",
            later_url=_url(asked, _moved(parsed, at, at + 1))
            if at + 1 < len(parsed)
            else "",
            remove_url=_url(asked, parsed[:at] + parsed[at + 1 :])
            if len(parsed) > 1
            else "",
        )
        for at, each in enumerate(parsed)
    ]


def _moved(parsed: list[FormatColumn], start: int, end: int) -> list[FormatColumn]:
    moved = list(parsed)
    moved.insert(end, moved.pop(start))
    return moved


def _url(asked: Asked, parsed: list[FormatColumn]) -> str:
    text = join_format(parsed)
    return asked.url(format="" if text == DEFAULT_FORMAT else text)


def _addable(columns: Columns) -> list[str]:
    """Return the names that the list of columns to add offers."""
    custom = [f"CustomField.{{{f.name}}}" for f in columns.context.custom_fields]
    known = sorted(plain_columns(), key=str.lower)
    return list(dict.fromkeys([*known, *EXTRA_COLUMNS, *custom, "NEWLINE", "NBSP"]))


def _sorts(columns: Columns, asked: Asked) -> list[list[tuple[str, str, bool]]]:
    """Return the boxes to sort by: value, label, whether chosen."""
    names = [cell.order for cell in columns.cells if cell.order]
    names += [column.order for column in plain_columns().values() if column.order]
    names += [name.removeprefix("-") for name in asked.ordered]
    known = list({name.lower(): name for name in names}.values())
    known.append("Custom.Ownership")
    choices = [("", "–")]
    for name in dict.fromkeys(known):
        choices += [(name, f"{name} ↑"), (f"-{name}", f"{name} ↓")]
    wanted = [*asked.ordered, *[""] * SORT_BOXES]
    return [
        [(value, label, value.lower() == chosen.lower()) for value, label in choices]
        for chosen in wanted[: max(SORT_BOXES, len(asked.ordered))]
    ]
