"""Delivery: to a real SMTP server that accepts, refuses in part, fails, or is gone."""

import os
import threading
import tracemalloc
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from mail import delivery
from mail.composing import compose, written
from mail.models import OutgoingMail, OutgoingState
from mail.outbox import MailFile, NewMail, queue_mail
from mail.tasks import sweep
from tests.conftest import World
from tests.mail.smtp_sink import SmtpSink
from tickets import blobs
from tickets.commands import NewTicket, create_ticket
from tickets.models import Transaction

pytestmark = pytest.mark.django_db


def queued(**changes: Any) -> OutgoingMail:
    """Put a mail into the outbox that differs from an ordinary one only in this."""
    values: dict[str, Any] = {
        "key": "test",
        "from_email": '"Zoë via RT" <rt@example.com>',
        "to": ("Alice <alice@customer.example>",),
        "subject": "[example.com #1] Grüße",
        "message_id": "rt-1.1-2-3@example.com",
        "headers": {
            "References": " ".join(f"<{n}-{'x' * 60}@example.com>" for n in range(10)),
            "In-Reply-To": "<question@customer.example>",
            "Precedence": "bulk",
            "Auto-Submitted": "auto-replied",
            "X-RT-Loop-Prevention": "example.com",
            "X-RT-Ticket": "example.com #1",
        },
        "text": "Schöne Grüße",
    }
    return queue_mail(NewMail(**(values | changes)))


def delivered(mail: OutgoingMail) -> OutgoingMail:
    """Deliver, and return the row as it is afterwards."""
    delivery.deliver(mail.pk)
    mail.refresh_from_db()
    return mail


def test_a_mail_is_sent_with_exactly_its_headers(sink: SmtpSink) -> None:
    mail = queued(bcc=("bob@example.org",), cc=("carol@example.org",))
    assert delivered(mail).state == OutgoingState.SENT
    (sent,) = sink.deliveries
    assert sent.sender == "rt@example.com"
    assert sent.recipients == [
        "alice@customer.example", "carol@example.org", "bob@example.org",
    ]  # fmt: skip
    message = sent.message
    references = " ".join(str(message["References"]).split())
    assert references == mail.headers["References"]
    assert message["Message-ID"] == "<rt-1.1-2-3@example.com>"
    assert message["In-Reply-To"] == "<question@customer.example>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-RT-Loop-Prevention"] == "example.com"
    assert message["X-RT-Ticket"] == "example.com #1"
    assert message["Subject"] == "[example.com #1] Grüße"
    assert message["From"].addresses[0].display_name == "Zoë via RT"
    assert message["Cc"] == "carol@example.org"
    assert "Bcc" not in message
    assert b"bob@example.org" not in sent.content
    assert message.get_content().strip() == "Schöne Grüße"
    assert mail.sent_at is not None
    assert mail.error == ""


def test_html_and_files_go_along(sink: SmtpSink) -> None:
    original = b"Subject: Hi\n\nBody\n"
    files = (
        MailFile(
            blob=blobs.store(b"\x00\x01"), filename="größe.bin",
            content_type="application/x-thing", origin="1/2/3",
        ),
        MailFile(
            blob=blobs.store(original), filename="m.eml", content_type="message/rfc822"
        ),
        MailFile(
            blob=blobs.store(b"Subject: \xff\n\n\x00"), filename="bad.eml",
            content_type="message/rfc822",
        ),
    )  # fmt: skip
    assert delivered(queued(html="<p>Rich</p>", files=files)).state == "sent"
    message = sink.deliveries[0].message
    body = message.get_body(("html",))
    assert body is not None
    assert body.get_content().strip() == "<p>Rich</p>"
    thing, whole, broken = message.iter_attachments()
    assert thing.get_filename() == "größe.bin"
    assert thing["RT-Attachment"] == "1/2/3"
    assert thing.get_payload(decode=True) == b"\x00\x01"
    assert whole.get_content_type() == "message/rfc822"
    assert whole.get_content()["Subject"] == "Hi"
    assert broken.get_content_type() == "application/octet-stream"
    assert broken.get_payload(decode=True) == b"Subject: \xff\n\n\x00"


def test_lines_that_begin_with_a_dot_arrive_as_they_are(sink: SmtpSink) -> None:
    text = "..\n.\n.hidden\n" + "x\n.y\n" * 40_000
    letter = MailFile(
        blob=blobs.store(b"Subject: Hi\r\n\r\n.\r\n..\r\n"),
        filename="m.eml",
        content_type="message/rfc822",
    )
    assert delivered(queued(text=text, files=(letter,))).state == "sent"
    message = sink.deliveries[0].message
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text
    (whole,) = message.iter_attachments()
    assert whole.get_content().get_content().split() == [".", ".."]


