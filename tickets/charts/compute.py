"""From a query and a specification to the groups of a chart."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from tickets.charts.chart import EVERYTHING, Chart
from tickets.charts.groupings import grouping_named
from tickets.charts.levels import Level, level_for
from tickets.charts.making import Maker
from tickets.charts.spec import ChartError, ChartSpec
from tickets.search.context import Context


def compute(
    query: str,
    spec: ChartSpec,
    *,
    user: User,
    now: datetime | None = None,
    rt_precedence: bool = False,
) -> Chart:
    """Group the visible tickets that a query finds; at most six statements.

    Raises:
        TicketSQLError: the query cannot be understood.
        ChartError: the specification names a custom field there is not.
    """
    now = now or timezone.now()
    context = Context(user=user, now=now)
    try:
        levels = [level_for(grouping_named(n), context=context) for n in spec.group_by]
    except ValidationError as error:
        chosen = replace(spec, group_by=ChartSpec().group_by)
        raise ChartError({"group_by": error.messages}, chosen) from error
    maker = Maker(
        query.strip() or EVERYTHING, spec, user=user, now=now, rt=rt_precedence
    )
    return maker.chart(tuple(levels))


def compute_by(level: Level, query: str, *, user: User, now: datetime) -> Chart:
    """Count by a level that has no name in charts, as reports do."""
    return Maker(query, ChartSpec(), user=user, now=now, rt=False).chart((level,))
