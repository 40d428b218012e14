"""The gateway: bytes kept first, then carried out once, or refused with a reason."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.commands import set_disabled, user_for_address
from accounts.models import User
from accounts.rights import Right
from mail import arrival, gateway
from mail.models import IncomingMail, IncomingState, OutgoingMail
from mail.tasks import sweep
from queues.models import Queue
from queues.rights import grant, revoke, system_group
from tests.conftest import World
from tickets import blobs
from tickets.commands import NewTicket, create_ticket, set_status
from tickets.models import Attachment, Ticket, TicketWatcher, Transaction

pytestmark = pytest.mark.django_db

MESSAGES = Path(__file__).parent / "messages"


def letter(
    subject: str = "Printer",
    *,
    sender: str = "Alice Adams <alice@customer.example>",
    message_id: str = "<one@customer.example>",
    body: str = "It is on fire.",
    headers: str = "",
) -> bytes:
    """Return a mail as bytes."""
    return (
        f"From: {sender}\nTo: rt@example.com\nSubject: {subject}\n"
        f"Message-ID: {message_id}\n{headers}\n{body}\n"
    ).encode()


def bring(
    raw: bytes, *, queue: str = "General", action: str = "correspond", ticket: str = ""
) -> IncomingMail:
    """Receive a mail and process it, as the worker would."""
    mail = gateway.receive(
        raw, queue=queue, action=action, ticket=ticket, source="test"
    )
    gateway.process(mail.pk)
    mail.refresh_from_db()
    return mail


def brought(name: str, **options: str) -> IncomingMail:
    """Do so with one of the recorded mails."""
    return bring((MESSAGES / f"{name}.eml").read_bytes(), **options)


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's in General."""
    new = NewTicket(queue=world.general, subject="Printer", requestors=(world.alice,))
    return create_ticket(new, actor=world.alice).ticket


# Receiving


def test_the_bytes_are_committed_before_anything_is_read(world: World) -> None:
    raw = b"\xff\x00 this is no mail at all"
    mail = gateway.receive(
        raw, queue="general", action="correspond", source="http", remote_address="::1"
    )
    assert blobs.read(mail.blob) == raw
    assert mail.state == IncomingState.RECEIVED
    assert (mail.queue_name, mail.remote_address) == ("General", "::1")