def test_a_large_file_arrives_whole(sink: SmtpSink) -> None:
    data = os.urandom(3 * 1024 * 1024 + 1)
    file = MailFile(
        blob=blobs.store(data), filename="a.bin", content_type="application/x-thing"
    )
    assert delivered(queued(files=(file,))).state == "sent"
    (thing,) = sink.deliveries[0].message.iter_attachments()
    assert thing.get_payload(decode=True) == data


def test_writing_a_mail_takes_no_more_memory_for_a_larger_file() -> None:
    data = os.urandom(20 * 1024 * 1024)
    mail = queued(
        files=(
            MailFile(
                blob=blobs.store(data),
                filename="a.bin",
                content_type="application/x-thing",
            ),
        )
    )
    del data
    tracemalloc.start()
    try:
        with closing(written(compose(mail))) as content:
            size = content.seek(0, os.SEEK_END)
        assert size > 27 * 1024 * 1024
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_the_null_sender_is_kept(sink: SmtpSink) -> None:
    delivered(queued(envelope_from="<>"))
    assert sink.deliveries[0].sender == "<>"


def test_without_a_server_the_mail_is_kept_until_it_is_queued_again(
    no_mail_server: None,
) -> None:
    mail = delivered(queued())
    assert mail.state == OutgoingState.KEPT
    assert "EMAIL_URL" in mail.error


def test_kept_mail_is_sent_once_there_is_a_server(
    no_mail_server: None, settings: Any, sink: SmtpSink
) -> None:
    settings.MAIL_TRANSPORT = None
    mail = delivered(queued())
    settings.MAIL_TRANSPORT = sink.transport
    assert delivered(mail).state == OutgoingState.KEPT
    assert delivery.requeue_kept(OutgoingMail.objects.all()) == 1
    assert delivered(mail).state == OutgoingState.SENT
    assert len(sink.deliveries) == 1


def test_a_server_that_is_down_is_tried_again_later(sink: SmtpSink) -> None:
    sink.stop()
    before = timezone.now()
    mail = delivered(queued())
    assert mail.state == OutgoingState.QUEUED
    assert "127.0.0.1" in mail.error
    pause = mail.next_try_at - before
    assert timedelta(seconds=55) < pause < timedelta(seconds=75)
    delivery.deliver(mail.pk)
    mail.refresh_from_db()
    assert mail.attempts == 1


def test_the_pauses_grow_and_end() -> None:
    mail = queued()
    pauses = []
    for attempts in (1, 2, 3, 4, 5, 6, 50):
        OutgoingMail.objects.update(
            state=OutgoingState.SENDING, claimed_at=timezone.now(), attempts=attempts
        )
        mail.refresh_from_db()
        before = timezone.now()
        delivery._try_again(mail, "busy")
        mail.refresh_from_db()
        pauses.append(round((mail.next_try_at - before).total_seconds() / 60))
    assert pauses == [1, 2, 5, 15, 30, 60, 60]
    OutgoingMail.objects.update(
        state=OutgoingState.SENDING,
        claimed_at=timezone.now(),
        attempts=delivery.MOST_ATTEMPTS,
    )
    mail.refresh_from_db()
    delivery._try_again(mail, "busy")
    mail.refresh_from_db()
    assert mail.state == OutgoingState.FAILED
    assert "Given up" in mail.error


def test_a_refusal_for_now_is_tried_again(sink: SmtpSink) -> None:
    sink.answer_to_data = "451 Greylisted, come back"
    mail = delivered(queued())
    assert mail.state == OutgoingState.QUEUED
    assert "451 Greylisted, come back" in mail.error
    sink.answer_to_data = ""
    OutgoingMail.objects.update(next_try_at=timezone.now())
    assert delivered(mail).state == OutgoingState.SENT
    assert mail.error == ""


def test_a_refusal_for_good_fails_at_once_and_shows_in_the_ticket(
    sink: SmtpSink, world: World
) -> None:
    new = NewTicket(queue=world.general, subject="Printer", requestors=(world.alice,))
    ticket = create_ticket(new, actor=world.alice).ticket
    sink.answer_to_data = "554 No spam please"
    mail = delivered(queued(ticket=ticket))
    assert mail.state == OutgoingState.FAILED
    assert "554 No spam please" in mail.error
    error = Transaction.objects.get(ticket=ticket, type="SystemError")
    assert f"Outgoing mail {mail.pk}" in error.data
    assert "alice" not in error.data


