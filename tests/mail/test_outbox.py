"""The outbox: one row per mail, shown in the ticket's history."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from mail.models import OutgoingMail, OutgoingState
from mail.outbox import MailFile, NewMail, queue_mail
from tests.conftest import World
from tickets import blobs
from tickets.commands import NewTicket, create_ticket
from tickets.models import Ticket, Transaction

pytestmark = pytest.mark.django_db


def new_mail(**changes: Any) -> NewMail:
    """Return a mail that differs from an ordinary one only in this."""
    values: dict[str, Any] = {
        "key": "scrip:1:2",
        "from_email": '"Bob via RT" <rt@example.com>',
        "to": ("alice@customer.example",),
        "subject": "[example.com #1] Printer",
        "message_id": "rt-1.1-2-3@example.com",
        "headers": {"References": "<RT-Ticket-1@example.com>", "Precedence": "bulk"},
        "text": "It is on fire.",
    }
    return NewMail(**(values | changes))


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's."""
    new = NewTicket(queue=world.general, subject="Printer", requestors=(world.alice,))
    return create_ticket(new, actor=world.alice).ticket


def test_a_mail_becomes_a_row_and_a_record(ticket: Ticket) -> None:
    mail = queue_mail(
        new_mail(
            ticket=ticket,
            cc=("carol@example.org",),
            bcc=("bob@example.org",),
            scrip_description="On Create Notify AdminCcs",
        )
    )
    assert mail.state == OutgoingState.QUEUED
    assert mail.recipients() == [
        "alice@customer.example", "carol@example.org", "bob@example.org",
    ]  # fmt: skip
    record = mail.record
    assert record is not None
    assert record.type == "EmailRecord"
    assert record.creator.name == "RT_System"
    assert record.data == "rt-1.1-2-3@example.com"
    assert record.scrips_done_at is not None
    headers = record.attachments.get().headers.splitlines()
    assert "Bcc: bob@example.org" in headers
    assert "Message-ID: <rt-1.1-2-3@example.com>" in headers
    assert "X-Helpdesk-Scrip: On Create Notify AdminCcs" in headers


def test_a_mail_about_a_comment_is_recorded_as_such(ticket: Ticket) -> None:
    mail = queue_mail(new_mail(ticket=ticket, about_comment=True))
    assert mail.record is not None
    assert mail.record.type == "CommentEmailRecord"


def test_the_same_key_is_stored_once(ticket: Ticket) -> None:
    first = queue_mail(new_mail(ticket=ticket))
    second = queue_mail(new_mail(ticket=ticket, message_id="other@example.com"))
    assert second == first
    assert OutgoingMail.objects.count() == 1
    assert Transaction.objects.filter(type="EmailRecord").count() == 1


def test_angle_brackets_around_the_message_id_are_taken_off() -> None:
    assert queue_mail(new_mail(message_id="<a@b>")).message_id == "a@b"


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ("a@b.example\nBcc: c@d.example",)},
        {"bcc": ("a@b.example\r",)},
        {"subject": "Hello\r\nBcc: c@d.example"},
        {"from_email": "a@b.example\n"},
        {"message_id": "<a@b>\nX: y"},
        {"headers": {"References": "<a@b>\n\nbody"}},
        {"headers": {"Bcc": "c@d.example"}},
        {"headers": {"X-Two Words": "c@d.example"}},
        {"headers": {"X-Colon:": "c@d.example"}},
        {"envelope_from": "a@b.example\n"},
        {"to": ()},
    ],
)
def test_what_could_become_a_header_is_refused(
    ticket: Ticket, changes: dict[str, Any]
) -> None:
    before = Transaction.objects.count()
    with pytest.raises(ValidationError):
        queue_mail(new_mail(ticket=ticket, **changes))
    assert not OutgoingMail.objects.exists()
    assert Transaction.objects.count() == before


def test_delivery_is_rung_for_after_the_commit(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr("mail.rings._ring", lambda *call: rung.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        mail = queue_mail(new_mail())
        assert rung == []
    assert rung == [("mail.tasks.deliver", {"mail_id": mail.pk})]


def test_a_dead_broker_does_not_break_the_commit(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_call: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("mail.rings._ring", refuse)
    with transaction.atomic():
        queue_mail(new_mail())
    assert OutgoingMail.objects.get().state == OutgoingState.QUEUED


def test_files_are_kept_with_their_origin() -> None:
    file = MailFile(
        blob=blobs.store(b"%PDF"),
        filename="/etc/invoice.pdf",
        content_type="application/pdf",
        origin="1/2/3",
    )
    kept = queue_mail(new_mail(files=(file,))).files.get()
    assert (kept.filename, kept.origin) == ("invoice.pdf", "1/2/3")


def test_django_mail_becomes_a_row(settings: Any) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    count = send_mail("Welcome", "Hello", None, ["ann@example.org", "bo@example.org"])
    mail = OutgoingMail.objects.get()
    assert count == 1
    assert (mail.subject, mail.text) == ("Welcome", "Hello")
    assert mail.from_email == settings.DEFAULT_FROM_EMAIL
    assert mail.to == ["ann@example.org", "bo@example.org"]
    assert mail.message_id.endswith(f"@{settings.RTNAME}")


def test_everything_of_a_django_mail_is_kept(settings: Any) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    message = EmailMultiAlternatives(
        "Report", "Text", "desk@example.com", ["ann@example.org"],
        bcc=["bo@example.org"], reply_to=["rt@example.com"],
        headers={"Message-ID": "<fixed@example.com>", "X-Kind": "report"},
    )  # fmt: skip
    message.attach_alternative("<p>Rich</p>", "text/html")
    message.attach("data.csv", "a;b\n", "text/csv")
    message.attach("raw.bin", b"\x00\xff", None)
    message.send()
    mail = OutgoingMail.objects.get()
    assert mail.html == "<p>Rich</p>"
    assert mail.bcc == ["bo@example.org"]
    assert mail.message_id == "fixed@example.com"
    assert mail.headers == {"X-Kind": "report", "Reply-To": "rt@example.com"}
    kept = {
        (file.filename, file.content_type): blobs.read(file.blob)
        for file in mail.files.all()
    }
    assert kept == {
        ("data.csv", "text/csv"): b"a;b\n",
        ("raw.bin", "application/octet-stream"): b"\x00\xff",
    }


def test_an_html_mail_of_django_gets_a_text(settings: Any) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    message = EmailMessage("Hi", "<p>Rich &amp; famous</p>", to=["ann@example.org"])
    message.content_subtype = "html"
    message.send()
    mail = OutgoingMail.objects.get()
    assert mail.html == "<p>Rich &amp; famous</p>"
    assert "<p>" not in mail.text
    assert "famous" in mail.text


def test_a_refused_django_mail_is_an_error_unless_silenced(settings: Any) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    bad = ["ann@example.org\nBcc: x@example.org"]
    with pytest.raises(ValidationError):
        send_mail("Hi", "Hello", None, bad)
    assert send_mail("Hi", "Hello", None, bad, fail_silently=True) == 0
    assert not OutgoingMail.objects.exists()
