"""From a query and a specification to the groups of a chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from tickets.charts.functions import Function, function_named
from tickets.charts.groupings import grouping_named
from tickets.charts.levels import Group, Level, level_for
from tickets.charts.spec import ChartError, ChartSpec
from tickets.charts.statement import EMPTY, Cell, Row, grouped, together
from tickets.models.querysets import TicketQuerySet
from tickets.search import search
from tickets.search.context import Context

# Beyond these a chart keeps what is largest, or newest in a series, and says so.
MOST_GROUPS = 1_000
MOST_CELLS = 2_000
# Colours that can be told apart.
MOST_SERIES = 8
MOST_SLICES = 8
EVERYTHING = "id > 0"
OTHERS = Group(("others",), "Others", "", "")


@dataclass(frozen=True, slots=True)
class Found:
    """Groups, one of each level, the tickets in all of them, and how to find those."""

    groups: tuple[Group, ...]
    cell: Cell
    query: str


@dataclass(slots=True)
class Chart:
    """Everything a picture, a table and a file show.

    ``first`` are the groups of the first level; ``cells`` those of all levels together
    (the same when there is one). ``others`` are the tickets in none of the groups
    shown, where a limit leaves some out. ``rest_of_series`` says the same of the last
    level's groups that have no colour of their own, by the keys of the other levels.
    """

    spec: ChartSpec
    query: str
    levels: tuple[Level, ...]
    functions: tuple[Function, ...]
    first: list[Found]
    cells: list[Found]
    total: Cell
    others: Found | None = None
    slices: list[Found] = field(default_factory=list)
    series: list[Group] = field(default_factory=list)
    rest_of_series: dict[tuple[Any, ...], Found] = field(default_factory=dict)
    is_cut: bool = False
    is_rt: bool = False

    @property
    def columns(self) -> list[Function]:
        """Return the functions of the table's columns."""
        return [column for f in self.functions for column in f.columns]

    @property
    def drawn(self) -> Function:
        """Return the one function that the picture shows."""
        return self.functions[0].drawn

    @property
    def style(self) -> str:
        """Return how it is drawn: parts of a whole only where parts add up."""
        if self.spec.style == "pie" and not self.drawn.is_sum:
            return "bar"
        return self.spec.style

    @property
    def overlaps(self) -> bool:
        """Say whether a ticket may be in several groups."""
        return any(level.is_many for level in self.levels)


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
    maker = _Maker(
        query.strip() or EVERYTHING, spec, user=user, now=now, rt=rt_precedence
    )
    return maker.chart(tuple(levels))


def compute_by(level: Level, query: str, *, user: User, now: datetime) -> Chart:
    """Count by a level that has no name in charts, as reports do."""
    return _Maker(query, ChartSpec(), user=user, now=now, rt=False).chart((level,))


def narrowed(query: str, conditions: Iterable[str]) -> str:
    """Return the query for the tickets of it that meet further conditions."""
    parts = [
        f"({condition})" if " OR " in condition else condition
        for condition in conditions
        if condition
    ]
    if query != EVERYTHING:
        parts.insert(0, f"({query})")
    return " AND ".join(parts) or query


def any_of(groups: Iterable[Group]) -> str:
    """Return the condition for the tickets in at least one of the groups."""
    return " OR ".join(
        f"({group.condition})" if " AND " in group.condition else group.condition
        for group in groups
    )


