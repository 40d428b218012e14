"""Editing the boxes of a ticket: in place and without script."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import RoleName
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.models import Link, Ticket, Transaction

pytestmark = pytest.mark.django_db
BOXES = ["basics", "people", "dates", "links"]
IN_PLACE = {"HX-Request": "true"}


def url(ticket: Ticket, box: str) -> str:
    """Return the address of a box."""
    return f"/tickets/{ticket.pk}/{box}/"


def basics(ticket: Ticket, **changes: str) -> dict[str, str]:
    """Return the basics as the form has them, but for the changes."""
    return {
        "subject": ticket.subject,
        "queue": str(ticket.queue_id),
        "owner": str(ticket.owner_id or 0),
        "status": "",
        "priority": str(ticket.priority),
        "final_priority": str(ticket.final_priority),
    } | changes


@pytest.mark.parametrize("box", BOXES)
def test_the_form_in_place_and_as_a_page(bob: Client, ticket: Ticket, box: str) -> None:
    """htmx gets the box, a plain browser a page with the same form."""
    fragment = bob.get(url(ticket, box), headers=IN_PLACE).content.decode()
    page = bob.get(url(ticket, box)).content.decode()
    assert "<html" not in fragment
    assert f'id="box-{box}"' in fragment
    assert "<html" in page
    assert f'action="{url(ticket, box)}"' in page


@pytest.mark.parametrize("box", BOXES)
def test_cancelling_shows_the_box(bob: Client, ticket: Ticket, box: str) -> None:
    """The box as it was comes back in place."""
    shown = bob.get(url(ticket, box) + "?show=1", headers=IN_PLACE).content.decode()
    assert f'id="box-{box}"' in shown
    assert "<form" not in shown


def test_basics(bob: Client, ticket: Ticket, world: World) -> None:
    """All of it at once; the page lists one line a change."""
    form = basics(
        ticket,
        subject="Printer on fire",
        owner=str(world.bob.pk),
        queue=str(world.networking.pk),
        status="open",
        priority="90",
        time_estimated="1 h",
    )
    page = bob.post(url(ticket, "basics"), form, follow=True).content.decode()
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.subject == "Printer on fire"
    assert ticket.queue == world.networking
    assert (ticket.owner, ticket.status) == (world.bob, "open")
    assert (ticket.priority, ticket.time_estimated) == (90, 60)
    for line in (
        "Queue changed from General to Networking",
        "Taken",
        "Priority changed",
    ):
        assert line in page


def test_basics_in_place_reload_the_page(bob: Client, ticket: Ticket) -> None:
    """The head shows them too, so htmx is told to load the page."""
    answer = bob.post(
        url(ticket, "basics"), basics(ticket, priority="5"), headers=IN_PLACE
    )
    assert answer.headers["HX-Redirect"] == f"/tickets/{ticket.pk}/"


def test_what_was_not_touched_is_left_alone(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """An unchanged form records nothing."""
    before = Transaction.objects.count()
    bob.post(url(ticket, "basics"), basics(ticket))
    bob.post(url(ticket, "dates"), {})
    assert Transaction.objects.count() == before


def test_dates(bob: Client, ticket: Ticket, world: World) -> None:
    """A date is set and unset; one not touched keeps its seconds."""
    started = datetime(2026, 11, 1, 8, 0, 33, tzinfo=UTC)
    commands.set_properties(ticket, actor=world.bob, started=started)
    form = {"started": "2026-11-01T08:00", "due": "2026-12-24T12:00"}
    shown = bob.post(url(ticket, "dates"), form, headers=IN_PLACE).content.decode()
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.due == datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert ticket.started == started
    assert "24 Dec" in shown
    bob.post(url(ticket, "dates"), {"started": "2026-11-01T08:00", "due": ""})
    assert Ticket.objects.get(pk=ticket.pk).due is None


def test_people(bob: Client, ticket: Ticket, world: World) -> None:
    """Some are added, some removed, in one go."""
    commands.add_watcher(ticket, actor=world.bob, role=RoleName.CC, who=world.carol)
    form = {
        "cc": "new@cc.example",
        "admin_cc": "group:Staff",
        "remove": [f"Cc:user:{world.carol.pk}"],
    }
    shown = bob.post(url(ticket, "people"), form, headers=IN_PLACE).content.decode()
    people = set(ticket.watchers.values_list("role", "user__email", "group__name"))
    assert people == {
        ("Requestor", "alice@customer.example", None),
        ("Cc", "new@cc.example", None),
        ("AdminCc", None, "Staff"),
    }
    assert "new@cc.example" in shown
    assert "Staff" in shown


def test_people_all_or_nobody(bob: Client, ticket: Ticket) -> None:
    """One unknown name: nobody is added, and what was typed is still there."""
    form = {"cc": "new@cc.example, no-such-name"}
    answer = bob.post(url(ticket, "people"), form, headers=IN_PLACE)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "no-such-name" in page
    assert 'value="new@cc.example, no-such-name"' in page
    assert not ticket.watchers.filter(role="Cc").exists()


def test_links(bob: Client, ticket: Ticket, world: World) -> None:
    """Links are added and removed, both ways round."""
    other = make_ticket(world.general, by=world.alice, subject="Toner")
    form = {"depends_on": str(other.pk), "refers_to": "https://example.org/kb"}
    shown = bob.post(url(ticket, "links"), form, headers=IN_PLACE).content.decode()
    assert "Toner" in shown
    assert 'href="https://example.org/kb"' in shown
    removed = {"remove": ["RefersTo:https://example.org/kb"]}
    bob.post(url(ticket, "links"), removed)
    assert list(Link.objects.values_list("base", "target")) == [(ticket.pk, other.pk)]


@pytest.mark.parametrize(
    ("box", "form", "message"),
    [
        ("basics", {"priority": "x"}, "Enter a whole number"),
        ("basics", {"priority": ""}, "This field is required"),
        ("basics", {"owner": "424242"}, "not one of the available choices"),
        ("dates", {"due": "soon"}, "Enter a valid date/time"),
        ("links", {"depends_on": "12x"}, "neither a ticket number nor a URL"),
        ("links", {"depends_on": "999999"}, "does not exist"),
        ("people", {"cc": "nobody-known"}, "no user or group"),
    ],
)
def test_bad_input_changes_nothing(
    bob: Client, ticket: Ticket, box: str, form: dict[str, str], message: str
) -> None:
    """The form comes back with the error, in place and as a page."""
    before = Transaction.objects.count()
    sent = basics(ticket, **form) if box == "basics" else form
    for headers in ({}, IN_PLACE):
        answer = bob.post(url(ticket, box), sent, headers=headers)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert Transaction.objects.count() == before


def test_a_circle_of_dependencies_is_refused(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """The message says which way round."""
    other = make_ticket(world.general, by=world.alice)
    commands.add_link(other, actor=world.bob, direction="DependsOn", to=str(ticket.pk))
    answer = bob.post(url(ticket, "links"), {"depends_on": str(other.pk)})
    assert answer.status_code == 422
    assert "circular relationship" in answer.content.decode()


@pytest.mark.parametrize("box", BOXES)
def test_a_stranger_finds_nothing(dave: Client, ticket: Ticket, box: str) -> None:
    """Not visible is not there."""
    assert dave.get(url(ticket, box)).status_code == 404
    assert dave.post(url(ticket, box), {"due": ""}).status_code == 404


@pytest.mark.parametrize("box", BOXES)
def test_a_requestor_may_not(alice: Client, ticket: Ticket, box: str) -> None:
    """Visible, but not allowed: 403, and nothing has changed."""
    before = Transaction.objects.count()
    assert alice.get(url(ticket, box)).status_code == 403
    form = basics(ticket, priority="99") | {"cc": "x@y.example", "depends_on": "1"}
    assert alice.post(url(ticket, box), form).status_code == 403
    assert Transaction.objects.count() == before
