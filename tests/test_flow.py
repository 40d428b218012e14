"""The path of a change, from a command to the mail in the outbox."""

from datetime import timedelta

import pytest

from accounts.models import RT_SYSTEM
from mail.models import OutgoingMail
from scrips import engine
from tests.conftest import Settled, World
from tests.factories import make_ticket
from tickets import commands
from tickets.messages import compose
from tickets.models import Ticket, Transaction


def history(ticket: Ticket) -> list[tuple[str, str]]:
    """Return type and creator of each transaction, in order."""
    rows = Transaction.objects.filter(ticket=ticket).select_related("creator")
    return [(row.type, row.creator.name) for row in rows.order_by("pk")]


def test_creation_answers_the_requestor_and_tells_the_admin_ccs(
    world: World, settled: Settled
) -> None:
    """Scenario A: an autoreply to Alice, a notice to Bob and Carol."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)

    assert history(ticket) == [
        ("Create", "alice@customer.example"),
        ("EmailRecord", RT_SYSTEM),
        ("EmailRecord", RT_SYSTEM),
    ]
    autoreply, notice = OutgoingMail.objects.order_by("pk")
    assert autoreply.to == ["alice@customer.example"]
    assert autoreply.subject == f"[example.com #{ticket.pk}] AutoReply: Printer jam"
    assert autoreply.headers["Auto-Submitted"] == "auto-replied"
    assert "It is jammed." in autoreply.text
    assert (notice.to, notice.bcc) == ([], ["bob@example.org", "carol@example.org"])
    assert notice.from_email == '"Alice Adams via example.com" <rt@example.com>'
    ticket.refresh_from_db()
    assert (ticket.status, ticket.owner, ticket.told) == ("new", None, None)


def test_a_reply_reaches_the_requestor_and_opens_the_ticket(
    world: World, settled: Settled
) -> None:
    """Scenario B: Carol is told, Alice is told, the system opens the ticket."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    OutgoingMail.objects.all().delete()
    with settled():
        commands.correspond(ticket, actor=world.bob, message=compose(text="On my way"))

    assert history(ticket)[3:] == [
        ("Correspond", "bob"),
        ("EmailRecord", RT_SYSTEM),
        ("EmailRecord", RT_SYSTEM),
        ("Status", RT_SYSTEM),
    ]
    to_staff, to_alice = OutgoingMail.objects.order_by("pk")
    assert to_staff.bcc == ["carol@example.org"]
    assert to_alice.to == ["alice@customer.example"]
    assert f"<RT-Ticket-{ticket.pk}@example.com>" in to_alice.headers["References"]
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.told
    assert ticket.started


def test_a_reply_of_the_requestor_is_not_contact(
    world: World, settled: Settled
) -> None:
    """Scenario C: Told stays unset, Alice is not mailed her own words."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    OutgoingMail.objects.all().delete()
    with settled():
        commands.correspond(ticket, actor=world.alice, message=compose(text="Hurry"))

    assert [m.recipients() for m in OutgoingMail.objects.all()] == [
        ["bob@example.org", "carol@example.org"]
    ]
    ticket.refresh_from_db()
    assert ticket.told is None


def test_taking_records_two_rows_and_mails_nobody(
    world: World, settled: Settled
) -> None:
    """Scenario D: the actor is not told what he did himself."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    OutgoingMail.objects.all().delete()
    with settled():
        commands.take(ticket, actor=world.bob)

    assert history(ticket)[3:] == [("Set", "bob"), ("SetWatcher", "bob")]
    assert not OutgoingMail.objects.exists()


def test_a_comment_goes_to_staff_and_one_time_recipients_only(
    world: World, settled: Settled
) -> None:
    """Scenario F: Carol as AdminCc and the vendor, from the comment address."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    OutgoingMail.objects.all().delete()
    message = compose(text="Is it under warranty?", cc_once=["vendor@parts.example"])
    with settled():
        commands.comment(ticket, actor=world.bob, message=message)

    to_staff, to_vendor = OutgoingMail.objects.order_by("pk")
    assert to_staff.recipients() == ["carol@example.org"]
    assert to_vendor.recipients() == ["vendor@parts.example"]
    assert to_vendor.headers["Reply-To"] == "rt-comment@example.com"
    assert {kind for kind, _ in history(ticket)[3:]} == {
        "Comment",
        "CommentEmailRecord",
    }
    assert not ticket.watchers.filter(user__email="vendor@parts.example").exists()


def test_resolving_tells_the_requestor_once(world: World, settled: Settled) -> None:
    """Scenario G, without text: the status and the Resolved mail."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    OutgoingMail.objects.all().delete()
    with settled():
        commands.set_status(ticket, actor=world.bob, status="resolved")

    mail = OutgoingMail.objects.get()
    assert mail.to == ["alice@customer.example"]
    assert "Resolved: Printer jam" in mail.subject
    ticket.refresh_from_db()
    assert ticket.resolved


def test_an_answer_reopens_a_resolved_ticket(world: World, settled: Settled) -> None:
    """Scenario H: by the system, and the Resolved date stays."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
        commands.set_status(ticket, actor=world.bob, status="resolved")
    with settled():
        commands.correspond(ticket, actor=world.alice, message=compose(text="Not yet"))

    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ticket.resolved


def test_draining_twice_mails_once(world: World, settled: Settled) -> None:
    """A doubled task finds nothing left to do."""
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    before = OutgoingMail.objects.count()
    engine.drain(ticket.pk)
    assert OutgoingMail.objects.count() == before


def test_what_a_dead_broker_left_is_swept_up(
    world: World, settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change stands, nothing is mailed yet, the sweeper finds the ticket."""
    monkeypatch.setattr("scrips.receivers.run_scrips.delay", _broken)
    with settled():
        ticket = make_ticket(world.general, by=world.alice)
    assert not OutgoingMail.objects.exists()
    monkeypatch.setattr(engine, "LEFT_BEHIND", timedelta(seconds=-1))
    assert engine.left_behind() == [ticket.pk]
    engine.drain(ticket.pk)
    assert OutgoingMail.objects.count() == 2


def _broken(**kwargs: object) -> None:
    raise ConnectionError("The broker is gone")
