"""Lists of tickets."""

from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client

from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import correspond
from tickets.context import _site_name
from tickets.messages import compose
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BUDGET = 12


def page(client: Client, **parameters: str | int) -> str:
    """Return the HTML of the search page."""
    return client.get("/search/", parameters).content.decode()


def test_a_query(bob: Client, ticket: Ticket, world: World) -> None:
    """What matches is listed, the rest is not."""
    make_ticket(world.networking, by=world.carol, subject="Switch")
    found = page(bob, query="Queue = 'General'")
    assert "Found 1 ticket" in found
    assert ticket.subject in found
    assert "Switch" not in found


def test_words_of_the_search_box(bob: Client, ticket: Ticket) -> None:
    """Plain words become a query that can be edited; a number is a ticket."""
    found = page(bob, q="jam")
    assert "Subject LIKE &#x27;jam&#x27;" in found
    assert ticket.subject in found
    answer = bob.get("/search/", {"q": f"#{ticket.pk}"})
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"


def test_nothing_typed_shows_the_form(bob: Client, world: World) -> None:
    """The page explains itself."""
    assert "Query in TicketSQL" in page(bob)


def test_nothing_found(bob: Client, ticket: Ticket) -> None:
    """An empty list says so."""
    assert "No ticket matches" in page(bob, query="Subject LIKE 'zebra'")


@pytest.mark.parametrize(
    ("query", "message"),
    [("Statuss = 'open'", "Did you mean Status"), ("Queue = ", "⟵here")],
)
def test_a_query_that_is_none(
    bob: Client, world: World, query: str, message: str
) -> None:
    """The error names the place, and the query is there to be corrected."""
    answer = bob.get("/search/", {"query": query})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert message in text
    assert query.replace("'", "&#x27;") in text


def test_an_order_that_is_none(bob: Client, ticket: Ticket) -> None:
    """A field one cannot order by is an error too."""
    answer = bob.get("/search/", {"query": "id > 0", "order": "Nonsense"})
    assert answer.status_code == 400


def test_pages_neither_repeat_nor_skip(bob: Client, world: World) -> None:
    """Fifty a page, all of them once, with links to the others."""
    for number in range(53):
        make_ticket(world.general, by=world.alice, subject=f"No {number}.", text="")
    first = page(bob, query="id > 0", order="Subject")
    second = page(bob, query="id > 0", order="Subject", page=2)
    assert "Found 53 tickets" in first
    assert "Page 1 of 2" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    both = first + second
    assert all(both.count(f">No {number}.<") == 1 for number in range(53))


@pytest.mark.parametrize("number", ["0", "-1", "99", "x"])
def test_page_numbers_that_are_none(bob: Client, ticket: Ticket, number: str) -> None:
    """The nearest page is shown."""
    assert ticket.subject in page(bob, query="id > 0", page=number)


def test_columns_sort_both_ways(bob: Client, world: World) -> None:
    """The head of a column sorts by it, again the other way."""
    for subject, priority in (("Low", 1), ("High", 9)):
        make_ticket(world.general, by=world.alice, subject=subject, priority=priority)
    up = page(bob, query="id > 0", order="Priority")
    down = page(bob, query="id > 0", order="-Priority")
    assert up.index(">Low<") < up.index(">High<")
    assert down.index(">High<") < down.index(">Low<")
    assert 'aria-sort="descending"' in down


def test_my_tickets(bob: Client, world: World) -> None:
    """What one owns and has not finished."""
    make_ticket(world.general, by=world.alice, subject="Mine", owner=world.bob)
    make_ticket(world.general, by=world.alice, subject="Free")
    text = bob.get("/my-tickets/").content.decode()
    assert ">Mine<" in text
    assert ">Free<" not in text


def test_a_stranger_finds_nothing(dave: Client, ticket: Ticket) -> None:
    """Only visible tickets are found and counted."""
    found = page(dave, query="id > 0")
    assert "Found 0 tickets" in found
    assert ticket.subject not in found


@pytest.mark.parametrize("rows", [1, 5, 60])
def test_number_of_queries(
    bob: Client,
    world: World,
    rows: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """A list costs the same whatever its length."""
    for _ in range(rows):
        make_ticket(world.general, by=world.alice, owner=world.bob, text="")
    _site_name()
    with django_assert_max_num_queries(BUDGET):  # type: ignore[attr-defined]
        bob.get("/search/", {"query": "Owner = '__CurrentUser__'"})


def test_full_text_shows_where_it_hit(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """The text around the words stands below the subject, with the words marked."""
    message = compose(text="The <blue> cable is loose.")
    correspond(ticket, actor=world.bob, message=message)
    found = page(bob, query="Content LIKE 'cable'")
    assert "The &lt;blue&gt; <mark>cable</mark> is loose." in found


def test_results_by_relevance(bob: Client, ticket: Ticket, world: World) -> None:
    """A subject is worth more than a body; the next page goes on behind the first."""
    correspond(ticket, actor=world.bob, message=compose(text="cable"))
    better = make_ticket(world.general, by=world.bob, subject="Blue cable")
    wanted = {"query": "Content LIKE 'cable'", "order": "-Relevance", "rows": "1"}
    first = bob.get("/search/", wanted).context
    assert [row.pk for row in first["found"].tickets] == [better.pk]
    second = bob.get(first["pager"]["next_url"]).context
    assert [row.pk for row in second["found"].tickets] == [ticket.pk]


def test_what_the_words_meant(bob: Client, ticket: Ticket) -> None:
    """The words and the TicketSQL they became are told, and lead to the builder."""
    found = page(bob, q="jam me")
    assert "Searched for “jam me”, which means" in found
    link = unescape(found.split('href="/search/edit/?', 1)[1].split('"', 1)[0])
    (query,) = parse_qs(link)["query"]
    assert "Subject LIKE 'jam'" in query
    assert "Owner = '__CurrentUser__'" in query
    assert "q" not in parse_qs(link)
