"""RSS and calendars by secret addresses."""

import re
from datetime import UTC, datetime
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.commands import set_disabled
from accounts.rights import Right
from queues.rights import revoke
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.messages import compose
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
RSS = "{http://purl.org/rss/1.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket with dates, and a comment that no feed may show."""
    made = make_ticket(
        world.general,
        by=world.alice,
        subject="Jam <1> \x0b&",
        starts=datetime(2026, 5, 10, 22, 30, tzinfo=UTC),
        due=datetime(2026, 5, 13, 12, tzinfo=UTC),
    )
    commands.comment(made, actor=world.bob, message=compose(text="Psst"))
    return made


def addresses(client: Client, query: str = "Queue = 'General'") -> tuple[str, str]:
    """Return the addresses of RSS and calendar that somebody is shown."""
    text = client.get("/search/feeds/", {"query": query}).content.decode()
    rss, ical = re.findall(r'readonly value="http://[^/]+(/[^"]+)"', text)
    return unescape(rss), unescape(ical)


def test_rss(bob: Client, ticket: Ticket, client: Client) -> None:
    """No login: subject, link, first message, creator, date of each ticket."""
    answer = client.get(addresses(bob)[0])
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    (item,) = root.findall(f"{RSS}item")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    assert (item.findtext(f"{RSS}title") or "").startswith("Jam <1>")
    assert (item.findtext(f"{RSS}link") or "").endswith(f"/tickets/{ticket.pk}/")
    assert item.findtext(f"{RSS}description") == "It is jammed."
    assert item.findtext(f"{DC}creator") == "Alice Adams"
    assert b"Psst" not in answer.content


def test_calendar(bob: Client, ticket: Ticket, client: Client, world: World) -> None:
    """Two events of whole days in the user's own zone, each with a link back."""
    world.bob.timezone = "Africa/Kampala"
    world.bob.save(update_fields=["timezone"])
    url = addresses(bob)[1]
    start, due = Calendar.from_ical(client.get(url).content).walk("VEVENT")
    assert f"{start.decoded('dtstart')}" == "2026-05-11"
    assert f"{due.decoded('dtstart')} {due.decoded('dtend')}" == "2026-05-13 2026-05-14"
    assert str(due["summary"]).startswith(f"#{ticket.pk} Due: Jam <1>")
    assert str(due["url"]).endswith(f"/tickets/{ticket.pk}/")
    timed = Calendar.from_ical(client.get(url, {"Time": "1"}).content).walk("VEVENT")
    assert timed[1].decoded("dtstart") == ticket.due
    (one,) = Calendar.from_ical(client.get(url, {"SingleEvent": "1"}).content).walk(
        "VEVENT"
    )
    assert f"{one.decoded('dtstart')} {one.decoded('dtend')}" == "2026-05-11 2026-05-14"


def test_an_address_opens_its_own_search_only(
    bob: Client, ticket: Ticket, client: Client
) -> None:
    """Another query, another order, another user, another signature: not there."""
    rss, ical = addresses(bob)
    signature = rss.split("/")[4]
    for wrong in (
        rss.replace("General", "Networking"),
        rss.replace("Order=DESC", "Order=ASC"),
        rss.replace("query=", "Query=") + "+OR+id+%3E+0",
        rss.replace("/bob/", "/carol/"),
        rss.replace("/bob/", "/nobody-of-that-name/"),
        rss.replace(signature, "0" * 32),
        rss.replace(signature, "x%00é"),
        ical.replace("General", "Networking"),
        ical.replace("/bob/", "/b%00b/"),
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_resetting(bob: Client, ticket: Ticket, client: Client) -> None:
    """All addresses given out before show nothing more; new ones work."""
    old = addresses(bob)
    assert bob.get("/preferences/feeds/").status_code == 405
    bob.post("/preferences/feeds/")
    assert [client.get(url).status_code for url in old] == [404, 404]
    new = addresses(bob)
    assert [client.get(url).status_code for url in new] == [200, 200]


def test_disabled_users_have_no_feeds(
    bob: Client, ticket: Ticket, client: Client, world: World
) -> None:
    given = addresses(bob)
    set_disabled(world.bob, disabled=True)
    assert [client.get(url).status_code for url in given] == [404, 404]


def test_rights_are_those_of_the_moment(
    bob: Client, ticket: Ticket, client: Client, world: World
) -> None:
    """What its owner may see no more, the feed does not show either."""
    rss = addresses(bob)[0]
    revoke(world.staff, Right.SHOW_TICKET, queue=world.general)
    assert f"/tickets/{ticket.pk}/".encode() not in client.get(rss).content


def test_a_query_that_is_none(bob: Client) -> None:
    answer = bob.get("/search/feeds/", {"query": "Statuss = 1"})
    assert answer.status_code == 400
    assert "Did you mean Status" in answer.content.decode()
