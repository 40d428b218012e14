"""From the groups of a chart to its picture, legend, table and remarks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from tickets.charts.chart import OTHERS, Chart, Found
from tickets.charts.drawing.bars import MOST_BARS, bars
from tickets.charts.drawing.figure import REST, Figure, Mark, Series
from tickets.charts.drawing.lines import MOST_POINTS, lines
from tickets.charts.drawing.pie import percent, pie, slice_colour
from tickets.charts.drawing.rows import MOST_ROWS, rows
from tickets.charts.drawing.svg import colour, results_url
from tickets.charts.drawing.table import EMPTY_TABLE, Table, chart_table
from tickets.charts.levels import Group

DRAW: dict[str, tuple[Callable[[Figure], SafeString], int]] = {
    "bar": (bars, MOST_BARS),
    "horizontal": (rows, MOST_ROWS),
    "line": (lines, MOST_POINTS),
    "pie": (pie, 100),
}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a colour stands for."""

    name: str
    css: str
    value: str = ""
    share: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What ``_chart.html`` shows: nothing in it asks the database."""

    title: str
    svg: SafeString | str
    table: Table = EMPTY_TABLE
    legend: tuple[LegendEntry, ...] = ()
    notes: tuple[str, ...] = ()
    is_pie: bool = False
    figure: Figure | None = None
    csv_url: str = ""
    edit_url: str = ""


def shown_chart(chart: Chart, *, title: str = "", edit_url: str = "") -> Shown:
    """Draw a chart; ``edit_url`` is where it can be looked at and changed."""
    figure, is_cut = figure_of(chart, title=title or chart_title(chart))
    notes = list(_notes(chart))
    if is_cut and chart.style != "table":
        count = len(figure.categories)
        notes.append(f"The picture shows the first {count}; the table has them all.")
    return Shown(
        title=figure.title,
        svg=draw(figure),
        table=chart_table(chart),
        legend=legend(figure),
        notes=tuple(notes),
        is_pie=figure.style == "pie",
        figure=figure,
        edit_url=edit_url,
    )


def draw(figure: Figure) -> SafeString | str:
    """Return the picture, or nothing where there is nothing to show."""
    if figure.style not in DRAW or figure.is_empty:
        return ""
    return DRAW[figure.style][0](figure)


def legend(figure: Figure) -> tuple[LegendEntry, ...]:
    """Return what the colours mean, if there is more than one."""
    if figure.is_empty or figure.style == "table":
        return ()
    if figure.style == "pie":
        marks = figure.series[0].marks
        whole = sum(max(0.0, mark.value or 0) for mark in marks) or 1.0
        return tuple(
            LegendEntry(
                name=name,
                css=slice_colour(figure, index),
                value=figure.unit.text(marks[index].value),
                share=percent((marks[index].value or 0) / whole),
                url=results_url(marks[index].query, is_rt=marks[index].is_rt),
            )
            for index, name in enumerate(figure.categories)
        )
    if not figure.has_legend:
        return ()
    return tuple(LegendEntry(s.name, colour(s)) for s in figure.series)


def chart_title(chart: Chart) -> str:
    """Return what a chart shows in words: "Tickets by Queue and Status"."""
    names = [level.heading for level in chart.levels]
    by = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return f"{chart.drawn.label} by {by}"


def figure_of(chart: Chart, *, title: str) -> tuple[Figure, bool]:
    """Return what is drawn of a chart, and whether something is left out."""
    style = chart.style
    if style == "pie":
        return _pie_figure(chart, title), False
    most = DRAW[style][1] if style in DRAW else MOST_BARS
    if len(chart.levels) == 1:
        found = [*chart.first, *([chart.others] if chart.others else [])]
        categories: list[tuple[str, ...]]
        categories = [(one.groups[0].label,) for one in found[:most]]
        series = [Series(chart.drawn.label, _marks(chart, found[:most]))]
        if chart.others and len(found) <= most and len(found) > 1:
            series = _others_apart(series[0])
        is_cut = len(found) > most
    else:
        categories, series, is_cut = _stacks(chart, most)
    return (
        Figure(
            title=title,
            categories=tuple(" · ".join(labels) for labels in categories),
            series=tuple(series),
            unit=chart.drawn.unit,
            style=style,
            is_stacked=_is_stacked(chart, series),
            is_series=chart.levels[0].is_series and len(chart.levels) < 3,
            width=chart.spec.width,
            height=chart.spec.height,
        ),
        is_cut,
    )


def _is_stacked(chart: Chart, series: list[Series]) -> bool:
    """Stack what adds up; averages and losses stand side by side."""
    is_negative = any((m.value or 0) < 0 for s in series for m in s.marks)
    adds_up = chart.drawn.is_sum and chart.style != "line"
    return len(series) > 1 and adds_up and not is_negative


def _others_apart(series: Series) -> list[Series]:
    """Give the others, which come last, a series and so a colour of their own."""
    nothing = Mark(None)
    blank = (nothing,) * (len(series.marks) - 1)
    return [
        Series(series.name, (*series.marks[:-1], nothing)),
        Series("Others", (*blank, series.marks[-1]), REST),
    ]


def _stacks(
    chart: Chart, most: int
) -> tuple[list[tuple[str, ...]], list[Series], bool]:
    """Put the last level's groups on top of each other, the other levels beside."""
    places: dict[tuple[Any, ...], tuple[str, ...]] = {}
    if len(chart.levels) == 2:
        places = {(f.groups[0].key,): (f.groups[0].label,) for f in chart.first}
    for one in chart.cells:
        place = one.groups[:-1]
        key = tuple(group.key for group in place)
        places.setdefault(key, tuple(group.label for group in place))
    keys = list(places)[:most]
    by_key: dict[tuple[Any, ...], Found] = {
        tuple(group.key for group in one.groups): one for one in chart.cells
    }
    others = chart.others if len(keys) < most else None
    series = [
        _stacked(chart, group, number, keys, by_key, others)
        for number, group in enumerate(chart.series)
    ]
    if chart.rest_of_series or others:
        rest = [_mark(chart, chart.rest_of_series.get(key)) for key in keys]
        if others:
            rest.append(_mark(chart, others))
        series.append(Series("Others", tuple(rest), REST))
    labels = [places[key] for key in keys] + ([("Others",)] if others else [])
    return labels, series, len(places) > most


