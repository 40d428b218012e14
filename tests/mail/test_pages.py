"""The pages on which mail is read: for whom, and what they show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from mail import gateway
from mail.models import IncomingMail, IncomingState, OutgoingMail, OutgoingState
from mail.outbox import MailFile, NewMail, queue_mail
from mail.views import paging
from queues.rights import grant, revoke
from tests.conftest import World
from tickets import blobs
from tickets.commands import NewTicket, comment, create_ticket
from tickets.messages import compose
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

Login = Callable[[User], Client]


@pytest.fixture
def login() -> Login:
    """Return a browser in which this user is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.PasswordBackend")
        return client

    return log_in


@pytest.fixture
def root(world: World) -> User:
    """A superuser who has no password to choose."""
    return User.objects.create_superuser("chief", "correct horse")


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's in General."""
    new = NewTicket(queue=world.general, subject="Printer", requestors=(world.alice,))
    return create_ticket(new, actor=world.alice).ticket


def written(**changes: Any) -> OutgoingMail:
    """Put a mail into the outbox that differs from an ordinary one only in this."""
    number = OutgoingMail.objects.count()
    values: dict[str, Any] = {
        "key": f"test:{number}",
        "from_email": "rt@example.com",
        "to": ("alice@customer.example",),
        "bcc": ("bob@example.org",),
        "subject": "About the printer",
        "message_id": f"{number}@example.com",
        "headers": {"Precedence": "bulk"},
        "text": "It burns <brightly>.",
    }
    return queue_mail(NewMail(**(values | changes)))


def arrived(queue: str = "General", *, subject: str = "Printer") -> IncomingMail:
    """Receive and process a mail of Alice's."""
    raw = f"From: alice@customer.example\nSubject: {subject}\n\n<b>x</b>\x00\n"
    mail = gateway.receive(
        raw.encode(), queue=queue, action="correspond", source="http"
    )
    gateway.process(mail.pk)
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize("name", ["mail:outgoing", "mail:incoming"])
def test_the_lists_are_for_who_sees_the_configuration(
    world: World, root: User, login: Login, name: str
) -> None:
    url = reverse(name)
    anonymous = Client().get(url)
    assert anonymous.status_code == 302
    assert "/login/" in anonymous["Location"]
    assert login(world.bob).get(url).status_code == 403
    empty = login(root).get(url)
    assert empty.status_code == 200
    assert 'class="empty"' in empty.content.decode()
    grant(world.bob, Right.SHOW_CONFIG_TAB)
    assert login(world.bob).get(url).status_code == 200


def test_outgoing_mail_is_listed_by_state(root: User, login: Login) -> None:
    written(subject="Still <here>")
    kept = written(subject="Kept one")
    OutgoingMail.objects.filter(pk=kept.pk).update(state=OutgoingState.KEPT)
    client = login(root)
    both = client.get(reverse("mail:outgoing")).content.decode()
    assert "Still &lt;here&gt;" in both
    assert "Kept one" in both
    assert "Send what is kept" in both
    narrowed = client.get(reverse("mail:outgoing"), {"state": "kept"}).content.decode()
    assert "Kept one" in narrowed
    assert "Still" not in narrowed
    none = client.get(reverse("mail:outgoing"), {"state": "failed"}).content.decode()
    assert "No mail in this state" in none
    assert client.get(reverse("mail:outgoing"), {"state": "x"}).status_code == 200


