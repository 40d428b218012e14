"""The buttons of one change: take, steal, untake, status, bookmark."""

import pytest
from django.test import Client

from tests.conftest import World
from tickets import commands
from tickets.models import Bookmark, Ticket, Transaction

pytestmark = pytest.mark.django_db
BUTTONS = ["take", "steal", "untake", "status", "bookmark"]


def owner_of(ticket: Ticket) -> object:
    """Return who owns it now."""
    return Ticket.objects.get(pk=ticket.pk).owner


def test_take(bob: Client, ticket: Ticket, world: World) -> None:
    """The ticket is Bob's; the page of the ticket says so."""
    answer = bob.post(f"/tickets/{ticket.pk}/take/", follow=True)
    assert owner_of(ticket) == world.bob
    assert answer.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    assert "Taken" in answer.content.decode()


def test_take_from_the_home_page_stays_there(bob: Client, ticket: Ticket) -> None:
    """Without script the home page is shown again."""
    answer = bob.post(f"/tickets/{ticket.pk}/take/", {"next": "home"})
    assert answer.headers["Location"] == "/"


def test_take_in_place(bob: Client, ticket: Ticket, world: World) -> None:
    """htmx gets the lists anew: the ticket has moved from one to the other."""
    answer = bob.post(
        f"/tickets/{ticket.pk}/take/",
        {"next": "home"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert "Every ticket has an owner." in page
    assert ticket.subject in page[: page.index("newest unowned")]
    assert owner_of(ticket) == world.bob


def test_somebody_was_faster(bob: Client, ticket: Ticket, world: World) -> None:
    """Taking a taken ticket changes nothing and says why."""
    commands.take(ticket, actor=world.carol)
    answer = bob.post(f"/tickets/{ticket.pk}/take/", follow=True)
    assert owner_of(ticket) == world.carol
    assert "only take tickets that are unowned" in answer.content.decode()


def test_steal_and_untake(bob: Client, ticket: Ticket, world: World) -> None:
    """A ticket can be stolen and given back."""
    commands.take(ticket, actor=world.carol)
    bob.post(f"/tickets/{ticket.pk}/steal/")
    assert owner_of(ticket) == world.bob
    bob.post(f"/tickets/{ticket.pk}/untake/")
    assert owner_of(ticket) is None


def test_status(bob: Client, ticket: Ticket) -> None:
    """The lifecycle's move is made."""
    bob.post(f"/tickets/{ticket.pk}/status/", {"status": "stalled"})
    assert Ticket.objects.get(pk=ticket.pk).status == "stalled"


@pytest.mark.parametrize("status", ["", "no-such-status"])
def test_status_that_is_none(bob: Client, ticket: Ticket, status: str) -> None:
    """An unknown status changes nothing and says so."""
    answer = bob.post(f"/tickets/{ticket.pk}/status/", {"status": status}, follow=True)
    assert Ticket.objects.get(pk=ticket.pk).status == "new"
    assert "valid status" in answer.content.decode()


def test_resolving_waits_for_dependencies(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """The message names what it waits for."""
    from_alice = commands.create_ticket(
        commands.NewTicket(queue=world.general, subject="Toner"), actor=world.alice
    ).ticket
    commands.add_link(
        ticket, actor=world.bob, direction="DependsOn", to=str(from_alice.pk)
    )
    answer = bob.post(
        f"/tickets/{ticket.pk}/status/", {"status": "resolved"}, follow=True
    )
    assert f"#{from_alice.pk} Toner" in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


def test_bookmark_on_and_off(bob: Client, ticket: Ticket, world: World) -> None:
    """A bookmark is one's own."""
    bob.post(f"/tickets/{ticket.pk}/bookmark/", {"on": "1"})
    assert Bookmark.objects.filter(user=world.bob, ticket=ticket).exists()
    answer = bob.post(
        f"/tickets/{ticket.pk}/bookmark/", {"on": ""}, headers={"HX-Request": "true"}
    )
    assert 'aria-pressed="false"' in answer.content.decode()
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("button", BUTTONS)
def test_a_stranger_finds_nothing(dave: Client, ticket: Ticket, button: str) -> None:
    """What is not visible is not there, and stays as it is."""
    before = Transaction.objects.count()
    answer = dave.post(f"/tickets/{ticket.pk}/{button}/", {"status": "open", "on": "1"})
    assert answer.status_code == 404
    assert Transaction.objects.count() == before
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("button", ["take", "status"])
def test_a_requestor_may_not(alice: Client, ticket: Ticket, button: str) -> None:
    """Visible, but not allowed: 403, and nothing has changed."""
    before = Transaction.objects.count()
    answer = alice.post(f"/tickets/{ticket.pk}/{button}/", {"status": "open"})
    assert answer.status_code == 403
    assert Transaction.objects.count() == before
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.owner, fresh.status) == (None, "new")


@pytest.mark.parametrize("button", BUTTONS)
def test_get_is_refused(bob: Client, ticket: Ticket, button: str) -> None:
    """No link changes anything."""
    assert bob.get(f"/tickets/{ticket.pk}/{button}/").status_code == 405
