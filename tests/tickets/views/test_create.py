"""Creating a ticket with everything it can have."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Link, Ticket

pytestmark = pytest.mark.django_db
URL = "/tickets/create/"


def sent(world: World, **changes: object) -> dict[str, object]:
    """Return a form that is right but for the changes."""
    return {
        "queue": str(world.general.pk),
        "subject": "Mouse is dead",
        "content": "It does not move.",
        "requestors": "alice@customer.example",
        "form_token": "token-of-this-page",
    } | changes


def test_it_works_with_everything(bob: Client, world: World) -> None:
    """Every field of the page reaches the ticket."""
    other = make_ticket(world.general, by=world.alice)
    form = sent(
        world,
        status="open",
        owner=str(world.bob.pk),
        cc="cc@cc.example, Ann Lee <ann@cc.example>",
        admin_cc="group:Staff",
        priority="40",
        final_priority="90",
        time_estimated="2 h",
        time_worked="15",
        time_left="1:30",
        starts="2026-12-01T08:00",
        due="2026-12-02T17:30",
        depends_on=f"#{other.pk} https://example.org/x",
        content_html="<p>It does <b>not</b> move.</p>",
        attachments=[SimpleUploadedFile("mouse.jpg", b"\xff\xd8", "image/jpeg")],
    )
    answer = bob.post(URL, form, follow=True)
    ticket = Ticket.objects.get(subject="Mouse is dead")
    assert answer.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    assert (ticket.status, ticket.owner, ticket.priority) == ("open", world.bob, 40)
    assert ticket.final_priority == 90
    assert (ticket.time_estimated, ticket.time_worked, ticket.time_left) == (
        120,
        15,
        90,
    )
    assert ticket.starts == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert ticket.due == datetime(2026, 12, 2, 17, 30, tzinfo=UTC)
    people = {
        (w.role, w.user.email if w.user else w.group and w.group.name)
        for w in ticket.watchers.all()
    }
    assert people == {
        ("Requestor", "alice@customer.example"),
        ("Cc", "cc@cc.example"),
        ("Cc", "ann@cc.example"),
        ("AdminCc", "Staff"),
    }
    assert Link.objects.filter(base=ticket, target=other, type="DependsOn").exists()
    assert Link.objects.filter(base=ticket, target_uri="https://example.org/x").exists()
    names = ticket.transactions.get().attachments.values_list("filename", flat=True)
    assert "mouse.jpg" in names


def test_dates_are_in_the_users_zone(bob: Client, world: World) -> None:
    """What Bob types is his own time."""
    world.bob.timezone = "Africa/Lusaka"
    world.bob.save(update_fields=["timezone"])
    bob.post(URL, sent(world, due="2026-12-02T17:30"))
    assert Ticket.objects.get().due == datetime(2026, 12, 2, 15, 30, tzinfo=UTC)


def test_prefilled_from_the_address(bob: Client, world: World) -> None:
    """Our names of the fields and RT's both work."""
    page = bob.get(
        URL, {"queue": "networking", "subject": "A", "due": "2026-12-02T08:00"}
    )
    text = page.content.decode()
    assert "New ticket in Networking" in text
    assert 'value="A"' in text
    assert 'value="2026-12-02T08:00"' in text
    page = bob.get(
        URL,
        {
            "Queue": str(world.networking.pk),
            "Subject": "B",
            "Requestors": "x@y.example",
            "Content": "Words",
            "new-DependsOn": "7",
            "Owner": "carol",
        },
    )
    text = page.content.decode()
    assert "New ticket in Networking" in text
    assert 'value="x@y.example"' in text
    assert "Words</textarea>" in text
    assert 'name="depends_on" value="7"' in text
    assert f'<option value="{world.carol.pk}" selected>' in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"priority": "high"}, "Enter a whole number"),
        ({"priority": "99999999999"}, "less than or equal"),
        ({"due": "tomorrow"}, "Enter a valid date/time"),
        ({"time_worked": "ages"}, "Type a time like"),
        ({"depends_on": "seven"}, "neither a ticket number nor a URL"),
        ({"queue": "0"}, "not one of the available choices"),
        ({"status": "stalled"}, "not one of the available choices"),
        ({"subject": "", "content": ""}, "No message attached"),
        ({"subject": "x" * 201}, "at most 200 characters"),
    ],
)
def test_bad_input_loses_nothing(
    bob: Client, world: World, changes: dict[str, object], message: str
) -> None:
    """Each mistake is named beside its field, and everything typed is still there."""
    form = sent(
        world,
        cc="cc@cc.example",
        attachments=[SimpleUploadedFile("jam.log", b"jammed")],
    )
    if "subject" in changes and changes["subject"] == "":
        form.pop("attachments")
    answer = bob.post(URL, form | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert 'value="cc@cc.example"' in page
    assert ("jam.log" in page) == ("attachments" in form)
    assert Ticket.objects.count() == 0


def test_what_cannot_be_done_is_said(bob: Client, world: World) -> None:
    """The ticket is made; a person and a link that are none are named."""
    form = sent(world, cc="no-such-name", refers_to="999999")
    page = bob.post(URL, form, follow=True).content.decode()
    assert "no user or group" in page
    assert "Ticket 999999 does not exist" in page
    assert Ticket.objects.count() == 1


def test_changing_the_queue_keeps_what_was_typed(bob: Client, world: World) -> None:
    """Without script a button shows the other queue's owners; nothing is created."""
    form = sent(world, queue=str(world.networking.pk), change_queue="1")
    answer = bob.post(URL, form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "New ticket in Networking" in page
    assert "It does not move." in page
    assert Ticket.objects.count() == 0


def test_sent_twice_is_done_once(bob: Client, world: World) -> None:
    """A repeated request makes one ticket and leads to it."""
    first = bob.post(URL, sent(world))
    second = bob.post(URL, sent(world))
    assert Ticket.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_the_same_token_of_two_people_is_two_forms(
    bob: Client, alice: Client, world: World
) -> None:
    """Nobody's form is swallowed because another used its token."""
    bob.post(URL, sent(world))
    alice.post(URL, sent(world))
    assert Ticket.objects.count() == 2


def test_for_somebody_else_unseen(dave: Client, world: World) -> None:
    """Who may create but not see is led home, not to a missing page."""
    answer = dave.post(URL, sent(world), follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "created in queue" in answer.content.decode()


def test_a_queue_without_the_right_is_no_choice(dave: Client, world: World) -> None:
    """Networking is for staff."""
    answer = dave.post(URL, sent(world, queue=str(world.networking.pk)))
    assert answer.status_code == 422
    assert Ticket.objects.count() == 0


def test_no_queue_at_all(dave: Client, world: World) -> None:
    """Without any queue the page is refused, and says why."""
    world.general.disabled = True
    world.general.save(update_fields=["disabled"])
    answer = dave.get(URL)
    assert answer.status_code == 403
    assert "no queue you may create tickets in" in answer.content.decode()


def test_login_is_needed(client: Client, world: World) -> None:
    """A stranger is sent to the login page and back."""
    assert client.get(URL).headers["Location"] == f"/login/?next={URL}"
