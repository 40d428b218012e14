"""Reminders: added on the ticket, ticked off there or at home."""

import pytest
from django.test import Client

from tests.conftest import World
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def reminder(ticket: Ticket, world: World) -> Ticket:
    """Bob is to call back."""
    return commands.add_reminder(ticket, actor=world.bob, subject="Call back")


def complete_url(reminder: Ticket) -> str:
    """Return where a reminder is ticked off."""
    return f"/tickets/reminders/{reminder.pk}/complete/"


def is_open(reminder: Ticket) -> bool:
    """Say whether it is still to be done."""
    return Ticket.objects.get(pk=reminder.pk).is_active


def test_add(bob: Client, ticket: Ticket, world: World) -> None:
    """It is there, in place, for the person chosen."""
    form = {
        "subject": "Call back",
        "owner": str(world.bob.pk),
        "due": "2026-12-01T08:00",
    }
    page = bob.post(
        f"/tickets/{ticket.pk}/reminders/add/", form, headers=IN_PLACE
    ).content.decode()
    assert "Call back" in page
    made = Ticket.objects.get(type="reminder")
    assert (made.owner, made.subject) == (world.bob, "Call back")
    assert made.due is not None


def test_add_without_script(bob: Client, ticket: Ticket, world: World) -> None:
    """The page of the ticket follows."""
    form = {"subject": "Call back", "owner": str(world.bob.pk)}
    answer = bob.post(f"/tickets/{ticket.pk}/reminders/add/", form)
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"


@pytest.mark.parametrize("headers", [{}, IN_PLACE])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subject": ""}, "This field is required"),
        ({"due": "soon"}, "Enter a valid date/time"),
    ],
)
def test_bad_input_loses_nothing(
    bob: Client,
    ticket: Ticket,
    world: World,
    changes: dict[str, str],
    message: str,
    headers: dict[str, str],
) -> None:
    """The error is shown beside what was typed."""
    form = {"subject": "Call back", "owner": str(world.bob.pk)} | changes
    answer = bob.post(f"/tickets/{ticket.pk}/reminders/add/", form, headers=headers)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Ticket.objects.filter(type="reminder").exists()


def test_complete_at_home(bob: Client, reminder: Ticket) -> None:
    """In place the list comes back without it; without script the home page."""
    page = bob.post(complete_url(reminder), {"next": "home"}, headers=IN_PLACE)
    assert "Nothing to remember." in page.content.decode()
    assert not is_open(reminder)
    assert bob.post(complete_url(reminder), {"next": "home"}).headers["Location"] == "/"


def test_complete_on_the_ticket(bob: Client, ticket: Ticket, reminder: Ticket) -> None:
    """In place the box comes back; without script the ticket's page."""
    form = {"next": str(ticket.pk)}
    answer = bob.post(complete_url(reminder), form)
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"
    box = bob.post(complete_url(reminder), form, headers=IN_PLACE).content.decode()
    assert 'id="box-reminders"' in box
    assert "Call back" not in box


def test_a_ticket_is_no_reminder(bob: Client, ticket: Ticket) -> None:
    """A ticket is not closed by this door."""
    bob.post(complete_url(ticket), {"next": "home"})
    assert is_open(ticket)


def test_a_stranger_finds_nothing(
    dave: Client, ticket: Ticket, reminder: Ticket
) -> None:
    """Neither adding nor ticking off."""
    assert dave.post(complete_url(reminder)).status_code == 404
    answer = dave.post(f"/tickets/{ticket.pk}/reminders/add/", {"subject": "x"})
    assert answer.status_code == 404
    assert is_open(reminder)


def test_the_form_in_place_and_as_a_page(bob: Client, ticket: Ticket) -> None:
    """htmx gets the box with the form, a plain browser a page with it."""
    url = f"/tickets/{ticket.pk}/reminders/add/"
    box = bob.get(url, headers=IN_PLACE).content.decode()
    assert "<html" not in box
    assert 'name="due"' in box
    assert 'name="due"' in bob.get(url).content.decode()


def test_a_requestor_may_not(alice: Client, ticket: Ticket) -> None:
    """Visible, but not allowed: 403, and nothing is added."""
    url = f"/tickets/{ticket.pk}/reminders/add/"
    assert alice.get(url).status_code == 403
    assert alice.post(url, {"subject": "x"}).status_code == 403
    assert not Ticket.objects.filter(type="reminder").exists()
