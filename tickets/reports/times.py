"""How long it takes to resolve a ticket, and to answer it first."""

from typing import Any

from django.db.models import Exists, Expression, Min, OuterRef, QuerySet

from accounts.models import RT_SYSTEM, RoleName
from tickets.charts.chart import narrowed
from tickets.charts.drawing import Mark, Table, TableCell
from tickets.charts.drawing.table import Heading, number_cell
from tickets.charts.groupings import grouping_named
from tickets.charts.levels import Group, Level, level_for
from tickets.charts.spread import NO_SPREAD, Spread, spread
from tickets.charts.units import COUNT, SECONDS
from tickets.models import TicketWatcher, Transaction, TransactionType
from tickets.reports.beside import picture
from tickets.reports.report import Fact, Report, Wanted
from tickets.search import search
from tickets.search.moments import duration

NAMES = ("Average", "Median", "90 % within")


def resolution_time(wanted: Wanted) -> Report:
    """Measure from Created to Resolved, of what was resolved in the period."""
    query = wanted.query("Status = '__Inactive__'", wanted.period.condition("Resolved"))
    return _report(
        wanted,
        query,
        field="Resolved",
        measure=duration("CreatedToResolved"),
        title="Time to resolve",
        measured="Resolved",
    )


def first_response(wanted: Wanted) -> Report:
    """Measure from Created to the first answer, of what was created in the period.

    An answer is correspondence by somebody who is no requestor of the ticket; what the
    system says by itself is none.
    """
    query = wanted.query(wanted.period.condition("Created"))
    return _report(
        wanted,
        query,
        field="Created",
        measure=_first_answers(wanted),
        title="Time to the first response",
        measured="Answered",
    )


def _first_answers(wanted: Wanted) -> "QuerySet[Any, Any]":
    """Return the ticket and the moment of the first answer to each in the period."""
    start, end = wanted.period.bounds
    requestors = TicketWatcher.objects.filter(
        ticket_id=OuterRef("ticket_id"), role=RoleName.REQUESTOR
    )
    is_requestor = Exists(requestors.filter(user_id=OuterRef("creator_id")))
    is_in_group = Exists(requestors.filter(group__user=OuterRef("creator_id")))
    answers = Transaction.objects.filter(
        ~is_requestor,
        ~is_in_group,
        type=TransactionType.CORRESPOND,
        ticket__created__gte=start,
        ticket__created__lt=end,
    ).exclude(creator__name=RT_SYSTEM)
    return answers.values("ticket_id").annotate(until=Min("created"))


def _report(
    wanted: Wanted,
    query: str,
    *,
    field: str,
    measure: "Expression | QuerySet[Any, Any]",
    title: str,
    measured: str,
) -> Report:
    """Show the spread by the step or field chosen, and of all; one statement."""
    name = wanted.grouping.replace("{field}", field)
    level = level_for(grouping_named(name), context=wanted.context)
    tickets = search(query, user=wanted.user, now=wanted.now)
    found, whole = spread(tickets, measure=measure, level=level)
    groups = _groups(level, found)
    by_key = {one.key: one for one in found}
    shown = [(group, by_key.get(group.key, NO_SPREAD)) for group in groups]
    queries = [narrowed(query, [group.condition]) for group in groups]
    series = {
        label: [
            Mark(_values(one)[index], narrowed(query, [group.condition]))
            for group, one in shown
        ]
        for index, label in enumerate(NAMES)
    }
    labels = [group.label for group in groups]
    return Report(
        pictures=(
            picture(title, labels, series, unit=SECONDS, is_series=level.is_series),
        ),
        table=_table(level, shown, queries, whole, query, measured),
        facts=_facts(whole, query, measured),
    )


def _groups(level: Level, found: list[Spread]) -> list[Group]:
    groups = level.fill([level.group(one.key, one.label) for one in found])
    return sorted(groups, key=lambda group: group.sort_key)


def _values(one: Spread) -> tuple[float | None, ...]:
    return one.average, one.median, one.ninetieth


def _table(
    level: Level,
    shown: list[tuple[Group, Spread]],
    queries: list[str],
    whole: Spread,
    query: str,
    measured: str,
) -> Table:
    rows = [
        (TableCell(group.label), *_cells(one, wanted))
        for (group, one), wanted in zip(shown, queries, strict=True)
    ]
    return Table(
        headings=(
            Heading(level.heading),
            Heading("Tickets", is_number=True),
            Heading(measured, is_number=True),
            *(Heading(name, SECONDS.name, is_number=True) for name in NAMES),
        ),
        rows=tuple(rows),
        total=(TableCell("Total"), *_cells(whole, query)),
    )


def _cells(one: Spread, query: str) -> tuple[TableCell, ...]:
    return (
        number_cell(one.tickets, COUNT, query if one.tickets else ""),
        number_cell(one.measured, COUNT),
        *(number_cell(value, SECONDS) for value in _values(one)),
    )


def _facts(whole: Spread, query: str, measured: str) -> list[Fact]:
    values = zip(NAMES, _values(whole), strict=True)
    times = [Fact(name, SECONDS.text(value) or "–") for name, value in values]
    if measured == "Answered":
        unanswered = COUNT.text(whole.tickets - whole.measured)
        times.append(Fact("Not answered yet", unanswered))
    return [Fact("Tickets", COUNT.text(whole.tickets), query), *times]
