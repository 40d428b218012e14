"""Pictures and tables of charts and reports: SVG without styles or scripts in it."""

from tickets.charts.drawing.bars import bars
from tickets.charts.drawing.figure import Figure, Mark, Series
from tickets.charts.drawing.lines import lines
from tickets.charts.drawing.pie import pie
from tickets.charts.drawing.rows import rows
from tickets.charts.drawing.shown import Shown, shown_chart
from tickets.charts.drawing.table import Table, TableCell

__all__ = [
    "Figure",
    "Mark",
    "Series",
    "Shown",
    "Table",
    "TableCell",
    "bars",
    "lines",
    "pie",
    "rows",
    "shown_chart",
]
