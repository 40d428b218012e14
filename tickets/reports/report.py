"""What reports are given and what they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from tickets.charts import Chart, ChartSpec, compute
from tickets.charts.chart import narrowed
from tickets.charts.drawing import Shown, Table
from tickets.charts.drawing.svg import results_url
from tickets.reports.period import Period
from tickets.search.context import Context
from tickets.search.nodes import quote

# Reports have the whole page.
WIDTH = 960


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who asks, about which days and which queue, and by what to group."""

    user: User
    now: datetime
    period: Period
    queue: str = ""
    by: str = ""

    @property
    def context(self) -> Context:
        """Return what conditions of searches are read against."""
        return Context(user=self.user, now=self.now)

    def query(self, *conditions: str) -> str:
        """Return TicketSQL for the queue and further conditions."""
        queue = f"Queue = {quote(self.queue)}" if self.queue else ""
        return narrowed("id > 0", [queue, *conditions])

    def chart(self, query: str, spec: ChartSpec) -> Chart:
        """Compute a chart of what a query finds."""
        return compute(query, spec, user=self.user, now=self.now)

    @property
    def grouping(self) -> str:
        """Return the grouping chosen, with the step of the period for days."""
        return self.by.replace("{grain}", self.period.grain)


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that matters, and its tickets."""

    label: str
    text: str
    query: str = ""

    @property
    def url(self) -> str:
        """Return where the tickets are listed, or nothing."""
        return results_url(self.query) if self.query else ""


@dataclass(frozen=True, slots=True)
class Report:
    """Numbers at the top, pictures, and the table that has it all."""

    pictures: Sequence[Shown]
    table: Table
    facts: Sequence[Fact] = ()
    notes: Sequence[str] = ()
    # The chart that shows the same and can be changed, if there is one.
    chart: tuple[str, ChartSpec] | None = None
