"""Columns of lists of tickets: RT's format strings, what their cells show, the table.

``columns_of`` reads a format for a person, ``Columns.narrowed`` makes a queryset load
what it shows, ``Table`` draws it in a fixed number of queries, and ``Cell.text`` and
``Cell.value`` are what exports take.
"""

from tickets.columns.formats import (
    DEFAULT_FORMAT,
    FormatColumn,
    FormatError,
    bare_column,
    join_format,
    parse_format,
)
from tickets.columns.kinds import Column
from tickets.columns.known import plain_columns
from tickets.columns.table import Cell, Columns, Table, columns_of

__all__ = [
    "DEFAULT_FORMAT",
    "Cell",
    "Column",
    "Columns",
    "FormatColumn",
    "FormatError",
    "Table",
    "bare_column",
    "columns_of",
    "join_format",
    "parse_format",
    "plain_columns",
]