class _Maker:
    """Runs the statements of one chart, each only if what came before needs it."""

    def __init__(
        self, query: str, spec: ChartSpec, *, user: User, now: datetime, rt: bool
    ) -> None:
        self.query = query
        self.spec = spec
        self.user = user
        self.now = now
        self.rt = rt
        self.functions = tuple(function_named(name) for name in spec.functions)
        self.order = self.functions[0].drawn
        self.is_cut = False

    def chart(self, levels: tuple[Level, ...]) -> Chart:
        tickets = self.found(self.query)
        first = self.first_groups(tickets, levels[0])
        total = self.total(tickets, first, levels[0])
        shown, others = self.limited(first)
        cells = shown
        if len(levels) > 1:
            cells = self.all_cells(levels, shown, is_limited=others is not None)
        chart = Chart(
            spec=self.spec,
            query=self.query,
            levels=levels,
            functions=self.functions,
            first=shown,
            cells=cells,
            total=total,
            others=others,
        )
        self.fit_colours(chart)
        chart.is_cut, chart.is_rt = self.is_cut, self.rt
        return chart

    def found(self, query: str) -> TicketQuerySet:
        return search(
            query, user=self.user, now=self.now, rt_precedence=self.rt
        ).order_by()

    def first_groups(self, tickets: TicketQuerySet, level: Level) -> list[Found]:
        """Return all groups of the first level, in order, gaps of a series filled."""
        is_newest_kept = level.is_series and not self.spec.limit
        rows = grouped(
            tickets,
            levels=[level],
            functions=self.functions,
            order=None if is_newest_kept else self.order,
            is_ascending=bool(self.spec.limit) and self.spec.limit_type == "bottom",
            most=MOST_GROUPS + 1,
        )
        if len(rows) > MOST_GROUPS:
            self.is_cut = True
            rows = rows[:MOST_GROUPS]
        found = {row.keys[0]: self._found([level], row) for row in rows}
        if not self.spec.limit:
            groups = [one.groups[0] for one in found.values()]
            for group in level.fill(groups):
                if group.key not in found:
                    found[group.key] = self._nothing(group)
        return self.ordered(found.values())

    def limited(self, first: list[Found]) -> tuple[list[Found], Found | None]:
        """Keep the largest or smallest groups; sum up the tickets in none of them."""
        limit = self.spec.limit
        if not limit or len(first) <= limit:
            return first, None
        is_bottom = self.spec.limit_type == "bottom"
        ranked = sorted(first, key=lambda one: one.groups[0].sort_key)
        ranked.sort(key=self._value, reverse=not is_bottom)
        kept = {one.groups[0].key for one in ranked[:limit]}
        shown = [one for one in first if one.groups[0].key in kept]
        return shown, self.none_of([one.groups[0] for one in shown])

    def none_of(self, groups: Sequence[Group]) -> Found:
        """Return the tickets that are in none of the groups; one query."""
        query = self._without(groups)
        rows = grouped(self.found(query), levels=[], functions=self.functions)
        cell = rows[0].cell if rows else EMPTY
        return Found((OTHERS,), cell, query)

    def all_cells(
        self, levels: Sequence[Level], shown: list[Found], *, is_limited: bool
    ) -> list[Found]:
        """Return the groups of all levels together, within those of the first."""
        query = self.query
        if is_limited:
            query = narrowed(query, [any_of(one.groups[0] for one in shown)])
        rows = grouped(
            self.found(query),
            levels=levels,
            functions=self.functions,
            order=self.order,
            most=MOST_CELLS + 1,
        )
        if len(rows) > MOST_CELLS:
            self.is_cut = True
            rows = rows[:MOST_CELLS]
        place = {one.groups[0].key: i for i, one in enumerate(shown)}
        found = [self._found(levels, row) for row in rows if row.keys[0] in place]
        found.sort(
            key=lambda one: (
                place[one.groups[0].key],
                *(group.sort_key for group in one.groups[1:]),
            )
        )
        return found

    def total(self, tickets: TicketQuerySet, first: list[Found], level: Level) -> Cell:
        """Count each ticket once; a sum does unless tickets are in several groups."""
        if not level.is_many and not self.is_cut:
            return together([one.cell for one in first])
        rows = grouped(tickets, levels=[], functions=self.functions)
        return rows[0].cell if rows else EMPTY

    def fit_colours(self, chart: Chart) -> None:
        """Put together what would need more colours than can be told apart."""
        if chart.style == "pie":
            chart.slices = self._slices(chart)
        elif len(chart.levels) > 1:
            groups = {one.groups[-1].key: one.groups[-1] for one in chart.cells}
            series = list(groups.values())
            if len(series) > MOST_SERIES:
                sizes: dict[Any, float] = dict.fromkeys(groups, 0)
                for one in chart.cells:
                    sizes[one.groups[-1].key] += abs(self._value(one))
                series.sort(key=lambda g: g.sort_key)
                series.sort(key=lambda g: sizes[g.key], reverse=True)
                series = series[: MOST_SERIES - 1]
                chart.rest_of_series = self._rest(chart, series)
            chart.series = sorted(series, key=lambda g: g.sort_key)

    def ordered(self, found: Iterable[Found]) -> list[Found]:
        """Order by label, what has no value last either way, or by value."""
        is_descending = self.spec.is_descending
        groups = sorted(found, key=lambda one: one.groups[0].sort_key)
        if self.spec.order_by == "value":
            groups.sort(key=self._value, reverse=is_descending)
        elif is_descending:
            groups.reverse()
            groups.sort(key=lambda one: one.groups[0].key is None)
        return groups

    def _slices(self, chart: Chart) -> list[Found]:
        shown = [one for one in chart.first if self._value(one) > 0]
        if len(shown) <= MOST_SLICES:
            return [*shown, *([chart.others] if chart.others else [])]
        largest = sorted(shown, key=self._value, reverse=True)[: MOST_SLICES - 1]
        return [*largest, self.none_of([one.groups[0] for one in largest])]

    def _rest(
        self, chart: Chart, series: Sequence[Group]
    ) -> dict[tuple[Any, ...], Found]:
        """Return, by the keys of the other levels, what is in none of the series."""
        levels = chart.levels[:-1]
        query = self._without(series)
        rows = grouped(self.found(query), levels=levels, functions=self.functions)
        rest = {}
        for row in rows:
            groups = self._groups(levels, row)
            wanted = narrowed(query, [group.condition for group in groups])
            rest[row.keys] = Found(groups, row.cell, wanted)
        return rest

    def _without(self, groups: Sequence[Group]) -> str:
        return narrowed(self.query, [f"NOT ({any_of(groups)})"])

    def _found(self, levels: Sequence[Level], row: Row) -> Found:
        groups = self._groups(levels, row)
        query = narrowed(self.query, [group.condition for group in groups])
        return Found(groups, row.cell, query)

    def _groups(self, levels: Sequence[Level], row: Row) -> tuple[Group, ...]:
        parts = zip(levels, row.keys, row.labels, strict=True)
        return tuple(level.group(key, label) for level, key, label in parts)

    def _nothing(self, group: Group) -> Found:
        return Found((group,), EMPTY, narrowed(self.query, [group.condition]))

    def _value(self, one: Found) -> float:
        return one.cell.value(self.order) or 0
