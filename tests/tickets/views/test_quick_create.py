"""Quick ticket creation."""

import pytest
from django.test import Client

from tests.conftest import World
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
URL = "/quick-create/"


def sent(world: World, **changes: str) -> dict[str, str]:
    """Return a form that is right but for the changes."""
    return {
        "subject": "Coffee is out",
        "queue": str(world.general.pk),
        "owner": "me",
        "requestors": "alice@customer.example",
        "content": "Please buy some.",
        "form_token": "token-of-this-page",
    } | changes


def test_it_works(bob: Client, world: World) -> None:
    """The ticket is there, with everything typed; one stays at home."""
    answer = bob.post(URL, sent(world), follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.owner) == ("Coffee is out", world.bob)
    assert ticket.watchers.get(role="Requestor").user == world.alice
    assert answer.redirect_chain == [("/", 302)]
    assert f"Ticket {ticket.pk} created in queue" in answer.content.decode()


def test_owner_may_be_nobody(bob: Client, world: World) -> None:
    """The ticket can be left to others."""
    bob.post(URL, sent(world, owner="nobody"))
    assert Ticket.objects.get().owner is None


def test_sent_twice_is_done_once(bob: Client, world: World) -> None:
    """A double click makes one ticket, and both answers lead to its message."""
    first = bob.post(URL, sent(world))
    second = bob.post(URL, sent(world))
    assert Ticket.objects.count() == 1
    assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subject": ""}, "This field is required"),
        ({"subject": "x" * 201}, "at most 200 characters"),
        ({"queue": "999"}, "not one of the available choices"),
    ],
)
def test_bad_input_loses_nothing(
    bob: Client, world: World, changes: dict[str, str], message: str
) -> None:
    """The mistake is named and what was typed is still there; then it works."""
    answer = bob.post(URL, sent(world, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "Please buy some." in page
    assert Ticket.objects.count() == 0
    assert bob.post(URL, sent(world)).status_code == 302
    assert Ticket.objects.count() == 1


def test_unknown_people_are_named(bob: Client, world: World) -> None:
    """The ticket is created without them, and the page says so."""
    answer = bob.post(URL, sent(world, requestors="no-such-name"), follow=True)
    page = answer.content.decode()
    assert "There is no user or group &#x27;no-such-name&#x27;" in page
    assert Ticket.objects.count() == 1


def test_without_the_right_there_is_no_ticket(dave: Client, world: World) -> None:
    """A queue one may not create in is no choice."""
    answer = dave.post(URL, sent(world, queue=str(world.networking.pk)))
    assert answer.status_code == 422
    assert Ticket.objects.count() == 0


def test_get_is_refused(bob: Client, world: World) -> None:
    """Creating is a POST."""
    assert bob.get(URL).status_code == 405
