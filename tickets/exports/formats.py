"""How rows are written: RT's TSV, CSV, JSON, XLSX."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone

from tickets.columns.kinds import Value
from tickets.exports.rows import Exported, raw_rows, text_rows

# A spreadsheet takes a cell that begins so for a formula, whoever wrote it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BUFFERED = 500
PIECE = 64 * 1024
# What a sheet of Excel's holds.
MOST_SHEET_ROWS = 1_048_575
LONGEST_CELL = 32_767
LARGEST_EXACT = 2**53
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A kind of file: how it is called, served and written."""

    label: str
    content_type: str
    write: Callable[[Exported], Iterator[bytes]]


def defused(text: str) -> str:
    """Return a cell that no spreadsheet will carry out; numbers stay as they are."""
    if not text.startswith(FORMULA_STARTS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit() and text[0] in "+-"


def tsv(export: Exported) -> Iterator[bytes]:
    """RT's rules: a line a ticket, line ends become a blank and tabs four."""

    def line(cells: list[str]) -> str:
        return "\t".join(_one_cell(cell) for cell in cells) + "\n"

    yield line(export.titles).encode()
    yield from _joined(line(row) for row in text_rows(export))


def _one_cell(text: str) -> str:
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return defused(text.replace("\t", "    "))


def comma_separated(export: Exported) -> Iterator[bytes]:
    """Quoted as RFC 4180 has it, marked as UTF-8 for Excel, formulas defused."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    head: str = writer.writerow([defused(title) for title in export.titles])
    yield (BYTE_ORDER_MARK + head).encode()
    yield from _joined(
        writer.writerow([defused(cell) for cell in row]) for row in text_rows(export)
    )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_json(export: Exported) -> Iterator[bytes]:
    """One list of objects by title; numbers are numbers, moments are ISO 8601."""
    titles = export.titles
    yield b"["
    separator = "\n"
    pieces: list[str] = []
    for row in raw_rows(export):
        pairs = dict(zip(titles, row, strict=True))
        pieces.append(separator + json.dumps(pairs, ensure_ascii=False, default=_iso))
        separator = ",\n"
        if len(pieces) == BUFFERED:
            yield "".join(pieces).encode("utf-8", "replace")
            pieces = []
    yield "".join(pieces).encode("utf-8", "replace")
    yield b"\n]\n"


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return str(value)


def _joined(lines: Iterator[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == BUFFERED:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting = []
    yield "".join(waiting).encode("utf-8", "replace")


def spreadsheet(export: Exported) -> Iterator[bytes]:
    """Write the sheet into a temporary file, row by row, and send that.

    A spreadsheet is a ZIP archive whose parts are known only at the end.
    """
    with tempfile.TemporaryFile() as file:
        _write_sheet(file, export)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_sheet(file: Any, export: Exported) -> None:
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet("Tickets")
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, title in enumerate(export.titles):
        sheet.set_column(number, number, 40 if title == "Subject" else 16)
        sheet.write_string(0, number, title, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(raw_rows(export), start=1):
        if line > MOST_SHEET_ROWS:
            break
        for number, value in enumerate(row):
            _write_cell(sheet, line, number, value, moment)
    book.close()


def _write_cell(sheet: Any, line: int, number: int, value: Value, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None)
        if local.year >= 1900:
            sheet.write_datetime(line, number, local, moment)
            return
        value = local.isoformat(" ", timespec="seconds")
    if isinstance(value, int) and abs(value) < LARGEST_EXACT:
        sheet.write_number(line, number, value)
        return
    sheet.write_string(line, number, str(value)[:LONGEST_CELL])


FORMATS: dict[str, ExportFormat] = {
    "tsv": ExportFormat("TSV", "application/vnd.ms-excel; charset=utf-8", tsv),
    "csv": ExportFormat("CSV", "text/csv; charset=utf-8", comma_separated),
    "xlsx": ExportFormat(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        spreadsheet,
    ),
    "json": ExportFormat("JSON", "application/json", as_json),
}
