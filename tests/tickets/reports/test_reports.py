"""Reports: the right numbers, and searches behind them that find as many."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.rights import grant
from tests.tickets.reports.conftest import Ask
from tests.tickets.search.conftest import NOW, World, may
from tickets.charts.drawing import TableCell
from tickets.models import Ticket, TicketWatcher, Transaction
from tickets.reports import REPORTS, Report
from tickets.search import search

pytestmark = pytest.mark.django_db
COUNTING = [slug for slug in REPORTS if slug != "time-worked"]
MOST_STATEMENTS = 9


def row(report: Report, name: str) -> list[str]:
    """Return a row of the table by its first cell."""
    found = next(cells for cells in report.table.rows if cells[0].text == name)
    return [cell.text for cell in found[1:]]


def facts(report: Report) -> dict[str, str]:
    """Return the numbers at the top."""
    return {fact.label: fact.text for fact in report.facts}


def counted(report: Report) -> Iterator[tuple[str, float]]:
    """Yield each query with the number that stands for it."""
    is_count = [not heading.unit for heading in report.table.headings]
    for cells in [*report.table.rows, report.table.total]:
        for cell, counts in zip(cells, is_count, strict=False):
            if cell.query and counts:
                yield cell.query, cell.number or 0


@pytest.mark.parametrize("who", ["bob", "root", "carol"])
@pytest.mark.parametrize("slug", COUNTING)
def test_every_number_leads_to_its_tickets(
    ask: Ask, world: World, slug: str, who: str
) -> None:
    """However the report is grouped."""
    for by in REPORTS[slug].choices or [""]:
        report = ask(slug, by=by, who=who)
        for query, count in counted(report):
            found = search(query, user=world.named(who), now=NOW)
            assert found.count() == count, query


@pytest.mark.parametrize("slug", REPORTS)
def test_number_of_statements(ask: Ask, slug: str) -> None:
    """As many for a day as for all of them."""
    numbers = []
    for first in (date(2026, 5, 13), date(2026, 4, 1)):
        with CaptureQueriesContext(connection) as caught:
            ask(slug, first=first)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("slug", REPORTS)
def test_a_stranger_learns_nothing(ask: Ask, slug: str) -> None:
    """No ticket, so no number."""
    report = ask(slug, who="stranger")
    assert all(not c.number for cells in report.table.rows for c in cells)
    assert all(not any(s.isdigit() and s != "0" for s in f.text) for f in report.facts)


def test_created_and_resolved(ask: Ask) -> None:
    """And what was open at the end: a ticket resolved later was open then."""
    report = ask("created-resolved")
    assert row(report, "2026-05-01") == ["1", "0", "1"]
    assert row(report, "2026-05-04") == ["1", "0", "4"]
    assert row(report, "2026-05-05") == ["0", "1", "3"]
    assert row(report, "2026-05-13") == ["2", "1", "6"]
    assert facts(report) == {"Created": "9", "Resolved": "2", "Open at the end": "6"}
    assert [picture.title for picture in report.pictures] == [
        "Created and resolved tickets",
        "Open tickets at the end of each day",
    ]


def test_what_was_open_before_counts(ask: Ask) -> None:
    report = ask("created-resolved", first=date(2026, 5, 12))
    assert row(report, "2026-05-12")[2] == "5"


def test_resolved_before_it_was_created(ask: Ask, world: World) -> None:
    """Imported dates may be odd; what is open is still what the search finds."""
    Ticket.objects.filter(pk=4).update(resolved=may(2))
    Ticket.objects.filter(pk=6).update(resolved=None)
    for query, count in counted(ask("created-resolved")):
        found = search(query, user=world.named("bob"), now=NOW)
        assert found.count() == count, query


def test_one_queue(ask: Ask) -> None:
    assert facts(ask("created-resolved", queue="Alerts"))["Created"] == "2"


def test_resolution_time(ask: Ask) -> None:
    """33 hours and 10 d 6 h: the median of two is the lower."""
    report = ask("resolution-time", by="Queue")
    assert row(report, "Help Desk") == ["1", "1", "1 d 9 h", "1 d 9 h", "1 d 9 h"]
    assert facts(report) == {
        "Tickets": "2",
        "Average": "5 d 19 h",
        "Median": "1 d 9 h",
        "90 % within": "10 d 6 h",
    }


def say(
    ticket: int, name: str, kind: str, day: int, hour: int = 0, **more: int
) -> None:
    """Put an entry into a ticket's history."""
    creator = User.objects.get(name=name)
    Transaction.objects.create(
        ticket_id=ticket, type=kind, creator=creator, created=may(day, hour), **more
    )


