"""Several counts over the same groups, side by side: created and resolved by day."""

from collections.abc import Mapping, Sequence
from typing import Any

from tickets.charts import Chart
from tickets.charts.drawing import Figure, Mark, Series, Shown
from tickets.charts.drawing.shown import draw, legend
from tickets.charts.levels import Group
from tickets.charts.units import Unit
from tickets.reports.report import WIDTH


def groups_of(charts: Sequence[Chart]) -> list[Group]:
    """Return the groups that at least one of the charts has, by label."""
    known: dict[Any, Group] = {}
    for chart in charts:
        for found in chart.first:
            known.setdefault(found.groups[0].key, found.groups[0])
    return sorted(known.values(), key=lambda group: group.sort_key)


def marks_of(chart: Chart, groups: Sequence[Group]) -> tuple[Mark, ...]:
    """Return a chart's count for each group, 0 where it has none."""
    found = {one.groups[0].key: one for one in chart.first}
    return tuple(
        Mark(found[group.key].cell.value(chart.drawn), found[group.key].query)
        if group.key in found
        else Mark(0)
        for group in groups
    )


def picture(
    title: str,
    categories: Sequence[str],
    series: Mapping[str, Sequence[Mark]],
    *,
    unit: Unit,
    style: str = "bar",
    is_stacked: bool = False,
    is_series: bool = False,
    colours: Sequence[int] = (),
) -> Shown:
    """Draw series of marks, in the colours given or the usual ones."""
    figure = Figure(
        title=title,
        categories=tuple(categories),
        series=tuple(
            Series(name, tuple(marks), colours[index] if colours else index)
            for index, (name, marks) in enumerate(series.items())
        ),
        unit=unit,
        style=style,
        is_stacked=is_stacked,
        is_series=is_series,
        width=WIDTH,
    )
    return Shown(title=title, svg=draw(figure), legend=legend(figure), figure=figure)
