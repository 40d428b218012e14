"""The pages of bulk update."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.rights import Right
from queues.rights import revoke, system_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import bulk as commands
from tickets.models import BulkUpdate, Ticket, Transaction
from tickets.views import bulk_update as views

pytestmark = pytest.mark.django_db
URL = "/search/bulk/"


@pytest.fixture
def three(world: World) -> list[Ticket]:
    """Three tickets, for staff, who may update them together."""
    return [make_ticket(world.general, by=world.alice, text="") for _ in range(3)]


def form(*tickets: Ticket, **fields: str) -> dict[str, Any]:
    """Return what the form sends."""
    ids = [str(ticket.pk) for ticket in tickets]
    return {"query": "id > 0", "id": ids, "form_token": "one", **fields}


def test_the_page_of_the_search(bob: Client, three: list[Ticket]) -> None:
    """All its tickets are chosen, and every field is empty."""
    text = bob.get(URL, {"query": "id > 0"}).content.decode()
    assert text.count('form="bulk"') == 3
    assert text.count(" checked>") == 4  # and the scope
    assert "Update tickets" in text


def test_chosen_tickets(bob: Client, three: list[Ticket]) -> None:
    """Those ticked in the list; the whole search is offered beside them."""
    given: dict[str, Any] = {"query": "id > 0", "id": [three[0].pk, three[1].pk]}
    text = bob.get(URL, given).content.decode()
    assert text.count('form="bulk"') == 2
    assert "All 3 tickets of the search" in text


def test_updating(bob: Client, three: list[Ticket]) -> None:
    """The chosen ones are changed, and a page says what became of each."""
    answer = bob.post(URL, form(*three[:2], priority="9", status="open"), follow=True)
    text = answer.content.decode()
    assert "2 of 2 tickets done" in text
    assert 'href="/search/?query=id+%3E+0' in text  # the way back
    assert f"Ticket {three[0].pk}</a>: Priority changed from" in text
    assert 'hx-trigger="every' not in text
    assert Ticket.objects.filter(priority=9, status="open").count() == 2


def test_the_whole_search(bob: Client, three: list[Ticket]) -> None:
    """All of it, though one ticket only is on the page."""
    bob.post(URL, form(three[0], scope="all", priority="9", rows="1"))
    assert Ticket.objects.filter(priority=9).count() == 3


def test_sent_twice(bob: Client, three: list[Ticket]) -> None:
    """The second leads to the result of the first."""
    sent = form(*three, message_type="Comment", content="Once")
    first, second = bob.post(URL, sent), bob.post(URL, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Transaction.objects.filter(type="Comment").count() == 3


def test_a_long_one_goes_on_in_the_background(
    bob: Client, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer does not wait; the page asks again until all is done."""
    monkeypatch.setattr(views, "INLINE_SECONDS", 0)
    rung: list[int] = []
    monkeypatch.setattr(views, "ring_bulk_update", rung.append)
    url = bob.post(URL, form(*three, priority="9")).headers["Location"]
    waiting = bob.get(url).content.decode()
    assert "0 of 3 tickets done" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert rung == [BulkUpdate.objects.get().pk]
    commands.run_bulk_update(rung[0], seconds=60)
    part = bob.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "3 of 3 tickets done" in part
    assert "hx-trigger" not in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Choose something to change"),
        ({"content": "Hello"}, "Reply or comment?"),
        ({"message_type": "Comment"}, "Write a message"),
        ({"priority": "high"}, "Enter a whole number"),
        ({"due": "tomorrow-ish"}, "Enter a valid date"),
        ({"refers_to": "nonsense"}, "neither a ticket number nor a URL"),
        ({"status": "nonsense"}, "Select a valid choice"),
        ({"worked": "ages"}, "Type a time"),
        ({"priority": "1", "id": ""}, "Choose at least one ticket"),
    ],
)
def test_bad_input(
    bob: Client, three: list[Ticket], fields: dict[str, str], message: str
) -> None:
    """Said beside the field, with what was chosen and typed still there."""
    answer = bob.post(URL, form(*three[:2]) | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert message in text
    if "id" not in fields:
        assert text.count('form="bulk"') == 2
    assert not BulkUpdate.objects.exists()


def test_what_is_refused_is_said_per_ticket(
    bob: Client, three: list[Ticket], world: World
) -> None:
    """An address of nobody is found out by the command."""
    text = bob.post(
        URL, form(three[0], add_cc="no-such-user"), follow=True
    ).content.decode()
    assert "1 not changed" in text
    assert "There is no user or group" in text


def test_refused_without_the_right(bob: Client, ticket: Ticket) -> None:
    """Neither shown nor done."""
    revoke(system_group("Privileged"), Right.SHOW_SEARCH_BULK_UPDATE)
    assert bob.get(URL, {"query": "id > 0"}).status_code == 403
    assert bob.post(URL, form(ticket, priority="9")).status_code == 403
    ticket.refresh_from_db()
    assert ticket.priority == 0


def test_the_result_is_its_maker_s(
    bob: Client, dave: Client, three: list[Ticket]
) -> None:
    """Nobody else can look."""
    url = bob.post(URL, form(*three, priority="9")).headers["Location"]
    assert dave.get(url).status_code == 404


def test_a_query_that_is_none(bob: Client, three: list[Ticket]) -> None:
    answer = bob.get(URL, {"query": "Statuss = 1"})
    assert answer.status_code == 400
    assert "Did you mean Status" in answer.content.decode()


def test_number_of_queries(bob: Client, three: list[Ticket], world: World) -> None:
    """The form costs the same whatever is chosen."""

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            bob.get(URL, {"query": "id > 0"})
        return len(queries)

    cost()
    few = cost()
    for _ in range(5):
        make_ticket(world.networking, by=world.carol, owner=world.bob, text="")
    assert cost() == few <= 20
