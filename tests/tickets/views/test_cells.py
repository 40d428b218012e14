"""Status, owner and priority changed inside the list."""

import pytest
from django.test import Client

from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tests.tickets.views.conftest import Browser
from tickets.models import Ticket, Transaction

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true"}


def url(ticket: Ticket, name: str) -> str:
    """Return the address of a cell."""
    return f"/tickets/{ticket.pk}/cell/{name}/"


@pytest.mark.parametrize("name", ["status", "owner", "priority"])
def test_the_form(bob: Client, ticket: Ticket, name: str) -> None:
    """htmx gets a small form; without script the link leads to the ticket's box."""
    text = bob.get(url(ticket, name), headers=IN_PLACE).content.decode()
    assert "cellform" in text
    assert "<html" not in text
    listed = bob.get("/search/", {"query": "id > 0"}).content.decode()
    assert f'href="/tickets/{ticket.pk}/basics/" hx-get="{url(ticket, name)}"' in listed
    plain = bob.get(url(ticket, name))
    assert plain.headers["Location"] == f"/tickets/{ticket.pk}/basics/"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("status", "open", ">open</span>"), ("priority", "70", ">70</span>")],
)
def test_saving_draws_the_row(
    bob: Client, ticket: Ticket, name: str, value: str, shown: str
) -> None:
    """The whole row by the list's own format, since more may have changed."""
    given = {"value": value, "format": "Subject, Status, Priority"}
    answer = bob.post(url(ticket, name), given, headers=IN_PLACE)
    text = answer.content.decode()
    assert answer.headers["HX-Retarget"] == f"#t{ticket.pk}"
    assert shown in text
    assert text.count("<td") == 4  # and the box to choose it


def test_owner(bob: Client, ticket: Ticket, world: World) -> None:
    """Anybody who may own it, by the commands' rules."""
    answer = bob.post(
        url(ticket, "owner"), {"value": str(world.bob.pk)}, headers=IN_PLACE
    )
    assert answer.status_code == 200
    ticket.refresh_from_db()
    assert ticket.owner == world.bob


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("status", "nonsense", "Select a valid choice"),
        ("priority", "high", "Enter a whole number"),
        ("priority", "99999999999", "less than or equal"),
        ("owner", "", "required"),
    ],
)
def test_bad_input(
    bob: Client, ticket: Ticket, name: str, value: str, message: str
) -> None:
    """The form comes back with what is wrong, in its place."""
    before = Transaction.objects.count()
    answer = bob.post(url(ticket, name), {"value": value}, headers=IN_PLACE)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Transaction.objects.count() == before


def test_what_the_command_refuses_is_said(
    browser: Browser, ticket: Ticket, world: World
) -> None:
    """Who may look but not touch is told so, and nothing has changed."""
    grant(world.dave, Right.SHOW_TICKET)
    answer = browser(world.dave).post(
        url(ticket, "priority"), {"value": "5"}, headers=IN_PLACE
    )
    assert answer.status_code == 422
    assert "Permission Denied" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.priority == 0


def test_strangers_and_unknown_cells(dave: Client, bob: Client, ticket: Ticket) -> None:
    """Neither is there."""
    assert dave.get(url(ticket, "status"), headers=IN_PLACE).status_code == 404
    assert bob.get(url(ticket, "subject"), headers=IN_PLACE).status_code == 404
    assert bob.delete(url(ticket, "status")).status_code == 405


def test_cancelling(bob: Client, ticket: Ticket) -> None:
    """The row as it was."""
    given = {"row": "1", "format": "Subject"}
    text = bob.get(url(ticket, "status"), given, headers=IN_PLACE).content.decode()
    assert text.startswith(f'<tr id="t{ticket.pk}"')
    assert "<form" not in text


def test_without_script(bob: Client, ticket: Ticket) -> None:
    """The form works as a plain one too."""
    answer = bob.post(url(ticket, "status"), {"value": "open"})
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"
    ticket.refresh_from_db()
    assert ticket.status == "open"
