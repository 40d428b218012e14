"""Created and resolved by day, and how many were open at the end of each."""

from django.db.models.functions import Greatest

from tickets.charts import ChartSpec
from tickets.charts.drawing import Mark, Table, TableCell
from tickets.charts.drawing.table import Heading, number_cell
from tickets.charts.levels import Level
from tickets.charts.levels.dates import date_group
from tickets.charts.statement import grouped
from tickets.charts.units import COUNT
from tickets.reports.beside import picture
from tickets.reports.report import Fact, Report, Wanted
from tickets.search import search
from tickets.search.moments import LocalPart

CREATED, RESOLVED, OPEN = 0, 2, 1


def created_and_resolved(wanted: Wanted) -> Report:
    """Count what came, what went, and what was there; five statements.

    Resolved means finished now and resolved on that day: what was opened again since
    is open, as lists of tickets say.
    """
    grain = wanted.period.grain
    keys = list(wanted.period.keys(grain))
    created = _marks(wanted, "Created", _created(wanted), keys)
    resolved = _marks(wanted, "Resolved", _resolved(wanted), keys)
    backlog = _backlog(wanted, keys)
    labels = [date_group("Created", grain, key).label for key in keys]
    return Report(
        pictures=(
            picture(
                "Created and resolved tickets",
                labels,
                {"Created": created, "Resolved": resolved},
                unit=COUNT,
                is_series=True,
                colours=(CREATED, RESOLVED),
            ),
            picture(
                "Open tickets at the end of each " + STEP[grain],
                labels,
                {"Open": backlog},
                unit=COUNT,
                style="line",
                is_series=True,
                colours=(OPEN,),
            ),
        ),
        table=_table(wanted, labels, created, resolved, backlog),
        facts=_facts(wanted, created, resolved, backlog),
    )


STEP = {"Daily": "day", "Weekly": "week", "Monthly": "month"}


def _created(wanted: Wanted) -> str:
    return wanted.query(wanted.period.condition("Created"))


def _resolved(wanted: Wanted) -> str:
    is_done = "Status = '__Inactive__'"
    return wanted.query(is_done, wanted.period.condition("Resolved"))


def _open_at(wanted: Wanted, day: object) -> str:
    """Return what had come before a day and had not gone."""
    not_gone = f"Status = '__Active__' OR Resolved >= '{day}'"
    return wanted.query(f"Created < '{day}'", not_gone)


def _marks(wanted: Wanted, field: str, query: str, keys: list[str]) -> list[Mark]:
    name = f"{field}.{wanted.period.grain}"
    chart = wanted.chart(query, ChartSpec(group_by=(name,)))
    found = {one.groups[0].key: one for one in chart.first}
    return [
        Mark(found[key].cell.count, found[key].query) if key in found else Mark(0)
        for key in keys
    ]


def _backlog(wanted: Wanted, keys: list[str]) -> list[Mark]:
    """Start from what was open before the period and follow what came and went.

    A ticket goes when it is resolved, though not before it came, whatever its dates
    say; one that is finished without a date was never open.
    """
    period, grain = wanted.period, wanted.period.grain
    came = _steps(
        wanted,
        wanted.query(
            period.condition("Created"),
            "Status = '__Active__' OR Resolved IS NOT NULL",
        ),
        LocalPart("created", part=grain, zone=period.zone),
    )
    went = _steps(
        wanted,
        wanted.query(
            "Status = '__Inactive__'",
            "Resolved IS NOT NULL",
            f"({period.condition('Created')}) OR ({period.condition('Resolved')})",
        ),
        LocalPart(Greatest("created", "resolved"), part=grain, zone=period.zone),
    )
    before = _open_at(wanted, period.first)
    count = search(before, user=wanted.user, now=wanted.now).count()
    marks = []
    for key in keys:
        count += came.get(key, 0) - went.get(key, 0)
        marks.append(Mark(count, _open_at(wanted, period.end_of(key, grain))))
    return marks


def _steps(wanted: Wanted, query: str, key: LocalPart) -> dict[str, int]:
    grain = wanted.period.grain
    level = Level("", lambda k, _label: date_group("Created", grain, k), key=key)
    tickets = search(query, user=wanted.user, now=wanted.now)
    return {row.keys[0]: row.cell.count for row in grouped(tickets, levels=[level])}


def _table(
    wanted: Wanted,
    labels: list[str],
    created: list[Mark],
    resolved: list[Mark],
    backlog: list[Mark],
) -> Table:
    rows = [
        (TableCell(label), *(number_cell(m.value, COUNT, m.query) for m in marks))
        for label, *marks in zip(labels, created, resolved, backlog, strict=True)
    ]
    names = ("Created", "Resolved", "Open at the end")
    return Table(
        headings=(
            Heading(STEP[wanted.period.grain].capitalize()),
            *(Heading(name, is_number=True) for name in names),
        ),
        rows=tuple(rows),
        total=(
            TableCell("Total"),
            number_cell(_sum(created), COUNT, _created(wanted)),
            number_cell(_sum(resolved), COUNT, _resolved(wanted)),
            TableCell("", is_number=True),
        ),
    )


def _facts(
    wanted: Wanted, created: list[Mark], resolved: list[Mark], backlog: list[Mark]
) -> list[Fact]:
    last = backlog[-1]
    return [
        Fact("Created", COUNT.text(_sum(created)), _created(wanted)),
        Fact("Resolved", COUNT.text(_sum(resolved)), _resolved(wanted)),
        Fact("Open at the end", COUNT.text(last.value), last.query),
    ]


def _sum(marks: list[Mark]) -> float:
    return sum(mark.value or 0 for mark in marks)