def test_a_ring_follows_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr("mail.rings._ring", lambda *call: rung.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        mail = gateway.receive(letter(), queue="1", action="comment", source="http")
    assert rung == [("mail.tasks.process", {"mail_id": mail.pk})]


@pytest.mark.parametrize("action", ["answer", "correspond-delete", "take-x-resolve"])
def test_an_unknown_action_is_to_be_tried_again(action: str) -> None:
    with pytest.raises(gateway.TemporaryFailure):
        gateway.receive(letter(), queue="General", action=action, source="http")
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize("queue", ["Nowhere", "4711", "9" * 30, "0"])
def test_an_unknown_queue_is_to_be_tried_again(queue: str) -> None:
    with pytest.raises(gateway.TemporaryFailure):
        gateway.receive(letter(), queue=queue, action="correspond", source="http")
    assert not IncomingMail.objects.exists()


def test_an_unknown_queue_with_the_tag_of_no_ticket_too() -> None:
    raw = letter("[example.com #4711] Printer")
    with pytest.raises(gateway.TemporaryFailure):
        gateway.receive(raw, queue="Nowhere", action="correspond", source="http")


@pytest.mark.parametrize("number", ["4711", "abc", "9" * 30])
def test_an_unknown_queue_with_a_wrong_number_too(number: str) -> None:
    with pytest.raises(gateway.TemporaryFailure):
        gateway.receive(
            letter(), queue="Nowhere", action="correspond", ticket=number,
            source="http",
        )  # fmt: skip


def test_a_ticket_makes_a_wrong_queue_irrelevant(ticket: Ticket) -> None:
    by_tag = bring(letter(f"[example.com #{ticket.pk}] Re: Printer"), queue="Nowhere")
    assert (by_tag.state, by_tag.ticket) == (IncomingState.PROCESSED, ticket)
    by_number = bring(
        letter(message_id="<two@customer.example>"),
        queue="Nowhere",
        ticket=str(ticket.pk),
    )
    assert (by_number.state, by_number.ticket) == (IncomingState.PROCESSED, ticket)


def test_nothing_at_all_is_refused_for_good() -> None:
    with pytest.raises(gateway.PermanentFailure):
        gateway.receive(b" \r\n\n", queue="General", action="comment", source="http")


# Creating and answering


def test_a_mail_from_a_stranger_makes_a_ticket(world: World) -> None:
    mail = brought("plain_text")
    assert mail.state == IncomingState.PROCESSED, mail.reason
    assert (mail.sender, mail.subject) == (
        "grace.kato@example.org", "Printer on floor 2",
    )  # fmt: skip
    ticket = mail.ticket
    assert ticket is not None
    assert (ticket.queue, ticket.subject, ticket.status) == (
        world.general, "Printer on floor 2", "new",
    )  # fmt: skip
    grace = User.objects.get(email="grace.kato@example.org")
    assert grace.real_name == "Grace Kato"
    assert not grace.is_privileged
    assert TicketWatcher.objects.get(ticket=ticket, role="Requestor").user == grace
    assert mail.transaction is not None
    assert mail.transaction.type == "Create"
    assert mail.transaction.creator == grace
    body = mail.transaction.attachments.get()
    assert "out of toner" in (body.content or "")
    assert body.message_id == "m0.kato@example.org"


def test_the_same_mail_twice_makes_one_ticket(world: World) -> None:
    first = brought("plain_text")
    second = brought("plain_text")
    assert Ticket.objects.count() == 1
    assert second.state == IncomingState.DUPLICATE
    assert second.ticket == first.ticket
    assert f"incoming mail {first.pk}" in second.reason


def test_the_same_mail_to_two_queues_makes_two_tickets(world: World) -> None:
    grant(system_group("Everyone"), Right.CREATE_TICKET, queue=world.networking)
    brought("plain_text")
    brought("plain_text", queue="Networking")
    assert {ticket.queue for ticket in Ticket.objects.all()} == {
        world.general, world.networking,
    }  # fmt: skip


def test_the_queue_by_number_is_the_queue_by_name(world: World) -> None:
    brought("plain_text", queue=str(world.general.pk))
    assert brought("plain_text").state == IncomingState.DUPLICATE


def test_mail_without_message_id_is_told_apart_by_its_bytes(world: World) -> None:
    raw = b"From: a@b.example\nSubject: Hi\n\nOne\n"
    bring(raw)
    assert bring(raw).state == IncomingState.DUPLICATE
    assert bring(raw.replace(b"One", b"Two")).state == IncomingState.PROCESSED


def test_a_claim_that_ran_out_takes_no_effect(world: World) -> None:
    """A worker that stalled for longer than its claim finds that another was at it."""
    mail = gateway.receive(
        letter(), queue="General", action="correspond", source="test"
    )
    gateway._claim(mail.pk, now=timezone.now())
    stalled = IncomingMail.objects.get(pk=mail.pk)
    IncomingMail.objects.filter(pk=mail.pk).update(retry_at=None)
    gateway.process(mail.pk)
    assert Ticket.objects.count() == 1

    gateway._process(stalled)
    gateway._put_off(stalled, reason="too late")

    assert Ticket.objects.count() == 1
    mail.refresh_from_db()
    assert mail.state == IncomingState.PROCESSED


def test_the_same_mail_at_the_same_time_makes_one_ticket(
    transactional_db: None, world: World
) -> None:
    if "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory does not wait for locks")
    mails = [
        gateway.receive(letter(), queue="General", action="correspond", source="test")
        for _ in range(3)
    ]

    def work(mail_id: int) -> None:
        gateway.process(mail_id)
        connection.close()

    threads = [threading.Thread(target=work, args=[mail.pk]) for mail in mails]
    threads += [threading.Thread(target=work, args=[mails[0].pk])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ticket.objects.count() == 1
    states = sorted(IncomingMail.objects.values_list("state", flat=True))
    assert states == ["duplicate", "duplicate", "processed"]


def test_an_answer_with_the_tag_is_appended(world: World, ticket: Ticket) -> None:
    mail = bring(letter(f"Re: [EXAMPLE.COM  #{ticket.pk} ] Printer"))
    assert mail.state == IncomingState.PROCESSED, mail.reason
    assert mail.transaction is not None
    assert (mail.transaction.type, mail.transaction.ticket) == ("Correspond", ticket)
    assert Ticket.objects.count() == 1


def test_the_tag_of_any_queue_counts(world: World, ticket: Ticket) -> None:
    world.networking.subject_tag = "net.example"
    world.networking.save(update_fields=["subject_tag"])
    assert bring(letter(f"[net.example #{ticket.pk}] Re")).ticket == ticket


def test_a_merged_ticket_stands_for_its_survivor(world: World, ticket: Ticket) -> None:
    new = NewTicket(queue=world.general, subject="Old", requestors=(world.alice,))
    old = create_ticket(new, actor=world.alice).ticket
    Ticket.objects.filter(pk=old.pk).update(merged_into=ticket)
    assert bring(letter(f"[example.com #{old.pk}] Re")).ticket == ticket


def test_a_comment_by_mail_is_a_comment(world: World, ticket: Ticket) -> None:
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="bob@example.org")
    mail = bring(raw, action="comment")
    assert mail.transaction is not None
    assert (mail.transaction.type, mail.transaction.creator) == ("Comment", world.bob)


