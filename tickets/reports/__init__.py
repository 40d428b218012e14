"""Reports ready made: the questions that are asked again and again.

Each takes a `Wanted` (who asks, which days, which queue) and gives a `Report`:
pictures, a table, and TicketSQL behind the numbers. `REPORTS` lists them.
"""

from tickets.reports.catalogue import REPORTS, Definition
from tickets.reports.period import Period, PeriodError
from tickets.reports.report import Report, Wanted

__all__ = ["REPORTS", "Definition", "Period", "PeriodError", "Report", "Wanted"]
