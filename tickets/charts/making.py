"""The statements of one chart, each run only if what came before needs it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from tickets.charts.chart import OTHERS, Chart, Found, any_of, narrowed
from tickets.charts.functions import function_named
from tickets.charts.levels import Group, Level
from tickets.charts.spec import ChartSpec
from tickets.charts.statement import EMPTY, Cell, Row, grouped, together
from tickets.models.querysets import TicketQuerySet
from tickets.search import search

# Beyond these a chart keeps what is largest, or newest in a series, and says so.
MOST_GROUPS = 1_000
MOST_CELLS = 2_000
# Colours that can be told apart.
MOST_SERIES = 8
MOST_SLICES = 8


class Maker:
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
        joint = self.joint_rows(tickets, levels)
        is_whole = len(joint) <= MOST_CELLS
        first = self.first_groups(tickets, levels[0], joint if is_whole else [])
        total = self.total(tickets, first, levels[0])
        shown, others = self.limited(first, levels[0])
        cells = shown
        if len(levels) > 1:
            if not joint or (others and not is_whole):
                joint = self.cell_rows(levels, shown, is_limited=others is not None)
            self.is_cut = self.is_cut or len(joint) > MOST_CELLS
            cells = self.all_cells(levels, shown, joint[:MOST_CELLS])
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

    def joint_rows(self, tickets: TicketQuerySet, levels: Sequence[Level]) -> list[Row]:
        """Return all levels together where the first can be read from that.

        It can if every ticket is in one group of each further level.
        """
        if len(levels) == 1 or any(level.is_many for level in levels[1:]):
            return []
        return self.rows(tickets, levels, most=MOST_CELLS + 1)

    def rows(
        self, tickets: TicketQuerySet, levels: Sequence[Level], most: int
    ) -> list[Row]:
        return grouped(
            tickets,
            levels=levels,
            functions=self.functions,
            order=self.order,
            most=most,
        )

    def first_groups(
        self, tickets: TicketQuerySet, level: Level, joint: list[Row]
    ) -> list[Found]:
        """Return all groups of the first level, in order, gaps of a series filled."""
        is_newest_kept = level.is_series and not self.spec.limit
        if joint:
            rows = _of_first(joint)
        else:
            rows = grouped(
                tickets,
                levels=[level],
                functions=self.functions,
                order=None if is_newest_kept else self.order,
                is_ascending=bool(self.spec.limit) and self.spec.limit_type == "bottom",
                most=MOST_GROUPS + 1,
            )
        if len(rows) > MOST_GROUPS and not joint:
            self.is_cut = True
            rows = rows[:MOST_GROUPS]
        found = {row.keys[0]: self._found([level], row) for row in rows}
        if not self.spec.limit:
            groups = [one.groups[0] for one in found.values()]
            for group in level.fill(groups):
                if group.key not in found:
                    found[group.key] = self._nothing(group)
        return self.ordered(found.values())

    def limited(
        self, first: list[Found], level: Level
    ) -> tuple[list[Found], Found | None]:
        """Keep the largest or smallest groups; sum up the tickets in none of them."""
        limit = self.spec.limit
        if not limit or len(first) <= limit:
            return first, None
        is_bottom = self.spec.limit_type == "bottom"
        ranked = sorted(first, key=lambda one: one.groups[0].sort_key)
        ranked.sort(key=self._value, reverse=not is_bottom)
        kept = {one.groups[0].key for one in ranked[:limit]}
        shown = [one for one in first if one.groups[0].key in kept]
        left_out = [one for one in first if one.groups[0].key not in kept]
        return shown, self.none_of(shown, left_out, level)

    def none_of(
        self, shown: Sequence[Found], left_out: Sequence[Found], level: Level
    ) -> Found:
        """Return the tickets that are in none of the groups shown.

        One query, unless those left out are all there and have no ticket in common.
        """
        query = self._without([one.groups[0] for one in shown])
        if not level.is_many and not self.is_cut:
            return Found((OTHERS,), together([one.cell for one in left_out]), query)
        rows = grouped(self.found(query), levels=[], functions=self.functions)
        cell = rows[0].cell if rows else EMPTY
        return Found((OTHERS,), cell, query)

    def cell_rows(
        self, levels: Sequence[Level], shown: list[Found], *, is_limited: bool
    ) -> list[Row]:
        """Ask for all levels together, within the groups of the first."""
        query = self.query
        if is_limited:
            query = narrowed(query, [any_of(one.groups[0] for one in shown)])
        return self.rows(self.found(query), levels, most=MOST_CELLS + 1)

    def all_cells(
        self, levels: Sequence[Level], shown: list[Found], rows: Sequence[Row]
    ) -> list[Found]:
        """Return the groups of all levels together, in order."""
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
        names = {one.groups[0].key for one in largest}
        left_out = [one for one in chart.first if one.groups[0].key not in names]
        left_out += [chart.others] if chart.others else []
        return [*largest, self.none_of(largest, left_out, chart.levels[0])]

    def _rest(
        self, chart: Chart, series: Sequence[Group]
    ) -> dict[tuple[Any, ...], Found]:
        """Return, by the keys of the other levels, what is in none of the series.

        One query, unless each ticket is in one group of the last level.
        """
        *levels, last = chart.levels
        query = self._without(series)
        names = {group.key for group in series}
        if last.is_many:
            rows = grouped(self.found(query), levels=levels, functions=self.functions)
            parts = [(self._groups(levels, row), row.cell) for row in rows]
        else:
            left_out = [c for c in chart.cells if c.groups[-1].key not in names]
            parts = _of_place(left_out)
        return {
            tuple(group.key for group in groups): Found(
                groups, cell, narrowed(query, [group.condition for group in groups])
            )
            for groups, cell in parts
        }

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


def _of_first(rows: Sequence[Row]) -> list[Row]:
    """Return the groups of the first level, where tickets are in one row of each."""
    parts: dict[Any, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.keys[0], []).append(row)
    return [
        Row((key,), same[0].labels[:1], together([row.cell for row in same]))
        for key, same in parts.items()
    ]


def _of_place(found: Sequence[Found]) -> list[tuple[tuple[Group, ...], Cell]]:
    """Put the groups together that differ in the last level alone."""
    parts: dict[tuple[Any, ...], list[Found]] = {}
    for one in found:
        place = tuple(group.key for group in one.groups[:-1])
        parts.setdefault(place, []).append(one)
    return [
        (same[0].groups[:-1], together([one.cell for one in same]))
        for same in parts.values()
    ]