def _stacked(
    chart: Chart,
    group: Group,
    number: int,
    keys: list[tuple[Any, ...]],
    by_key: dict[tuple[Any, ...], Found],
    others: Found | None,
) -> Series:
    marks = [_mark(chart, by_key.get((*key, group.key))) for key in keys]
    if others:
        marks.append(Mark(None))
    return Series(group.label, tuple(marks), number)


def _pie_figure(chart: Chart, title: str) -> Figure:
    found = chart.slices
    has_rest = bool(found) and found[-1].groups[0] == OTHERS
    return Figure(
        title=title,
        categories=tuple(one.groups[0].label for one in found),
        series=(
            Series(chart.drawn.label, _marks(chart, found), REST if has_rest else 0),
        ),
        unit=chart.drawn.unit,
        style="pie",
        width=chart.spec.width,
        height=chart.spec.height,
    )


def _marks(chart: Chart, found: list[Found]) -> tuple[Mark, ...]:
    return tuple(_mark(chart, one) for one in found)


def _mark(chart: Chart, found: Found | None) -> Mark:
    if found is None:
        return Mark(0 if chart.drawn.is_sum else None)
    return Mark(found.cell.value(chart.drawn), found.query, chart.is_rt)


def _notes(chart: Chart) -> list[str]:
    notes = []
    if chart.spec.style == "pie" and chart.style != "pie":
        notes.append("A pie shows parts of a whole; averages are shown as bars.")
    if chart.functions[0].aggregate == "ALL" and chart.style != "table":
        notes.append("The picture shows the averages.")
    if chart.overlaps:
        notes.append("A ticket can be in several groups; the total counts it once.")
    if chart.is_cut:
        notes.append("There are more groups than are shown.")
    return notes