def test_only_those_refused_for_now_are_tried_again(sink: SmtpSink) -> None:
    sink.refusals = {
        "carol@example.org": "450 Mailbox busy",
        "gone@example.org": "550 No such user",
    }
    mail = queued(cc=("carol@example.org", "gone@example.org"))
    delivered(mail)
    assert mail.state == OutgoingState.QUEUED
    assert sink.deliveries[0].recipients == ["alice@customer.example"]
    assert "carol@example.org: 450 Mailbox busy" in mail.error
    assert "alice" not in mail.error
    sink.refusals = {}
    OutgoingMail.objects.update(next_try_at=timezone.now())
    delivered(mail)
    assert sink.deliveries[1].recipients == ["carol@example.org"]
    assert mail.state == OutgoingState.FAILED
    assert mail.error == "gone@example.org: 550 No such user"


def test_an_entry_that_is_no_address_does_not_hinder_the_others(
    sink: SmtpSink,
) -> None:
    mail = delivered(queued(to=("alice@customer.example", "nonsense")))
    assert sink.deliveries[0].recipients == ["alice@customer.example"]
    assert mail.state == OutgoingState.FAILED
    assert "nonsense: This is no e-mail address." in mail.error


def test_a_wrong_password_is_not_the_fault_of_the_mail(
    sink: SmtpSink, settings: Any
) -> None:
    settings.MAIL_TRANSPORT = sink.transport | {
        "EMAIL_HOST_USER": "rt", "EMAIL_HOST_PASSWORD": "wrong",
    }  # fmt: skip
    assert delivered(queued()).state == OutgoingState.QUEUED


def test_a_mail_that_cannot_be_composed_fails_with_its_reason(sink: SmtpSink) -> None:
    mail = delivered(queued(from_email="nobody in particular"))
    assert mail.state == OutgoingState.FAILED
    assert "is no e-mail address" in mail.error


def test_a_sent_mail_is_not_sent_again(sink: SmtpSink) -> None:
    mail = delivered(queued())
    delivered(mail)
    assert len(sink.deliveries) == 1


def test_sending_once_more_on_purpose_goes_to_all(sink: SmtpSink) -> None:
    mail = delivered(queued())
    delivery.requeue(mail)
    delivered(mail)
    first, second = sink.deliveries
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_a_failed_mail_is_sent_again_to_those_who_lack_it(sink: SmtpSink) -> None:
    sink.refusals = {"gone@example.org": "550 No such user"}
    mail = delivered(queued(cc=("gone@example.org",)))
    sink.refusals = {}
    delivery.requeue(mail)
    assert delivered(mail).state == OutgoingState.SENT
    assert sink.deliveries[1].recipients == ["gone@example.org"]


def test_a_mail_being_sent_cannot_be_queued_again(sink: SmtpSink) -> None:
    mail = queued()
    OutgoingMail.objects.update(state=OutgoingState.SENDING, claimed_at=timezone.now())
    with pytest.raises(ValidationError):
        delivery.requeue(mail)
    assert delivered(mail).state == OutgoingState.SENDING
    assert sink.deliveries == []


def test_the_claim_of_a_killed_worker_is_taken_over(sink: SmtpSink) -> None:
    mail = queued()
    long_ago = timezone.now() - delivery.CLAIM_HOLDS - timedelta(seconds=1)
    OutgoingMail.objects.update(state=OutgoingState.SENDING, claimed_at=long_ago)
    assert delivery.due(timezone.now()) == [mail.pk]
    assert delivered(mail).state == OutgoingState.SENT


def test_two_workers_send_one_mail(transactional_db: None, sink: SmtpSink) -> None:
    sink.wait_at_data = threading.Event()
    mail = queued()

    def work() -> None:
        delivery.deliver(mail.pk)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert sink.reached_data.wait(10)
    delivery.deliver(mail.pk)  # while the other one waits for the server
    sink.wait_at_data.set()
    first.join()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert len(sink.deliveries) == 1


def test_the_sweep_rings_for_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr("mail.tasks.ring_delivery", rung.append)
    mail = queued()
    sweep()
    assert rung == []  # it has just been rung for
    OutgoingMail.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))
    sweep()
    assert rung == [mail.pk]
    OutgoingMail.objects.update(state=OutgoingState.FAILED)
    sweep()
    assert rung == [mail.pk]
