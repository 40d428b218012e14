"""The list of results: columns, sorting, rows, RT's addresses, the tabs."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.rights import Right
from queues.rights import revoke, system_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Ticket
from tickets.search.paging import write_cursor

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/search/", **parameters: Any) -> str:
    """Return the HTML of the results."""
    given: dict[str, Any] = {"query": "id > 0"} | parameters
    return client.get(address, given).content.decode()


def test_rts_address_means_the_same(bob: Client, world: World) -> None:
    """Query, Format, OrderBy, Order, Rows and Page, by way of RT's own page."""
    for subject in ("Ant", "Bee", "Cat"):
        make_ticket(world.general, by=world.alice, subject=subject, text="")
    rt = {
        "Query": "Queue = 'General'",
        "Format": "'<b>__Subject__</b>/TITLE:What', Requestors",
        "OrderBy": "Subject|id||",
        "Order": "DESC|ASC|ASC|ASC",
        "Rows": "2",
        "Page": "2",
    }
    answer = bob.get("/Search/Results.html", rt, follow=True)
    text = answer.content.decode()
    assert "Found 3 tickets" in text
    assert ">What ↓<" in text
    assert "<b>Ant</b>" in text
    assert "<b>Bee</b>" not in text
    assert "Page 2 of 2" in text


def test_rts_reading_of_and_and_or(bob: Client, world: World) -> None:
    """RT's parameter means what RT did; ours means what everybody expects."""
    make_ticket(world.general, by=world.alice, subject="Ant", text="")
    make_ticket(world.networking, by=world.carol, subject="Bee", text="")
    mixed = "Subject = 'Ant' OR Subject = 'Bee' AND Queue = 'Networking'"
    assert "Found 2 tickets" in page(bob, query=mixed)
    rt = bob.get("/Search/Results.html", {"Query": mixed}, follow=True)
    assert "Found 0 tickets" in rt.content.decode()
    assert "reading=rt" not in page(bob, query="id > 0")


def test_sorting_by_several(bob: Client, world: World) -> None:
    """The second key decides among equals; a click on a head keeps the first behind."""
    for subject, priority in (("Bee", 1), ("Ant", 1), ("Cat", 9)):
        make_ticket(
            world.general, by=world.alice, subject=subject, priority=priority, text=""
        )
    text = page(bob, order=["-Priority", "Subject"])
    places = [text.index(f">{subject}</a>") for subject in ("Cat", "Ant", "Bee")]
    assert places == sorted(places)
    assert "order=Queue&amp;order=-Priority&amp;order=Subject" in text


def test_rows_per_page(bob: Client, world: World) -> None:
    """As asked for, within reason; the links keep it."""
    for _ in range(3):
        make_ticket(world.general, by=world.alice, text="")
    text = page(bob, rows=2)
    assert text.count("data-row") == 2
    assert "rows=2&amp;page=2&amp;after=" in text
    assert page(bob, rows=0).count("data-row") == 3
    assert page(bob, rows="x").count("data-row") == 3


def test_choosing_columns(bob: Client, ticket: Ticket) -> None:
    """Add one by the form, move and remove them by links; the address says the rest."""
    asked: dict[str, Any] = {
        "query": "id > 0",
        "options": 1,
        "set": 1,
        "add": "Requestors",
    }
    answer = bob.get("/search/", asked | {"order": ["-id", "", ""], "rows": 50})
    location = answer.headers["Location"]
    given = parse_qs(urlsplit(location).query)
    assert given["format"][0].endswith(", Requestors")
    assert "set" not in given
    text = bob.get(location).content.decode()
    assert ">Alice Adams</span>" in text
    assert "Remove Requestors" in text
    assert "Move Requestors before" in text
    assert "Move # before" not in text


def test_the_usual_format_is_not_spelled_out(bob: Client, ticket: Ticket) -> None:
    given = {"query": "id > 0", "set": "1", "rows": "50", "refresh": "0", "order": ""}
    assert bob.get("/search/", given).headers["Location"] == "/search/?query=id+%3E+0"


def test_formats_that_are_wrong(bob: Client, ticket: Ticket) -> None:
    """A broken one is shown for correction; an unknown name leaves the rest alone."""
    answer = bob.get("/search/", {"query": "id > 0", "format": "'oops"})
    assert answer.status_code == 400
    assert "quote that is not closed" in answer.content.decode()
    assert "&#x27;oops" in answer.content.decode()
    text = page(bob, format="Subject, Ownr")
    assert ticket.subject in text
    assert "There is no column named Ownr. Did you mean" in text


def test_refreshing(bob: Client, ticket: Ticket) -> None:
    """Every so many minutes, with script and without; only what is offered."""
    assert 'data-refresh="300"' in page(bob, refresh=5)
    assert '<meta http-equiv="refresh" content="300">' in page(bob, refresh=5)
    assert 'data-refresh="0"' in page(bob, refresh=7)


def test_my_tickets_keep_their_address(bob: Client, world: World) -> None:
    """Sorting and paging stay on the page; exports carry its query."""
    for _ in range(3):
        make_ticket(world.general, by=world.alice, owner=world.bob, text="")
    text = page(bob, "/my-tickets/", rows=2)
    assert 'href="/my-tickets/?rows=2&amp;page=2&amp;after=' in text
    assert "/search/export/tickets.csv?query=Owner" in text


def test_only_visible_tickets_decide_where_a_page_begins(
    dave: Client, ticket: Ticket
) -> None:
    """A cursor is made of values and not of a ticket: it tells nothing."""
    cursor = write_cursor([ticket.priority, ticket.pk])
    text = page(dave, order="Priority", page=2, after=cursor)
    assert "Found 0 tickets" in text


def test_tabs(bob: Client, ticket: Ticket, world: World) -> None:
    """What one may do with a search; bulk update only with its right."""
    text = page(bob)
    assert 'href="/search/bulk/?query=id+%3E+0"' in text
    assert 'aria-label="Choose all on this page"' in text
    assert 'href="/search/export/tickets.xlsx?query=id+%3E+0"' in text
    revoke(system_group("Privileged"), Right.SHOW_SEARCH_BULK_UPDATE)
    assert "Bulk update" not in page(bob)
    assert 'name="id"' not in page(bob)


def test_a_saved_search_stays_with_its_list(bob: Client, world: World) -> None:
    """Sorting, paging and choosing columns still know which search it came from."""
    for _ in range(3):
        make_ticket(world.general, by=world.alice, text="")
    text = page(bob, rows=2, search=7)
    assert "rows=2&amp;search=7&amp;page=2&amp;after=" in text
    assert "order=Subject&amp;rows=2&amp;search=7" in text
    assert '<input type="hidden" name="search" value="7">' in text
    assert 'tickets.csv?query=id+%3E+0&amp;rows=2"' in text