def test_the_list_goes_on_where_the_page_ends(
    root: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS", 2)
    for number in range(3):
        written(subject=f"Mail number {number}")
    client = login(root)
    first = client.get(reverse("mail:outgoing"))
    assert "Mail number 0" not in first.content.decode()
    older = client.get(reverse("mail:outgoing") + first.context["page_of"].older_url)
    assert "Mail number 0" in older.content.decode()
    assert "Mail number 1" not in older.content.decode()
    assert older.context["page_of"].older_url == ""
    assert client.get(reverse("mail:outgoing"), {"before": "9" * 40}).status_code == 200


def test_the_lists_cost_the_same_whatever_their_length(
    root: User, login: Login, ticket: Ticket, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        written(ticket=ticket)
        arrived()
    client = login(root)
    for name in ("mail:outgoing", "mail:incoming"):
        client.get(reverse(name))
        with django_assert_max_num_queries(9):
            client.get(reverse(name))


def test_without_outgoing_mail_rights_there_is_nothing(
    world: World, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket)
    grant(world.dave, Right.SHOW_CONFIG_TAB)
    client = login(world.dave)
    assert "About the printer" not in client.get("/mail/outgoing/").content.decode()
    for name in ("mail:outgoing-mail", "mail:html"):
        assert client.get(reverse(name, args=[mail.pk])).status_code == 404
    assert client.post(reverse("mail:send-again", args=[mail.pk])).status_code == 404
    assert client.get(reverse("mail:record", args=[mail.record_id])).status_code == 404


def test_mail_of_no_ticket_is_for_superusers(
    world: World, root: User, login: Login
) -> None:
    mail = written(subject="Your new password")
    grant(world.bob, Right.SHOW_CONFIG_TAB)
    url = reverse("mail:outgoing-mail", args=[mail.pk])
    assert login(world.bob).get(url).status_code == 404
    assert login(root).get(url).status_code == 200


def test_the_record_shows_the_mail_to_who_may_see_it(
    world: World, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket, scrip_description="On Create Autoreply")
    url = reverse("mail:record", args=[mail.record_id])
    page = login(world.bob).get(url).content.decode()
    for words in (
        "About the printer", "It burns &lt;brightly&gt;.", "bob@example.org", "bulk",
        "On Create Autoreply",
    ):  # fmt: skip
        assert words in page
    assert "Send now" not in page  # that is for administrators
    assert login(world.alice).get(url).status_code == 404
    assert login(world.dave).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_mail_about_a_comment_needs_the_right_to_see_comments(
    world: World, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket, about_comment=True)
    url = reverse("mail:record", args=[mail.record_id])
    assert login(world.bob).get(url).status_code == 200
    revoke(world.staff, Right.SHOW_TICKET_COMMENTS, queue=world.general)
    assert login(world.bob).get(url).status_code == 404


def test_a_transaction_that_is_no_mail_has_no_record(
    world: World, login: Login, ticket: Ticket
) -> None:
    row = comment(ticket, actor=world.bob, message=compose(text="Secret"))
    url = reverse("mail:record", args=[row.pk])
    assert login(world.bob).get(url).status_code == 404
    assert login(world.bob).get("/mail/record/9" + "9" * 30 + "/").status_code == 404


def test_a_record_without_its_mail_shows_what_is_known(
    world: World, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket)
    record_id = mail.record_id
    mail.delete()
    url = reverse("mail:record", args=[record_id])
    assert "To: alice@customer.example" in login(world.bob).get(url).content.decode()
    assert login(world.alice).get(url).status_code == 404


def test_html_is_shown_in_a_frame_that_can_do_nothing(
    world: World, login: Login, ticket: Ticket
) -> None:
    html = '<p onclick="x()">Rich</p><script>alert(1)</script><img src="http://e/x">'
    mail = written(ticket=ticket, html=html)
    client = login(world.bob)
    page = client.get(reverse("mail:outgoing-mail", args=[mail.pk])).content.decode()
    assert f'src="{reverse("mail:html", args=[mail.pk])}"' in page
    assert 'sandbox="' in page
    frame = client.get(reverse("mail:html", args=[mail.pk]))
    body = frame.content.decode()
    assert "Rich" in body
    assert "<script" not in body
    assert "onclick" not in body
    assert 'src="http://e/x"' not in body
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    plain = written(ticket=ticket)
    assert client.get(reverse("mail:html", args=[plain.pk])).status_code == 404


def test_a_file_of_a_mail_is_a_download(
    world: World, login: Login, ticket: Ticket
) -> None:
    file = MailFile(
        blob=blobs.store(b"<script>"), filename="ä.html", content_type="text/html"
    )
    mail = written(ticket=ticket, files=(file,))
    kept = mail.files.get()
    url = reverse("mail:file", args=[mail.pk, kept.pk])
    answer = login(world.bob).get(url)
    assert b"".join(answer.streaming_content) == b"<script>"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A4.html"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert login(world.alice).get(url).status_code == 404
    other = written(ticket=ticket)
    wrong = reverse("mail:file", args=[other.pk, kept.pk])
    assert login(world.bob).get(wrong).status_code == 404


def test_a_failed_mail_says_why_and_can_be_sent_again(
    root: User, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket)
    OutgoingMail.objects.update(
        state=OutgoingState.FAILED,
        error="alice@customer.example: 550 No such user",
        answers={
            "alice@customer.example": {"state": "refused", "answer": "550 No such user"}
        },
    )
    client = login(root)
    page = client.get(reverse("mail:outgoing-mail", args=[mail.pk])).content.decode()
    assert "550 No such user" in page
    url = reverse("mail:send-again", args=[mail.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.answers) == (OutgoingState.QUEUED, {})


def test_who_may_only_see_a_mail_cannot_send_it_again(
    world: World, login: Login, ticket: Ticket
) -> None:
    mail = written(ticket=ticket)
    OutgoingMail.objects.update(state=OutgoingState.FAILED)
    answer = login(world.bob).post(reverse("mail:send-again", args=[mail.pk]))
    assert answer.status_code == 403
    assert login(world.bob).post(reverse("mail:send-kept")).status_code == 403
    mail.refresh_from_db()
    assert mail.state == OutgoingState.FAILED


def test_everything_kept_is_sent_with_one_button(root: User, login: Login) -> None:
    for _ in range(2):
        written()
    OutgoingMail.objects.update(state=OutgoingState.KEPT)
    written()
    answer = login(root).post(reverse("mail:send-kept"), follow=True)
    assert "2 mails queued." in answer.content.decode()
    assert not OutgoingMail.objects.filter(state=OutgoingState.KEPT).exists()


def test_incoming_mail_is_shown_with_state_and_reason(
    world: World, root: User, login: Login
) -> None:
    mail = arrived("Networking", subject="<Help>")
    client = login(root)
    listed = client.get(reverse("mail:incoming")).content.decode()
    assert "&lt;Help&gt;" in listed
    assert "no right to create tickets" in listed
    page = client.get(reverse("mail:incoming-mail", args=[mail.pk])).content.decode()
    assert "no right to create tickets in queue Networking" in page
    assert "&lt;b&gt;x&lt;/b&gt;␀" in page
    assert "Process again" in page


def test_a_failed_mail_shows_the_traceback_and_is_processed_again(
    root: User, login: Login
) -> None:
    mail = arrived()
    IncomingMail.objects.filter(pk=mail.pk).update(
        state=IncomingState.FAILED,
        traceback="Traceback (most recent call last): boom",
        attempts=5,
        dedup_key=None,
    )
    client = login(root)
    page = client.get(reverse("mail:incoming-mail", args=[mail.pk])).content.decode()
    assert "boom" in page
    url = reverse("mail:process-again", args=[mail.pk])
    assert client.get(url).status_code == 405
    client.post(url)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (IncomingState.RECEIVED, 0)


def test_what_has_taken_effect_cannot_be_processed_again(
    root: User, login: Login
) -> None:
    mail = arrived()
    url = reverse("mail:process-again", args=[mail.pk])
    answer = login(root).post(url, follow=True)
    assert "has taken effect already" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.state == IncomingState.PROCESSED


def test_the_raw_mail_is_a_download_byte_for_byte(
    world: World, root: User, login: Login
) -> None:
    mail = arrived()
    url = reverse("mail:raw", args=[mail.pk])
    answer = login(root).get(url)
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert raw == blobs.read(mail.blob)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert login(world.bob).get(url).status_code == 403


def test_incoming_mail_of_hidden_tickets_is_hidden(world: World, login: Login) -> None:
    recorded = arrived()
    refused = arrived("Networking", subject="Refused")
    grant(world.dave, Right.SHOW_CONFIG_TAB)
    client = login(world.dave)
    listed = client.get(reverse("mail:incoming")).content.decode()
    assert "Refused" in listed
    assert reverse("mail:incoming-mail", args=[recorded.pk]) not in listed
    for name in ("mail:incoming-mail", "mail:raw"):
        assert client.get(reverse(name, args=[recorded.pk])).status_code == 404
        assert client.get(reverse(name, args=[refused.pk])).status_code == 200