@pytest.fixture
def unanswered(world: World) -> None:
    """Turn all answers into comments."""
    Transaction.objects.filter(type="Correspond").update(type="Comment")


@pytest.mark.usefixtures("unanswered")
def test_first_response(ask: Ask) -> None:
    """What requestors write, comments and later answers are none."""
    say(8, "carol", "Correspond", 11, 12)
    say(1, "alice", "Correspond", 1, 9)
    say(1, "bob", "Comment", 1, 10)
    say(1, "bob", "Correspond", 1, 12)
    say(1, "bob", "Correspond", 1, 11)
    say(1, "carol", "Correspond", 3)
    say(2, "RT_System", "Correspond", 12, 23)
    report = ask("first-response", by="Queue")
    assert row(report, "Network") == ["4", "2", "4 d 7 h", "3 h", "8 d 12 h"]
    assert facts(report)["Not answered yet"] == "7"


@pytest.mark.usefixtures("unanswered")
def test_a_requestor_by_group_is_a_requestor(ask: Ask) -> None:
    """Bob belongs to the group that asked for ticket 12."""
    say(12, "bob", "Correspond", 12)
    assert row(ask("first-response", by="Queue"), "Help Desk")[1] == "0"
    say(12, "carol", "Correspond", 12)
    assert row(ask("first-response", by="Queue"), "Help Desk")[1] == "1"


def test_sla_met(ask: Ask) -> None:
    """Late and open is missed; open and not due yet is neither."""
    Ticket.objects.filter(pk=4).update(due=may(5, 9))
    Ticket.objects.filter(pk=6).update(due=may(13, 5))
    Ticket.objects.filter(pk=5).update(due=may(13, 13))
    report = ask("sla")
    assert row(report, "Help Desk") == ["1", "0", "0", "100 %"]
    assert row(report, "Alerts") == ["0", "1", "1", "0 %"]
    assert row(report, "Network") == ["0", "1", "0", "0 %"]
    assert facts(report)["Met of decided"] == "33.3 %"


def test_open_by_age(ask: Ask) -> None:
    report = ask("open-by-age")
    assert row(report, "1 to 4 hours") == ["1"]
    assert row(report, "4 hours to 1 day") == ["2"]
    assert row(report, "1 to 2 weeks") == ["2"]
    assert facts(report) == {"Tickets": "6"}


def test_open_by_owner(ask: Ask) -> None:
    """The one with most comes first."""
    report = ask("open-by-owner")
    assert [cells[0].text for cells in report.table.rows] == ["Nobody", "bob", "carol"]
    assert report.chart
    assert report.chart[0] == "Status = '__Active__'"


def test_open_by_organization(ask: Ask) -> None:
    """A ticket of two customers counts for both."""
    TicketWatcher.objects.create(
        ticket_id=1, role=RoleName.REQUESTOR, user=User.objects.get(name="dave")
    )
    report = ask("open-by-organization")
    assert row(report, "Acme")[-1] == "3"
    assert row(report, "Globex")[-1] == "3"
    assert report.table.total[-1].text == "6"


def test_resolved_by_owner(ask: Ask) -> None:
    report = ask("resolved-by-owner")
    assert row(report, "carol") == ["1", "1 d 9 h", "30 m"]
    assert row(report, "bob") == ["1", "10 d 6 h", "0"]


def test_time_worked(ask: Ask, world: World) -> None:
    """By person and week; who may not see the time of others sees their own."""
    say(1, "bob", "Correspond", 4, time_taken=30)
    say(2, "bob", "Comment", 11, time_taken=45)
    say(2, "carol", "Comment", 12, time_taken=15)
    say(7, "root", "Comment", 12, time_taken=99)
    report = ask("time-worked")
    assert row(report, "bob") == ["–", "30 m", "45 m", "1 h 15 m"]
    assert len(report.table.rows) == 1
    assert "AdminTimesheets" in report.notes[0]
    grant(world.bob, Right.ADMIN_TIMESHEETS)
    report = ask("time-worked")
    assert row(report, "carol") == ["–", "–", "15 m", "15 m"]
    assert [cell.text for cell in report.table.total][-1] == "1 h 30 m"
    assert not report.notes


def test_time_leads_to_tickets(ask: Ask, world: World) -> None:
    say(2, "bob", "Comment", 11, time_taken=45)
    cell: TableCell = ask("time-worked").table.rows[0][3]
    found = search(cell.query, user=world.named("bob"), now=NOW)
    assert [ticket.pk for ticket in found] == [2]
