"""The same as a table: for those who cannot see a picture, and for spreadsheets."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tickets.charts.chart import Chart, Found
from tickets.charts.drawing.svg import results_url
from tickets.charts.functions import Function
from tickets.charts.levels import Group
from tickets.charts.statement import Cell, together
from tickets.charts.units import Unit

# Read as a formula by spreadsheets, so that a subject could do things there.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

MOST_ACROSS = 10


@dataclass(frozen=True, slots=True)
class TableCell:
    """A text for people, the number behind it, and where its tickets are."""

    text: str
    number: float | None = None
    query: str = ""
    is_number: bool = False
    is_repeated: bool = False
    is_rt: bool = False

    @property
    def url(self) -> str:
        """Return where the tickets are listed, or nothing."""
        return results_url(self.query, is_rt=self.is_rt) if self.query else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    text: str
    unit: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below headings, with a last row for the whole."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    total: tuple[TableCell, ...] = ()
    # The column that bars show where no picture can be; none if negative.
    bar_column: int = -1

    @property
    def body(self) -> SafeString:
        """Return the rows as HTML, at once: a template takes ten times as long."""
        rows = (f"<tr>{''.join(map(_html, row))}</tr>" for row in self.rows)
        return mark_safe("\n".join(rows))  # noqa: S308 - escaped by _inner

    @property
    def foot(self) -> SafeString:
        """Return the row of the whole as HTML."""
        cells = (_html(c) if c.is_number else _head(c) for c in self.total)
        return mark_safe(f"<tr>{''.join(cells)}</tr>")  # noqa: S308 - escaped by _inner


EMPTY_TABLE = Table((), ())


def number_cell(
    value: float | None, unit: Unit, query: str = "", *, is_rt: bool = False
) -> TableCell:
    """Return the cell of a number."""
    words = unit.text(value) or "–"
    return TableCell(words, value, query, is_number=True, is_rt=is_rt)


def chart_table(chart: Chart) -> Table:
    """Return the table of a chart: a row for each group, the whole at the end.

    Two levels are shown across each other where there is room.
    """
    if crossed := _crossed(chart):
        return crossed
    columns = chart.columns
    rows: list[tuple[TableCell, ...]] = []
    before: tuple[str, ...] = ()
    for found in chart.cells:
        labels = tuple(group.label for group in found.groups)
        rows.append((*_names(labels, before), *_values(chart, found, columns)))
        before = labels
    if chart.others:
        blank = tuple(TableCell("") for _ in chart.levels[1:])
        rows.append(
            (TableCell("Others"), *blank, *_values(chart, chart.others, columns))
        )
    return Table(
        headings=(
            *(Heading(level.heading) for level in chart.levels),
            *(Heading(f.label, f.unit.name, is_number=True) for f in columns),
        ),
        rows=tuple(rows),
        total=_total(chart.total, chart, columns),
        bar_column=len(chart.levels),
    )


def _crossed(chart: Chart) -> Table | None:
    """Return the second level's groups as columns, if they are few."""
    if len(chart.levels) != 2 or len(chart.columns) != 1:
        return None
    across = {one.groups[1].key: one.groups[1] for one in chart.cells}
    if not across or len(across) > MOST_ACROSS:
        return None
    function, groups = chart.columns[0], sorted(across.values(), key=by_label)
    cells = {(f.groups[0].key, f.groups[1].key): f for f in chart.cells}
    rows = []
    for found in [*chart.first, *([chart.others] if chart.others else [])]:
        key = found.groups[0].key
        parts = [cells.get((key, group.key)) for group in groups]
        row = [TableCell(found.groups[0].label)]
        row += [_value(chart, part, function) for part in parts]
        rows.append((*row, _value(chart, found, function)))
    unit = function.unit.name
    return Table(
        headings=(
            Heading(chart.levels[0].heading),
            *(Heading(group.label, unit, is_number=True) for group in groups),
            Heading(function.label, unit, is_number=True),
        ),
        rows=tuple(rows),
        total=(
            TableCell("Total"),
            *(_below(chart, group.key, function) for group in groups),
            _value(chart, Found((), chart.total, chart.query), function),
        ),
        bar_column=len(groups) + 1,
    )


def by_label(group: Group) -> tuple[bool, object]:
    """Return what sorts groups by label."""
    return group.sort_key


def _below(chart: Chart, key: object, function: Function) -> TableCell:
    """Add a column up, unless tickets count in several of its rows."""
    if chart.levels[0].is_many or chart.others:
        return TableCell("", is_number=True)
    column = together([f.cell for f in chart.cells if f.groups[1].key == key])
    return number_cell(column.value(function), function.unit)


def _value(chart: Chart, found: Found | None, function: Function) -> TableCell:
    if found is None or not found.cell.count:
        return TableCell("–", is_number=True)
    value = found.cell.value(function)
    return number_cell(value, function.unit, found.query, is_rt=chart.is_rt)


def written(table: Table) -> Iterator[list[str]]:
    """Yield the rows of a file of comma-separated values."""
    yield [f"{h.text} ({h.unit})" if h.unit else h.text for h in table.headings]
    for row in table.rows:
        yield [_plain(cell) for cell in row]
    if table.total:
        yield [_plain(cell) for cell in table.total]


def _html(cell: TableCell) -> str:
    css = ""
    if cell.is_number or cell.is_repeated:
        css = f' class="{"r" if cell.is_number else "same"}"'
    return f"<td{css}>{_inner(cell)}</td>"


def _head(cell: TableCell) -> str:
    return f'<th scope="row">{_inner(cell)}</th>' if cell.text else "<td></td>"


def _inner(cell: TableCell) -> str:
    text = escape(cell.text)
    has_tickets = cell.query and (not cell.is_number or cell.number is not None)
    return f'<a href="{escape(cell.url)}">{text}</a>' if has_tickets else text


class _Echo:
    """Gives back what csv writes, one line at a time."""

    def write(self, line: str) -> str:
        return line


def csv_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a CSV file, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    for number, row in enumerate(written(table)):
        line: str = writer.writerow(row)
        yield f"\ufeff{line}" if number == 0 else line


def _names(labels: Sequence[str], before: Sequence[str]) -> Iterator[TableCell]:
    """Yield the names; the first ones are said again for those who listen only."""
    is_same = bool(before)
    for index, label in enumerate(labels):
        is_same = is_same and index + 1 < len(labels) and before[index] == label
        yield TableCell(label, is_repeated=is_same)


def _values(
    chart: Chart, found: Found, columns: Sequence[Function]
) -> Iterator[TableCell]:
    for function in columns:
        value = found.cell.value(function)
        yield number_cell(value, function.unit, found.query, is_rt=chart.is_rt)


def _total(
    cell: Cell, chart: Chart, columns: Sequence[Function]
) -> tuple[TableCell, ...]:
    blank = tuple(TableCell("") for _ in chart.levels[1:])
    whole = Found((), cell, chart.query)
    return (TableCell("Total"), *blank, *_values(chart, whole, columns))


def _plain(cell: TableCell) -> str:
    """Return a cell for a program: numbers bare, texts that cannot be formulas."""
    if cell.is_number:
        return "" if cell.number is None else f"{cell.number:.2f}".removesuffix(".00")
    is_formula = cell.text.startswith(FORMULA_STARTS)
    return f"'{cell.text}" if is_formula else cell.text