def test_the_reply_to_address_is_the_author(world: World) -> None:
    mail = brought("reply_to_differs")
    assert mail.transaction is not None
    assert mail.transaction.creator.email == "network@example.org"


def test_a_user_name_in_from_is_that_user(world: World) -> None:
    mail = bring(letter(sender="bob"))
    assert mail.transaction is not None
    assert mail.transaction.creator == world.bob


@pytest.mark.parametrize("name", ["RT_System", "Nobody"])
def test_nobody_writes_as_a_system_user(world: World, name: str) -> None:
    assert bring(letter(sender=name)).state == IncomingState.REFUSED
    assert not Ticket.objects.exists()


def test_other_readers_become_cc_only_where_wanted(world: World, settings: Any) -> None:
    raw = letter(headers="Cc: Eve <eve@customer.example>, alice@customer.example\n")
    mail = bring(raw)
    assert not TicketWatcher.objects.filter(ticket=mail.ticket, role="Cc").exists()
    settings.PARSE_NEW_MESSAGE_FOR_TICKET_CCS = True
    mail = bring(raw.replace(b"<one@", b"<two@"))
    watchers = TicketWatcher.objects.filter(ticket=mail.ticket, role="Cc")
    assert [one.user.email for one in watchers if one.user] == ["eve@customer.example"]


# Strange mail


@pytest.mark.parametrize("name", sorted(path.stem for path in MESSAGES.glob("*.eml")))
def test_every_recorded_mail_ends_in_a_state_with_a_reason(
    world: World, name: str
) -> None:
    raw = (MESSAGES / f"{name}.eml").read_bytes()
    if not raw.strip():
        with pytest.raises(gateway.PermanentFailure):
            bring(raw)
        return
    mail = bring(raw)
    assert mail.state in {IncomingState.PROCESSED, IncomingState.REFUSED}, mail.reason
    assert mail.traceback == ""
    assert mail.processed_at is not None
    assert (mail.ticket is not None) == (mail.state == IncomingState.PROCESSED)
    assert mail.state == IncomingState.PROCESSED or mail.reason
    assert blobs.read(mail.blob) == raw


def test_a_mail_of_nul_bytes_and_a_wrong_charset_is_read(world: World) -> None:
    nul = brought("nul_bytes")
    unknown = brought("unknown_charset")
    broken = brought("broken_mime_boundary")
    for mail, words in ((nul, "before"), (unknown, "Grüße"), (broken, "Real text.")):
        assert mail.state == IncomingState.PROCESSED, mail.reason
        texts = Attachment.objects.filter(transaction=mail.transaction)
        assert words in "".join(text.content or "" for text in texts)
    assert "Mended: multipart" in broken.reason


def test_a_mail_without_sender_is_refused_and_kept(world: World) -> None:
    mail = brought("no_from")
    assert mail.state == IncomingState.REFUSED
    assert "no sender" in mail.reason
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_thirty_megabytes_arrive_byte_for_byte(world: World) -> None:
    data = bytes(range(256)) * 4096 * 30
    raw = (
        b"From: alice@customer.example\nSubject: Big\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="B"\n\n--B\n\nSee file.\n--B\n'
        b'Content-Type: application/octet-stream; name="big.bin"\n'
        b"Content-Transfer-Encoding: binary\n\n" + data + b"\n--B--\n"
    )
    mail = bring(raw)
    assert mail.state == IncomingState.PROCESSED, mail.reason
    file = Attachment.objects.get(transaction=mail.transaction, filename="big.bin")
    assert file.blob is not None
    assert blobs.read(file.blob) == data


