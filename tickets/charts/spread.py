"""How a measure is spread: average, median and what nine in ten stay within.

Medians are the same on both databases: of an even number the lower of the two.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, F, QuerySet

from tickets.charts.levels import Level
from tickets.models.querysets import TicketQuerySet
from tickets.search.moments import seconds_between


@dataclass(frozen=True, slots=True)
class Spread:
    """A group: how many tickets, of how many there is a measure, and its spread."""

    key: Any
    label: Any
    tickets: int
    measured: int
    average: float | None
    median: float | None
    ninetieth: float | None
    is_whole: bool = False


NO_SPREAD = Spread(None, None, 0, 0, None, None, None)


def spread(
    tickets: TicketQuerySet,
    *,
    measure: "Expression | QuerySet[Any, Any]",
    level: Level,
) -> tuple[list[Spread], Spread]:
    """Return the spread in each group of a level, and in all of them; one query.

    A measure is an expression over tickets, or a queryset of ticket ids and moments up
    to which the time from Created counts. The level has one group for a ticket.
    """
    try:
        source, params = _source(tickets, measure, level)
    except EmptyResultSet:
        return [], NO_SPREAD
    # Read once, used for the groups and for the whole.
    sql = (
        f"WITH q AS ({source})"
        f" {_statistics('k', 'MIN(l)', 'PARTITION BY k')} GROUP BY k"
        f" UNION ALL {_statistics('NULL', 'NULL', '')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        *groups, whole = sorted(map(_spread, cursor.fetchall()), key=_is_whole)
    return groups, whole


def _statistics(key: str, label: str, partition: str) -> str:
    # NULL sorts first here and last there, so it gets a place of its own.
    ranked = (
        f"SELECT k, l, m, ROW_NUMBER() OVER ({partition} ORDER BY"  # noqa: S608 - names of our own
        " CASE WHEN m IS NULL THEN 1 ELSE 0 END, m) AS place,"
        f" COUNT(m) OVER ({partition}) AS size FROM q"
    )
    # The smallest value that half, or nine in ten, do not exceed.
    at = "MAX(CASE WHEN place = (size * {} + 99) / 100 THEN m END)"
    is_whole = 0 if partition else 1
    return (
        f"SELECT {key}, {label}, COUNT(*), COUNT(m), SUM(m), {at.format(50)},"  # noqa: S608 - names of our own
        f" {at.format(90)}, {is_whole} FROM ({ranked}) r{is_whole}"
    )


def _is_whole(one: Spread) -> bool:
    return one.is_whole


def _source(
    tickets: TicketQuerySet,
    measure: "Expression | QuerySet[Any, Any]",
    level: Level,
) -> tuple[str, list[Any]]:
    """Return a statement for the key, label and measure of each ticket."""
    annotations: dict[str, Any] = {"chart_k": level.key}
    if level.label is not None:
        annotations["chart_l"] = level.label
    is_beside = isinstance(measure, QuerySet)
    annotations["chart_m"] = F("created") if is_beside else measure
    plain = tickets.order_by().annotate(**annotations).values("id", *annotations)
    sql, params = plain.query.sql_with_params()
    label = "s.chart_l" if level.label is not None else "NULL"
    columns = f"SELECT s.chart_k AS k, {label} AS l"
    if not isinstance(measure, QuerySet):
        return f"{columns}, s.chart_m AS m FROM ({sql}) s", [*params]
    until, more = measure.order_by().query.sql_with_params()
    seconds = seconds_between("s.chart_m", "u.until", vendor=connection.vendor)
    source = f"({sql}) s LEFT JOIN ({until}) u ON u.ticket_id = s.id"
    return f"{columns}, {seconds} AS m FROM {source}", [*params, *more]


def _spread(row: tuple[Any, ...]) -> Spread:
    key, label, tickets, measured, total, median, ninetieth, is_whole = row
    return Spread(
        key,
        label,
        int(tickets),
        int(measured),
        int(total) / int(measured) if measured else None,
        None if median is None else int(median),
        None if ninetieth is None else int(ninetieth),
        bool(is_whole),
    )
