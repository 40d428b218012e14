"""Charts: what a search finds, put into groups, counted and drawn.

`ChartSpec` says what and how, `compute` does the sums in SQL, `tickets.charts.drawing`
makes a picture and a table of them. Reports are drawn by the same code.
"""

from tickets.charts.chart import Chart
from tickets.charts.compute import compute
from tickets.charts.spec import ChartError, ChartSpec

__all__ = ["Chart", "ChartError", "ChartSpec", "compute"]
