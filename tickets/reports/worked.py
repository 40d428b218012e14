"""Time worked by person and week, as told with replies, comments and changes."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.charts.drawing import Mark, Shown, Table, TableCell
from tickets.charts.drawing.figure import REST
from tickets.charts.drawing.table import Heading, number_cell
from tickets.charts.levels.dates import first_day_of
from tickets.charts.making import MOST_SERIES
from tickets.charts.units import MINUTES
from tickets.models import Ticket, Transaction
from tickets.reports.beside import picture
from tickets.reports.report import Fact, Report, Wanted
from tickets.search.conditions.history import visible_history
from tickets.search.moments import LocalPart
from tickets.search.nodes import quote

MOST_PEOPLE = 200
Minutes = dict[int, dict[str, int]]
Named = tuple[User, dict[str, int]]


def time_worked(wanted: Wanted) -> Report:
    """Add up the time of what each person did each week (month, in a long period).

    Only what the reader may see in the histories of tickets counts. The time of others
    takes the right AdminTimesheets, as RT asks for their timesheets.
    """
    grain = _grain(wanted)
    weeks = list(wanted.period.keys(grain))
    minutes = _minutes(wanted, grain)
    order = sorted(minutes, key=lambda pk: (-_sum(minutes[pk]), pk))
    shown, others = order[:MOST_PEOPLE], order[MOST_PEOPLE:]
    people = User.objects.in_bulk(shown)
    is_own = not rights_of(wanted.user).has(Right.ADMIN_TIMESHEETS)
    note = "Only your own time: that of others takes the right AdminTimesheets."
    named = [(people[pk], minutes[pk]) for pk in shown]
    rest = _together([minutes[pk] for pk in others])
    return Report(
        pictures=(_picture(wanted, weeks, named, rest),),
        table=_table(wanted, weeks, named, rest),
        facts=[
            Fact("Time worked", MINUTES.text(sum(map(_sum, minutes.values())))),
            Fact("People", str(len(minutes))),
        ],
        notes=(note,) if is_own else (),
    )


def _sum(minutes: dict[str, int]) -> int:
    return sum(minutes.values())


def _together(parts: list[dict[str, int]]) -> dict[str, int]:
    whole: dict[str, int] = defaultdict(int)
    for minutes in parts:
        for week, taken in minutes.items():
            whole[week] += taken
    return dict(whole)


def _grain(wanted: Wanted) -> str:
    """Return weeks, or months where weeks would be too many columns."""
    return "Monthly" if wanted.period.grain == "Monthly" else "Weekly"


def _minutes(wanted: Wanted, grain: str) -> Minutes:
    week = LocalPart("created", part=grain, zone=wanted.period.zone)
    rows = (
        _transactions(wanted)
        .annotate(week=week)
        .values_list("creator_id", "week")
        .annotate(minutes=Sum("time_taken"))
        .order_by("-minutes")
    )
    minutes: Minutes = defaultdict(dict)
    for creator, key, taken in rows.iterator():
        minutes[creator][key] = taken
    return dict(minutes)


def _transactions(wanted: Wanted) -> "QuerySet[Transaction]":
    start, end = wanted.period.bounds
    tickets = Ticket.objects.exclude(status="deleted").visible_to(wanted.user)
    if wanted.queue:
        tickets = tickets.filter(queue__name=wanted.queue)
    rows = Transaction.objects.filter(
        ~Q(time_taken=0),
        visible_history(wanted.context),
        created__gte=start,
        created__lt=end,
        ticket__in=tickets.order_by().values("pk"),
    )
    if not rights_of(wanted.user).has(Right.ADMIN_TIMESHEETS):
        rows = rows.filter(creator=wanted.user)
    return rows


def _picture(
    wanted: Wanted, weeks: list[str], named: list[Named], others: dict[str, int]
) -> Shown:
    shown = named if len(named) <= MOST_SERIES else named[: MOST_SERIES - 1]
    series = {
        person.display_name: [_mark(wanted, person, week, minutes) for week in weeks]
        for person, minutes in shown
    }
    colours = list(range(len(series)))
    rest = _together([others, *(minutes for _, minutes in named[len(shown) :])])
    if rest:
        series["Others"] = [Mark(rest.get(week, 0)) for week in weeks]
        colours.append(REST)
    return picture(
        "Time worked by person and week",
        weeks,
        series,
        unit=MINUTES,
        is_stacked=True,
        is_series=True,
        colours=colours,
    )


def _mark(wanted: Wanted, person: User, week: str, minutes: dict[str, int]) -> Mark:
    return Mark(minutes.get(week, 0), _query(wanted, person, week))


def _query(wanted: Wanted, person: User, week: str = "") -> str:
    """Return the tickets on which a person did something then."""
    period = wanted.period
    first, after = period.first, period.after
    if week:
        first = max(first, first_day_of(week))
        after = period.end_of(week, _grain(wanted))
    last = after - timedelta(days=1)
    return wanted.query(
        f"UpdatedBy = {quote(person.name)}", f"Updated BETWEEN '{first}' AND '{last}'"
    )


def _table(
    wanted: Wanted, weeks: list[str], named: list[Named], others: dict[str, int]
) -> Table:
    rows = []
    for person, minutes in named:
        cells = [
            number_cell(minutes[week], MINUTES, _query(wanted, person, week))
            if week in minutes
            else number_cell(None, MINUTES)
            for week in weeks
        ]
        whole = number_cell(sum(minutes.values()), MINUTES, _query(wanted, person))
        rows.append((TableCell(person.display_name), *cells, whole))
    if others:
        cells = [number_cell(others.get(week), MINUTES) for week in weeks]
        whole = number_cell(_sum(others), MINUTES)
        rows.append((TableCell("Others"), *cells, whole))
    whole_weeks = _together([others, *(minutes for _, minutes in named)])
    sums = [whole_weeks.get(week, 0) for week in weeks]
    total = [number_cell(value, MINUTES) for value in (*sums, sum(sums))]
    unit = MINUTES.name
    return Table(
        headings=(
            Heading("Person"),
            *(Heading(week, unit, is_number=True) for week in weeks),
            Heading("Total", unit, is_number=True),
        ),
        rows=tuple(rows),
        total=(TableCell("Total"), *total) if rows else (),
    )