# Refusing


def test_an_unknown_ticket_is_told_to_the_sender(world: World) -> None:
    mail = bring(letter("[example.com #4711] Printer"))
    assert mail.state == IncomingState.REFUSED
    assert mail.reason == "Could not find a ticket with id 4711"
    told = OutgoingMail.objects.get()
    assert told.to == ["alice@customer.example"]
    assert told.subject.startswith("Message not recorded: ")
    assert "Could not find a ticket with id 4711" in told.text
    assert told.headers["In-Reply-To"] == "<one@customer.example>"
    assert told.headers["X-RT-Loop-Prevention"] == "example.com"
    assert told.headers["Precedence"] == "bulk"
    assert told.envelope_from == "<>"
    assert told.files.get().content_type == "message/rfc822"
    assert not Ticket.objects.exists()


def test_who_may_not_create_is_told_and_so_is_the_owner(
    world: World, settings: Any
) -> None:
    mail = bring(letter(), queue="Networking")
    assert mail.state == IncomingState.REFUSED
    sentence = "alice@customer.example has no right to create tickets in queue "
    assert mail.reason == f"Permission Denied: {sentence}Networking"
    by_reader = {told.to[0]: told for told in OutgoingMail.objects.all()}
    assert by_reader.keys() == {"alice@customer.example", settings.OWNER_EMAIL}
    to_sender = by_reader["alice@customer.example"]
    assert to_sender.subject.startswith("Permission Denied: ")
    assert f"{sentence}Networking" in to_sender.text
    assert "CreateTicket" not in to_sender.text
    to_owner = by_reader[settings.OWNER_EMAIL]
    assert to_owner.subject.startswith("Failed attempt to create a ticket by email")
    assert "grant CreateTicket to Everyone" in to_owner.text
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("correspond", "reply to"),
        ("comment", "comment on"),
        ("take", "own"),
        ("resolve", "resolve"),
        ("take-correspond", "own"),
    ],
)
def test_the_right_for_the_first_action_is_needed(
    world: World, ticket: Ticket, action: str, words: str
) -> None:
    before = Transaction.objects.filter(ticket=ticket).count()
    everyone = system_group("Everyone")
    revoke(everyone, Right.REPLY_TO_TICKET, queue=world.general)
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="eve@elsewhere.example")
    mail = bring(raw, action=action)
    assert mail.state == IncomingState.REFUSED
    sentence = f"no right to {words} ticket {ticket.pk} in queue General"
    assert sentence in mail.reason
    assert Transaction.objects.filter(ticket=ticket).count() == before


def test_modify_ticket_alone_does_not_admit_an_answer(
    world: World, ticket: Ticket
) -> None:
    revoke(system_group("Everyone"), Right.REPLY_TO_TICKET, queue=world.general)
    grant(world.dave, Right.MODIFY_TICKET, queue=world.general)
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="dave@example.org")
    assert bring(raw).state == IncomingState.REFUSED


def test_a_disabled_sender_has_no_rights(world: World) -> None:
    set_disabled(world.alice, disabled=True)
    assert bring(letter()).state == IncomingState.REFUSED
    assert not Ticket.objects.exists()


def test_a_disabled_queue_takes_no_new_tickets(world: World) -> None:
    Queue.objects.filter(pk=world.general.pk).update(disabled=True)
    mail = bring(letter())
    assert mail.state == IncomingState.REFUSED
    assert "The queue 'General' is disabled." in mail.reason
    told = OutgoingMail.objects.get()
    assert told.subject == "Ticket creation failed: Printer"


def test_an_answer_without_any_content_is_refused(ticket: Ticket) -> None:
    mail = bring(letter(f"[example.com #{ticket.pk}] Re", body=""))
    assert mail.state == IncomingState.REFUSED
    assert mail.reason == "Message not recorded: No message attached."


