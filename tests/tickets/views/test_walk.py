"""From a ticket to its neighbours in the list it was found in."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client, RequestFactory

from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Ticket
from tickets.views.walk import COOKIE, neighbours

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(world: World) -> list[Ticket]:
    """Five tickets, the newest first as lists have them."""
    made = [make_ticket(world.general, by=world.alice, text="") for _ in range(5)]
    return made[::-1]


def links(client: Client, ticket: Ticket) -> str:
    """Return the part of a ticket's page that leads to its neighbours."""
    text = client.get(f"/tickets/{ticket.pk}/").content.decode()
    return text.partition('<nav class="walk')[2].partition("</nav>")[0]


def gone_to(client: Client, ticket: Ticket, to: str) -> str:
    """Return where a step leads that asks the search."""
    return client.get(f"/tickets/{ticket.pk}/walk/{to}/").headers["Location"]


def test_inside_a_page_of_the_list(bob: Client, five: list[Ticket]) -> None:
    """The neighbours are linked directly."""
    bob.get("/search/", {"query": "id > 0"})
    shown = links(bob, five[2])
    assert f'href="/tickets/{five[1].pk}/" rel="prev"' in shown
    assert f'href="/tickets/{five[3].pk}/" rel="next"' in shown
    assert 'href="/search/?query=id+%3E+0"' in shown


def test_the_ends_have_nothing_beyond(bob: Client, five: list[Ticket]) -> None:
    bob.get("/search/", {"query": "id > 0"})
    assert 'rel="prev"' not in links(bob, five[0])
    assert "First" not in links(bob, five[0])
    assert 'rel="next"' not in links(bob, five[4])


def test_across_pages(bob: Client, five: list[Ticket]) -> None:
    """Where the page of the list ends the search is asked, both ways."""
    bob.get("/search/?query=id+%3E+0&rows=2")
    assert "walk/next/" in links(bob, five[1])
    assert gone_to(bob, five[1], "next") == f"/tickets/{five[2].pk}/"
    assert f"/tickets/{five[3].pk}/" in links(bob, five[2])
    assert gone_to(bob, five[2], "previous") == f"/tickets/{five[1].pk}/"
    assert gone_to(bob, five[2], "last") == f"/tickets/{five[4].pk}/"
    assert gone_to(bob, five[4], "first") == f"/tickets/{five[0].pk}/"


def test_from_a_ticket_the_search_finds_no_more(
    bob: Client, five: list[Ticket]
) -> None:
    """Working through a list changes it: the place one stands at remains."""
    query: dict[str, str | int] = {"query": "Status = 'new'", "rows": 1, "order": "-id"}
    bob.get("/search/", query)
    bob.post(f"/tickets/{five[0].pk}/status/", {"status": "open"})
    assert gone_to(bob, five[0], "next") == f"/tickets/{five[1].pk}/"


def test_no_list_no_links(bob: Client, five: list[Ticket]) -> None:
    """A ticket that no list has, a cookie that is none, a step without a list."""
    assert links(bob, five[0]) == ""
    bob.cookies[COOKIE] = "bm9uc2Vuc2U="
    assert links(bob, five[0]) == ""
    assert bob.get(f"/tickets/{five[0].pk}/walk/next/").status_code == 404
    assert bob.get(f"/tickets/{five[0].pk}/walk/away/").status_code == 404


def test_a_stranger_walks_nowhere(
    dave: Client, bob: Client, five: list[Ticket]
) -> None:
    """Somebody else's cookie shows nothing that its bearer may not see."""
    bob.get("/search/", {"query": "id > 0"})
    dave.cookies[COOKIE] = bob.cookies[COOKIE].value
    assert dave.get(f"/tickets/{five[1].pk}/walk/next/").status_code == 404
    answer = dave.get(f"/tickets/{five[1].pk}/walk/first/")
    assert answer.headers["Location"] == f"/tickets/{five[1].pk}/"


def test_it_costs_the_ticket_page_nothing(
    bob: Client,
    five: list[Ticket],
    rf: RequestFactory,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    """The neighbours are read from the cookie, without a query."""
    bob.get("/search/", {"query": "id > 0"})
    request = rf.get("/")
    request.COOKIES[COOKIE] = bob.cookies[COOKIE].value
    with django_assert_num_queries(0):
        found = neighbours(request, five[1].pk)
    assert found is not None
    assert found.next_url == f"/tickets/{five[2].pk}/"


@pytest.mark.parametrize(
    "fields",
    [
        '["id > 0",[],false,[1e999],true,true]',
        '["id > 0",[],false,[-1,{ticket},0],true,true]',
        '["id > 0",[],false,[{ticket},99999999999999999999],true,true]',
        '["Subject = \'\\ud800\'",["\\ud800"],false,[{ticket}],false,false]',
    ],
)
def test_a_cookie_that_somebody_wrote(
    bob: Client, five: list[Ticket], fields: str
) -> None:
    """It is no list, or one that finds nothing; the ticket's page shows as ever."""
    text = fields.replace("{ticket}", str(five[0].pk))
    bob.cookies[COOKIE] = base64.urlsafe_b64encode(text.encode()).decode()
    assert bob.get(f"/tickets/{five[0].pk}/").status_code == 200
    for to in ("next", "last"):
        step = bob.get(f"/tickets/{five[0].pk}/walk/{to}/")
        assert step.status_code in {302, 404}
