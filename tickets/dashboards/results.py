"""What is saved, shown: the first tickets of a search as a table, a chart drawn."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from tickets.charts import ChartSpec, compute
from tickets.charts.drawing import Shown, shown_chart
from tickets.columns import Table, columns_of
from tickets.models import SavedSearch
from tickets.saved_searches import results_url
from tickets.search import search
from tickets.search.context import Context
from tickets.search.paging import total_of


@dataclass(frozen=True)
class Result:
    """A table and how many tickets there are in all."""

    table: Table
    total: int


def result_of(saved: SavedSearch, *, user: User, rows: int) -> Result:
    """Return the first rows of a saved search for a person.

    One query for the tickets, one for the number where there are more, and what its
    columns need.

    Raises:
        TicketSQLError, FormatError: it cannot be read any more.
    """
    context = Context(user=user, now=timezone.now())
    columns = columns_of(saved.format, user=user, context=context)
    found = search(saved.query, user=user, order_by=saved.order_by, now=context.now)
    tickets = list(columns.narrowed(found)[: rows + 1])
    if len(tickets) > rows:
        total = max(total_of(found, user=user, query=saved.query), rows + 1)
    else:
        total = len(tickets)
    return Result(Table(columns, tickets[:rows]), total)


def chart_of(saved: SavedSearch, *, user: User, title: str) -> Shown:
    """Return a saved chart drawn for a person. At most six queries.

    Raises:
        TicketSQLError, ChartError: it cannot be made any more.
    """
    spec = ChartSpec.from_json(saved.chart)
    is_rt = saved.chart.get("reading") == "rt"
    chart = compute(saved.query, spec, user=user, rt_precedence=is_rt)
    return shown_chart(chart, title=title, edit_url=results_url(saved))
