"""SLA met: was what was due done in time?"""

from tickets.charts import ChartSpec
from tickets.charts.drawing import Mark, Table, TableCell
from tickets.charts.drawing.table import Heading, number_cell
from tickets.charts.units import COUNT, PERCENT
from tickets.reports.beside import groups_of, marks_of, picture
from tickets.reports.report import Fact, Report, Wanted

NAMES = ("Met", "Missed", "Still running")
# Teal, maroon and blue: apart for everybody.
COLOURS = (2, 3, 0)


def sla_met(wanted: Wanted) -> Report:
    """Count what was due in the period by whether it was resolved before.

    What is open and overdue is missed already; what is open and not yet due counts
    neither way. Three statements, each with a query that lists the same tickets.
    """
    queries = dict(zip(NAMES, _queries(wanted), strict=True))
    name = wanted.grouping.replace("{field}", "Due")
    spec = ChartSpec(group_by=(name,))
    charts = {label: wanted.chart(query, spec) for label, query in queries.items()}
    groups = groups_of(list(charts.values()))
    marks = {label: marks_of(chart, groups) for label, chart in charts.items()}
    totals = [Mark(chart.total.count, queries[n]) for n, chart in charts.items()]
    rows = [
        (TableCell(group.label), *_cells([marks[name][index] for name in NAMES]))
        for index, group in enumerate(groups)
    ]
    level = charts["Met"].levels[0]
    return Report(
        pictures=(
            picture(
                "Due dates met and missed",
                [group.label for group in groups],
                marks,
                unit=COUNT,
                style="bar" if level.is_series else "horizontal",
                is_stacked=True,
                is_series=level.is_series,
                colours=COLOURS,
            ),
        ),
        table=Table(
            headings=(
                Heading(level.heading),
                *(Heading(name, is_number=True) for name in NAMES),
                Heading("Met of decided", PERCENT.name, is_number=True),
            ),
            rows=tuple(rows),
            total=(TableCell("Total"), *_cells(totals)),
        ),
        facts=[
            Fact("Met of decided", PERCENT.text(_share(totals)) or "–"),
            *(
                Fact(label, COUNT.text(mark.value), mark.query)
                for label, mark in zip(NAMES, totals, strict=True)
            ),
        ],
        notes=("What has no due date is not counted.",),
    )


def _queries(wanted: Wanted) -> tuple[str, str, str]:
    due = wanted.period.condition("Due")
    now = f"'{wanted.now:%Y-%m-%d %H:%M:%S} UTC'"
    late = (
        "(Status = '__Inactive__' AND Resolved > Due)"
        f" OR (Status = '__Active__' AND Due < {now})"
    )
    return (
        wanted.query(due, "Status = '__Inactive__'", "Resolved <= Due"),
        wanted.query(due, late),
        wanted.query(due, "Status = '__Active__'", f"Due >= {now}"),
    )


def _cells(marks: list[Mark]) -> tuple[TableCell, ...]:
    counts = [number_cell(m.value, COUNT, m.query if m.value else "") for m in marks]
    return (*counts, number_cell(_share(marks), PERCENT))


def _share(marks: list[Mark]) -> float | None:
    met, missed = marks[0].value or 0, marks[1].value or 0
    return 100 * met / (met + missed) if met + missed else None
