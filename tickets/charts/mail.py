"""Charts in mails, whose readers know neither SVG nor style sheets."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from tickets.charts.drawing import Shown, TableCell

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class MailCell:
    """A cell with its absolute address."""

    text: str
    url: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class MailRow:
    """Cells, and how long the bar beside them is in hundredths of the longest."""

    cells: tuple[MailCell, ...]
    percent: int


def mail_html(chart: Shown, *, base_url: str) -> str:
    """Return a chart as a table with bars made of table cells.

    ``base_url`` is where the site is, without a slash at the end. Long tables are cut;
    the link to the chart has the rest.
    """
    table = chart.table
    longest = max((_bar(row, table.bar_column) for row in table.rows), default=0.0)
    ctx = {
        "chart": chart,
        "rows": [
            _row(row, table.bar_column, longest, base_url)
            for row in table.rows[:MOST_ROWS]
        ],
        "total": [_cell(cell, base_url) for cell in table.total],
        "more": max(0, len(table.rows) - MOST_ROWS),
        "has_bars": longest > 0,
        "url": f"{base_url}{chart.edit_url}" if chart.edit_url else "",
    }
    return render_to_string("emails/_chart.html", ctx)


def mail_text(chart: Shown) -> str:
    """Return a chart as lines of text, for the plain part of a mail."""
    table = chart.table
    rows = [[heading.text for heading in table.headings]]
    rows += [[cell.text for cell in row] for row in table.rows[:MOST_ROWS]]
    rows += [[cell.text for cell in table.total]] if table.total else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            text.rjust(width) if heading.is_number else text.ljust(width)
            for text, width, heading in zip(row, widths, table.headings, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join([chart.title, "", *lines])


def _row(
    row: tuple[TableCell, ...], column: int, longest: float, base_url: str
) -> MailRow:
    percent = round(100 * _bar(row, column) / longest) if longest else 0
    return MailRow(tuple(_cell(cell, base_url) for cell in row), percent)


def _cell(cell: TableCell, base_url: str) -> MailCell:
    url = f"{base_url}{cell.url}" if cell.query and cell.number is not None else ""
    return MailCell(cell.text, url, cell.is_number)


def _bar(row: tuple[TableCell, ...], column: int) -> float:
    return max(0.0, row[column].number or 0.0) if 0 <= column < len(row) else 0.0