def test_a_sender_is_told_once_an_hour(world: World) -> None:
    for number in range(3):
        bring(letter("[example.com #4711] X", message_id=f"<{number}@c.example>"))
    assert OutgoingMail.objects.count() == 1
    OutgoingMail.objects.update(created=timezone.now() - timedelta(minutes=61))
    bring(letter("[example.com #4711] X", message_id="<9@c.example>"))
    assert OutgoingMail.objects.count() == 2


def test_a_program_is_never_told_but_the_owner_is(world: World, settings: Any) -> None:
    raw = letter("[example.com #4711] X", headers="Auto-Submitted: auto-replied\n")
    assert bring(raw).state == IncomingState.REFUSED
    assert OutgoingMail.objects.get().to == [settings.OWNER_EMAIL]


# Loops


def test_our_own_mail_coming_back_is_refused(world: World, settings: Any) -> None:
    mail = brought("own_loop")
    assert mail.state == IncomingState.REFUSED
    assert "loop" in mail.reason
    told = OutgoingMail.objects.get()
    assert told.to == [settings.OWNER_EMAIL]
    assert told.subject.startswith("RT Bounce: ")
    assert not Ticket.objects.exists()
    brought("own_loop")
    assert OutgoingMail.objects.count() == 1


def test_mail_from_our_own_address_has_no_requestor(world: World) -> None:
    Queue.objects.filter(pk=world.general.pk).update(
        correspond_address="Help@desk.example.com"
    )
    mail = bring(letter(sender="Desk <help@DESK.example.com>"))
    assert mail.state == IncomingState.PROCESSED, mail.reason
    assert not TicketWatcher.objects.filter(ticket=mail.ticket).exists()
    assert mail.transaction is not None
    headers = mail.transaction.attachments.get().headers
    assert "RT-Squelch-Replies-To: help@DESK.example.com" in headers


def test_an_address_of_our_own_in_reply_to_does_not_hide_the_author(
    world: World,
) -> None:
    mail = bring(letter(headers="Reply-To: rt@example.com\n"))
    assert mail.transaction is not None
    assert mail.transaction.creator == world.alice


def test_an_automatic_mail_is_recorded_and_marked(world: World, ticket: Ticket) -> None:
    raw = letter(
        f"[example.com #{ticket.pk}] Out of office",
        headers="Auto-Submitted: auto-replied\n",
    )
    mail = bring(raw)
    assert mail.transaction is not None
    headers = mail.transaction.attachments.get().headers
    assert "RT-DetectedAutoGenerated: true" in headers
    assert "RT-Squelch-Replies-To: alice@customer.example" in headers


def test_a_program_that_does_not_say_so_is_not_answered_for_ever(
    world: World, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival, "FLOOD_ON_TICKET", 2)
    heads = []
    for number in range(3):
        raw = letter(f"[example.com #{ticket.pk}] X", message_id=f"<{number}@c.org>")
        mail = bring(raw)
        assert mail.transaction is not None
        heads.append(mail.transaction.attachments.get().headers)
    marked = ["RT-DetectedAutoGenerated: true" in head for head in heads]
    assert marked == [False, False, True]


# Several actions


def test_take_and_answer_in_one_mail(world: World, ticket: Ticket) -> None:
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="bob@example.org")
    mail = bring(raw, action="take-correspond")
    ticket.refresh_from_db()
    assert ticket.owner == world.bob
    assert Transaction.objects.filter(ticket=ticket, type="Correspond").count() == 1
    assert mail.reason == ""


def test_answer_and_resolve_in_one_mail(world: World, ticket: Ticket) -> None:
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="bob@example.org")
    mail = bring(raw, action="correspond-resolve")
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    assert mail.transaction is not None
    assert mail.transaction.type == "Correspond"


def test_a_new_mail_to_the_taking_address_makes_a_taken_ticket(world: World) -> None:
    mail = bring(letter(sender="bob@example.org"), action="take-correspond")
    assert mail.ticket is not None
    assert mail.ticket.owner == world.bob


def test_a_later_action_that_fails_leaves_the_earlier_done(
    world: World, ticket: Ticket
) -> None:
    raw = letter(f"[example.com #{ticket.pk}] Re")
    mail = bring(raw, action="correspond-take")
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert mail.state == IncomingState.PROCESSED
    assert mail.reason.startswith("Ticket not taken:")
    told = OutgoingMail.objects.get()
    assert told.subject.startswith("Ticket not taken:")
    assert Transaction.objects.filter(ticket=ticket, type="Correspond").count() == 1


