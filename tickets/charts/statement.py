"""The one SQL statement behind a chart: visible tickets, put together and counted.

The inner statements are Django's, rights included. Around them stands what the ORM
cannot say: each ticket counts once in each of its groups, also where it is in a group
twice, and sums never count a ticket twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from tickets.charts.functions import Function, measure_expression
from tickets.charts.levels import Level
from tickets.models.querysets import TicketQuerySet


@dataclass(frozen=True, slots=True)
class Measured:
    """What one measure comes to in a group: of how many tickets, and how much."""

    count: int
    total: float
    least: float | None
    most: float | None


NOTHING = Measured(0, 0, None, None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One group: how many tickets, and what their measures come to."""

    count: int
    measures: dict[str, Measured]

    def value(self, function: Function) -> float | None:
        """Return what a function says of the group; None where nothing is measured."""
        if not function.measure:
            return self.count
        measured = self.measures.get(function.measure, NOTHING)
        if function.aggregate == "SUM":
            return measured.total
        if not measured.count:
            return None
        if function.aggregate == "AVG":
            return measured.total / measured.count
        return measured.least if function.aggregate == "MIN" else measured.most


@dataclass(frozen=True, slots=True)
class Row:
    """A group by its keys, one for each level, and the labels of folded ones."""

    keys: tuple[Any, ...]
    labels: tuple[Any, ...]
    cell: Cell


EMPTY = Cell(0, {})


def together(cells: Sequence[Cell]) -> Cell:
    """Return what cells without tickets in common come to."""
    measures = dict.fromkeys(name for cell in cells for name in cell.measures)
    return Cell(
        sum(cell.count for cell in cells),
        {
            name: _joined([c.measures[name] for c in cells if name in c.measures])
            for name in measures
        },
    )


def _joined(parts: Sequence[Measured]) -> Measured:
    least = [part.least for part in parts if part.least is not None]
    most = [part.most for part in parts if part.most is not None]
    return Measured(
        sum(part.count for part in parts),
        sum(part.total for part in parts),
        min(least, default=None),
        max(most, default=None),
    )


def grouped(
    tickets: TicketQuerySet,
    *,
    levels: Sequence[Level],
    functions: Sequence[Function] = (),
    order: Function | None = None,
    is_ascending: bool = False,
    most: int = 0,
) -> list[Row]:
    """Group tickets by all levels and calculate; one query.

    Names that are looked up cost one more query for each level that has them.

    With ``most``, the groups with the largest values of ``order`` are kept, or
    without it the last by key; keys decide between equals.
    """
    measures = list(dict.fromkeys(f.measure for f in functions if f.measure))
    try:
        source, params = _source(tickets, levels, measures)
    except EmptyResultSet:
        return []
    columns = [_key(i, level) for i, level in enumerate(levels)]
    labels = [_label(i, level) for i, level in enumerate(levels)]
    numbers = [f"{a}(s.chart_m{i})" for i in range(len(measures)) for a in _AGGREGATES]
    sql = f"SELECT {', '.join([*columns, *labels, 'COUNT(*)', *numbers])} FROM {source}"  # noqa: S608 - names of our own; all values are parameters
    if columns:
        sql += f" GROUP BY {', '.join(columns)}"
    if most:
        direction = "ASC" if is_ascending else "DESC"
        ranks = [f"{key} {direction}" for key in columns]
        if order is not None:
            ranks.insert(0, f"{_rank(order, measures)} {direction}")
        sql += f" ORDER BY {', '.join(ranks)} LIMIT {int(most)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = [_row(found, len(levels), measures) for found in cursor.fetchall()]
    for index, level in enumerate(levels):
        if level.names is not None:
            rows = _named(rows, index, level.names)
    return rows


def _named(
    rows: list[Row], index: int, names: Callable[[Sequence[Any]], dict[Any, str]]
) -> list[Row]:
    keys = {row.keys[index] for row in rows} - {None}
    known = names(sorted(keys))
    return [
        replace(
            row,
            labels=(
                *row.labels[:index],
                known.get(row.keys[index]),
                *row.labels[index + 1 :],
            ),
        )
        for row in rows
    ]


_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX")


def _source(
    tickets: TicketQuerySet, levels: Sequence[Level], measures: Sequence[str]
) -> tuple[str, list[Any]]:
    """Return what is selected from: the tickets beside the values of each level."""
    annotations: dict[str, Any] = {}
    for index, level in enumerate(levels):
        if level.key is not None:
            annotations[f"chart_k{index}"] = level.key
        if level.label is not None:
            annotations[f"chart_l{index}"] = level.label
    for index, measure in enumerate(measures):
        annotations[f"chart_m{index}"] = measure_expression(measure)
    plain = tickets.order_by().annotate(**annotations).values("id", *annotations)
    sql, params = plain.query.sql_with_params()
    source, parameters = f"({sql}) s", list(params)
    for index, level in enumerate(levels):
        if level.is_many:
            values, more = _values(level)
            source += f" LEFT JOIN ({values}) v{index} ON v{index}.t = s.id"
            parameters += more
    return source, parameters


def _values(level: Level) -> tuple[str, list[Any]]:
    """Return a relation with each value of a ticket once, whatever its case."""
    parts: list[str] = []
    params: list[Any] = []
    for queryset in level.values:
        try:
            sql, more = queryset.order_by().query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(sql)
        params += more
    # The columns are named by a first part without rows, since a list of columns
    # after an alias is not SQL to SQLite.
    if level.names is not None:
        return " UNION ".join(["SELECT 0 AS t, 0 AS k WHERE 1 = 0", *parts]), params
    named = "SELECT 0 AS t, '' AS k, '' AS l WHERE 1 = 0"
    union = " UNION ALL ".join([named, *parts])
    return (
        f"SELECT t, k, MIN(l) AS l FROM ({union}) u GROUP BY t, k",  # noqa: S608 - the statements are Django's
        params,
    )


def _key(index: int, level: Level) -> str:
    return f"v{index}.k" if level.is_many else f"s.chart_k{index}"


def _label(index: int, level: Level) -> str:
    if level.names is not None:
        return "NULL"
    if level.is_many:
        return f"MIN(v{index}.l)"
    return f"MIN(s.chart_l{index})" if level.label is not None else "NULL"


def _rank(order: Function, measures: Sequence[str]) -> str:
    """Write what groups are ranked by; where nothing is measured, as if it were 0."""
    if not order.measure:
        return "COUNT(*)"
    column = f"s.chart_m{measures.index(order.measure)}"
    return f"COALESCE({order.aggregate}({column}), 0)"


def _row(found: Sequence[Any], levels: int, measures: Sequence[str]) -> Row:
    numbers = found[2 * levels :]
    size = len(_AGGREGATES)
    measured = {
        measure: _measured(numbers[1 + size * i : 1 + size * (i + 1)])
        for i, measure in enumerate(measures)
    }
    return Row(
        keys=tuple(found[:levels]),
        labels=tuple(found[levels : 2 * levels]),
        cell=Cell(int(numbers[0]), measured),
    )


def _measured(numbers: Sequence[Any]) -> Measured:
    count, total, least, most = numbers
    if not count:
        return NOTHING
    return Measured(int(count), int(total), int(least), int(most))
