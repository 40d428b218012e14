"""The pages of the reports."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import World
from tickets.context import _site_name
from tickets.models import Ticket
from tickets.reports import REPORTS

pytestmark = pytest.mark.django_db
BUDGET = 16


def test_the_list(bob: Client, world: World) -> None:
    """Every report by name; the rail leads here."""
    text = bob.get("/reports/").content.decode()
    assert all(report.title in text for report in REPORTS.values())
    assert '<a href="/reports/" aria-current="page">' in text


@pytest.mark.parametrize("slug", REPORTS)
def test_each_report(bob: Client, ticket: Ticket, slug: str) -> None:
    """A page and a file, grouped in every way offered."""
    by = ["time" if "{" in key else key for key in REPORTS[slug].choices]
    for choice in by or [""]:
        answer = bob.get(f"/reports/{slug}/", {"by": choice} if choice else {})
        assert answer.status_code == 200
        assert REPORTS[slug].title in answer.content.decode()
    lines = b"".join(bob.get(f"/reports/{slug}/csv/")).decode("utf-8-sig")
    assert lines.splitlines()[0]


def test_days_and_queue(bob: Client, ticket: Ticket) -> None:
    """The same for the file; a queue in any case."""
    asked = {"from": "2020-01-01", "to": "2020-01-31", "queue": "general"}
    text = bob.get("/reports/created-resolved/", asked).content.decode()
    assert 'value="2020-01-01"' in text
    assert '<option value="General" selected>' in text
    assert "csv/?from=2020-01-01&amp;to=2020-01-31&amp;queue=General" in text
    assert "Created+%3E%3D+%272020-01-01%27" in text


def test_mistakes_are_explained(bob: Client, world: World) -> None:
    """Each beside its field; the days stay as typed."""
    asked = {"from": "soon", "to": "2026-01-01", "queue": "Nix", "by": "colour"}
    answer = bob.get("/reports/sla/", asked)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "“soon” is no day such as" in text
    assert "There is no queue “Nix”." in text
    assert "Choose one of Queue" in text
    assert 'value="soon"' in text
    assert bob.get("/reports/sla/csv/", asked).status_code == 400


def test_queues_one_may_not_see_are_not_there(dave: Client, world: World) -> None:
    """The same answer as for a queue that does not exist."""
    answer = dave.get("/reports/sla/", {"queue": "Networking"})
    assert answer.status_code == 400
    assert "There is no queue “Networking”." in answer.content.decode()
    assert '<option value="Networking"' not in answer.content.decode()


def test_no_such_report(bob: Client, world: World) -> None:
    assert bob.get("/reports/horoscope/").status_code == 404


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("ResolvedByOwner.html", "/reports/resolved-by-owner/"),
        ("ResolvedByDates.html", "/reports/resolved-in-date-range/"),
        ("CreatedByDates.html", "/reports/created-in-date-range/"),
        ("index.html", "/reports/"),
    ],
)
def test_addresses_of_rt(bob: Client, world: World, page: str, target: str) -> None:
    assert bob.get(f"/Reports/{page}").headers["Location"] == target
    assert bob.get("/Reports/Weather.html").status_code == 404


def test_for_staff_only(alice: Client, ticket: Ticket) -> None:
    for slug in REPORTS:
        assert alice.get(f"/reports/{slug}/").status_code == 403
        assert alice.get(f"/reports/{slug}/csv/").status_code == 403


@pytest.mark.parametrize("slug", REPORTS)
def test_number_of_queries(
    bob: Client,
    ticket: Ticket,
    slug: str,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """None for a row."""
    _site_name()
    with django_assert_max_num_queries(BUDGET):  # type: ignore[attr-defined]
        bob.get(f"/reports/{slug}/")