def test_taking_alone_stores_no_message(world: World, ticket: Ticket) -> None:
    set_status(ticket, actor=world.bob, status="open")
    raw = letter(f"[example.com #{ticket.pk}] Re", sender="bob@example.org")
    bring(raw, action="take")
    ticket.refresh_from_db()
    assert ticket.owner == world.bob
    assert not Transaction.objects.filter(type="Correspond").exists()


def test_taking_without_a_ticket_is_refused(world: World) -> None:
    mail = bring(letter(sender="bob@example.org"), action="take")
    assert mail.state == IncomingState.REFUSED
    assert "names no ticket" in mail.reason


# When the worker fails


def test_an_unexpected_error_is_kept_and_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("mail.actions.commands.create_ticket", explode)
    mail = bring(letter())
    assert mail.state == IncomingState.RECEIVED
    assert mail.retry_at is not None
    assert mail.retry_at > timezone.now()
    assert "disk on fire" in mail.reason
    assert "Traceback" in mail.traceback
    assert mail.dedup_key is None
    for _ in range(gateway.MOST_ATTEMPTS - 1):
        IncomingMail.objects.update(retry_at=timezone.now())
        gateway.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == IncomingState.FAILED
    assert "disk on fire" in mail.traceback
    monkeypatch.undo()
    gateway.process_again(mail)
    gateway.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == IncomingState.PROCESSED
    assert (mail.reason, mail.traceback) == ("", "")
    assert Ticket.objects.count() == 1


def test_the_effect_and_the_state_are_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    conclude = gateway._conclude

    def explode(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(gateway, "_conclude", conclude)
        raise RuntimeError("killed here")

    monkeypatch.setattr(gateway, "_conclude", explode)
    mail = bring(letter())
    assert mail.state == IncomingState.RECEIVED
    assert not Ticket.objects.exists()
    assert not Transaction.objects.exists()


def test_a_mail_whose_place_is_gone_waits_for_it(world: World) -> None:
    mail = gateway.receive(
        letter(), queue="Networking", action="correspond", source="test"
    )
    world.networking.name = "Elsewhere"
    world.networking.save(update_fields=["name"])
    gateway.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == IncomingState.RECEIVED
    assert "neither a queue 'Networking'" in mail.reason
    assert mail.traceback == ""


def test_a_refused_mail_can_be_processed_once_rights_are_there(world: World) -> None:
    mail = bring(letter(), queue="Networking")
    grant(system_group("Everyone"), Right.CREATE_TICKET, queue=world.networking)
    gateway.process_again(mail)
    gateway.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == IncomingState.PROCESSED


def test_what_has_taken_effect_is_not_done_again(world: World) -> None:
    mail = bring(letter())
    with pytest.raises(ValidationError):
        gateway.process_again(mail)
    gateway.process(mail.pk)
    assert Ticket.objects.count() == 1


def test_a_mail_a_worker_is_at_is_left_alone(world: World) -> None:
    mail = gateway.receive(letter(), queue="1", action="correspond", source="test")
    assert gateway._claim(mail.pk, now=timezone.now()) is not None
    gateway.process(mail.pk)
    assert not Ticket.objects.exists()
    later = timezone.now() + gateway.CLAIM_HOLDS + timedelta(seconds=1)
    assert gateway.due(later) == [mail.pk]
    assert gateway._claim(mail.pk, now=later) is not None


def test_a_mail_that_kills_its_workers_is_given_up(world: World) -> None:
    mail = gateway.receive(letter(), queue="1", action="correspond", source="test")
    IncomingMail.objects.update(attempts=gateway.MOST_ATTEMPTS)
    gateway.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == IncomingState.FAILED
    assert "workers died" in mail.reason


def test_the_sweep_rings_for_mail_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr("mail.tasks.ring_processing", rung.append)
    mail = gateway.receive(letter(), queue="1", action="correspond", source="test")
    sweep()
    assert rung == []
    IncomingMail.objects.update(received_at=timezone.now() - timedelta(seconds=16))
    sweep()
    assert rung == [mail.pk]


def test_a_new_sender_is_created_even_when_refused(world: World) -> None:
    bring(letter(sender="new@elsewhere.example"), queue="Networking")
    assert user_for_address("new@elsewhere.example").comments.startswith("Autocreated")
