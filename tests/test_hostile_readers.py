"""What readers must not learn, whichever door they try."""

import json
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from accounts.commands import set_disabled
from accounts.models import RoleName, User
from accounts.rights import Right
from mail import gateway
from mail.models import OutgoingMail
from queues.models import CustomField
from queues.rights import grant, role_group
from tests.conftest import PASSWORD, Settled, World
from tests.factories import make_ticket
from tickets import commands
from tickets.forms.uploads import SALT, KeptFile
from tickets.messages import File, compose
from tickets.models import Attachment, Ticket, Transaction

pytestmark = pytest.mark.django_db
SECRET = "xyzzyplugh"


@pytest.fixture
def ticket(world: World, settled: Settled) -> Ticket:
    """A ticket of Alice's."""
    with settled():
        return make_ticket(world.general, by=world.alice)


@pytest.fixture
def secret(world: World, ticket: Ticket, settled: Settled) -> Transaction:
    """A comment of Bob's on it, with a file and HTML."""
    message = compose(
        text=SECRET,
        html=f"<p style='color: red'>{SECRET}</p>",
        files=[File(f"{SECRET}.txt", "text/plain", SECRET.encode())],
        subject=SECRET,
        message_id=f"{SECRET}@example.org",
    )
    with settled():
        return commands.comment(ticket, actor=world.bob, message=message)


def browser(user: User) -> Client:
    """Return somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    """Return all of an answer, its headers too."""
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return str(answer.headers) + b"".join(parts).decode("utf-8", "replace")


def doors(ticket: Ticket, row: Transaction) -> list[str]:
    """Return every address at which the comment could be seen."""
    files = [
        f"/tickets/attachment/{row.pk}/{node.pk}/x"
        for node in Attachment.objects.filter(transaction=row)
    ]
    frames = [
        f"/tickets/html/{node.pk}/{query}"
        for node in Attachment.objects.filter(transaction=row)
        for query in ("", "?images=1")
    ]
    number = ticket.pk
    return [
        *files, *frames, "/", "/my-tickets/", f"/tickets/{number}/",
        f"/tickets/{number}/?history=all",
        f"/tickets/{number}/history/?before={row.pk + 1}",
        f"/tickets/{number}/update/?quote={row.pk}", f"/mail/record/{row.pk}/",
        f"/REST/2.0/ticket/{number}", f"/REST/2.0/ticket/{number}/history",
        f"/REST/2.0/transaction/{row.pk}", f"/Transaction/Display.html?id={row.pk}",
        f"/REST/2.0/tickets?query=id={number}&fields=Content,Subject,Requestor",
    ]  # fmt: skip


def test_a_comment_is_at_no_door(
    world: World, ticket: Ticket, secret: Transaction
) -> None:
    """Alice, who asked, and Dave, a stranger, never read a word of it."""
    for user in (world.alice, world.dave):
        client = browser(user)
        seen = [d for d in doors(ticket, secret) if SECRET in text_of(client.get(d))]
        assert seen == []
    assert SECRET in text_of(browser(world.bob).get(f"/tickets/{ticket.pk}/"))


def test_an_entry_not_to_be_seen_is_not_there(
    world: World, secret: Transaction
) -> None:
    """RT's address for one entry does not even tell that it exists."""
    address = f"/Transaction/Display.html?id={secret.pk}"
    assert browser(world.alice).get(address).status_code == 404
    assert browser(world.bob).get(address).status_code == 302


ORACLES = (
    f"Content LIKE '{SECRET}'",
    f"Filename LIKE '{SECRET}'",
    f"Filename = '{SECRET}.txt'",
    "ContentType = 'text/html'",
    "UpdatedBy = 'bob'",
    "UpdatedBy = '{bob}'",
    f"NOT (Content NOT LIKE '{SECRET}')",
    f"(id > 0 AND Content LIKE '{SECRET}') OR id = 0",
)


@pytest.mark.parametrize("query", ORACLES)
def test_a_search_tells_nothing_of_comments(
    world: World, secret: Transaction, query: str
) -> None:
    query = query.format(bob=world.bob.pk)
    counts = {}
    for user in (world.alice, world.bob):
        answer = browser(user).get("/REST/2.0/tickets", {"query": query}).json()
        counts[user.name] = answer["total"]
    assert counts == {world.alice.name: 0, "bob": 1}


@pytest.mark.parametrize("right", [Right.SHOW_TICKET, Right.SHOW_OUTGOING_EMAIL])
def test_mail_about_a_comment_needs_the_right_to_comments(
    world: World, secret: Transaction, right: Right
) -> None:
    mails = OutgoingMail.objects.filter(text__contains=SECRET)
    assert mails
    for granted in (Right.SHOW_TICKET, right):
        grant(world.dave, granted, queue=world.general)
    client = browser(world.dave)
    for mail in mails:
        for address in (
            f"/mail/outgoing/{mail.pk}/",
            f"/mail/outgoing/{mail.pk}/html/",
            f"/mail/record/{mail.record_id}/",
        ):
            assert client.get(address).status_code == 404


def test_blind_copies_stay_blind(world: World, ticket: Ticket) -> None:
    """Who else was written to in secret is for staff alone."""
    message = compose(text="Hello", cc_once=["c@example.net"], bcc_once=["b@blind.net"])
    commands.correspond(ticket, actor=world.bob, message=message)
    address = f"/tickets/{ticket.pk}/"
    assert "b@blind.net" in text_of(browser(world.bob).get(address))
    assert "b@blind.net" not in text_of(browser(world.alice).get(address))


def test_reminders_are_internal(world: World, ticket: Ticket) -> None:
    """Who sees the ticket but no comments sees no reminders either."""
    reminder = commands.add_reminder(ticket, actor=world.bob, subject=SECRET)
    grant(world.dave, Right.SHOW_TICKET, queue=world.general)
    client = browser(world.dave)
    for address in (
        f"/tickets/{ticket.pk}/",
        f"/tickets/{reminder.pk}/",
        f"/REST/2.0/ticket/{reminder.pk}",
        "/search/?query=Type = 'reminder'",
    ):
        assert SECRET not in text_of(client.get(address)).replace("query", "")


def test_threading_does_not_name_a_comment(
    world: World, secret: Transaction, settled: Settled
) -> None:
    """A reply to the requestor carries no Message-ID of an internal message."""
    with settled():
        commands.correspond(
            secret.ticket, actor=world.bob, message=compose(text="Done.")
        )
    mails = [m for m in OutgoingMail.objects.all() if world.alice.email in m.to]
    assert len(mails) == 2
    assert not [mail for mail in mails if SECRET in json.dumps(mail.headers)]


def test_a_reply_cannot_quote_what_its_writer_may_not_see(
    world: World, secret: Transaction
) -> None:
    """The number of a comment in the form does not thread the reply to it."""
    answer = browser(world.alice).post(
        f"/tickets/{secret.ticket_id}/update/",
        {"action": "respond", "content": "Hi", "quoting": secret.pk},
    )
    assert answer.status_code == 302
    written = Attachment.objects.filter(transaction__ticket=secret.ticket).latest("pk")
    assert SECRET not in written.headers


def test_a_refusal_does_not_tell_of_other_tickets(world: World) -> None:
    """A stranger's mail to a ticket gets one answer, whether or not there is one."""
    hidden = make_ticket(world.networking, by=world.bob)
    for number, sender in ((hidden.pk, "eve"), (10**9, "eva")):
        raw = (
            f"From: {sender}@evil.example\nSubject: [example.com #{number}] x\n"
            f"Message-ID: <{sender}@evil.example>\n\nHello\n"
        ).encode()
        mail = gateway.receive(
            raw, queue="General", action="correspond", ticket=str(number), source="test"
        )
        gateway.process(mail.pk)
    texts = [m.text for m in OutgoingMail.objects.all() if "evil.example" in m.to[0]]
    assert len(texts) == 2
    assert not any("Networking" in text for text in texts)


def test_nobody_outside_silences_staff(world: World, settled: Settled) -> None:
    """Headers that choose the recipients count only when they are ours."""
    raw = (
        b"From: alice@customer.example\nSubject: Help\nMessage-ID: <h@c.example>\n"
        b"RT-Squelch-Recipients: bob@example.org, carol@example.org\n"
        b"RT-Squelch-Replies-To: bob@example.org\nRT-Send-Cc: evil@evil.example\n"
        b"RT-DetectedAutoGenerated: true\n\nHello\n"
    )
    with settled():
        gateway.receive(raw, queue="General", action="correspond", source="test")
    written = {a for mail in OutgoingMail.objects.all() for a in mail.recipients()}
    assert "evil@evil.example" not in written
    assert {"bob@example.org", "carol@example.org", "alice@customer.example"} <= written


@pytest.mark.parametrize(
    "text", ["A\r\nBcc: e@evil.example", "A\nX-RT-Loop: 1", "é\r\n\r\nb"]
)
def test_no_text_begins_a_header(world: World, settled: Settled, text: str) -> None:
    world.bob.real_name = text
    world.bob.save(update_fields=["real_name"])
    with settled():
        made = make_ticket(
            world.general, by=world.bob, subject=text, requestors=(world.alice,)
        )
        commands.correspond(
            made, actor=world.bob, message=compose(text="x", subject=text)
        )
    mails = OutgoingMail.objects.all()
    assert mails
    for mail in mails:
        values = [mail.subject, mail.from_email, *mail.headers.values(), *mail.to]
        assert not any(set(value) & {"\r", "\n"} for value in values)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        signing.dumps(["0" * 64, "f", "text/plain", 1], salt="other"),
        signing.dumps(["0" * 64, "f", "text/plain", 1], salt=SALT)[:-1] + "!",
    ],
)
def test_only_our_tokens_name_files(token: str) -> None:
    assert KeptFile.from_token(token) is None


def test_form_tokens_are_each_persons_own(world: World) -> None:
    """Bob's used token leads Carol nowhere near Bob's ticket."""
    fields = {
        "queue": world.networking.pk, "subject": SECRET, "content": "x",
        "form_token": "same",
    }  # fmt: skip
    first = browser(world.bob).post("/tickets/create/", fields)
    second = browser(world.carol).post("/tickets/create/", fields | {"subject": "y"})
    assert first.headers["Location"] != second.headers["Location"]
    assert Ticket.objects.filter(subject="y").count() == 1


CHANGES = ("take", "steal", "untake", "status", "bookmark")


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_posts_with_a_token(
    world: World, ticket: Ticket, change: str
) -> None:
    """GET changes nothing, nor does a POST from another site."""
    before = Transaction.objects.count()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.bob)
    address = f"/tickets/{ticket.pk}/{change}/"
    assert client.get(address).status_code == 405
    assert client.post(address, {"status": "open", "on": "1"}).status_code == 403
    assert Transaction.objects.count() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/testserver"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
def test_another_site_cannot_use_the_session_at_the_api(
    world: World, ticket: Ticket, headers: dict[str, str]
) -> None:
    client = browser(world.bob)
    answer = client.post(
        f"/REST/2.0/ticket/{ticket.pk}/correspond",
        "Hi",
        content_type="text/plain",
        headers=headers,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", " //evil.example", "/\t/evil.example", "http:///evil.example"],
)  # fmt: skip
def test_login_leads_nowhere_else(world: World, target: str) -> None:
    fields = {"username": "bob", "password": PASSWORD, "next": target}
    answer = Client().post("/login/", fields)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_a_session_ends_with_its_user(world: World) -> None:
    client = browser(world.bob)
    set_disabled(world.bob, disabled=True)
    assert client.get("/").headers["Location"].startswith("/login/")
    assert client.get("/REST/2.0/queues/all").status_code in {302, 401}


def test_a_new_session_at_login(world: World) -> None:
    client = Client()
    client.get("/login/")
    session = client.session
    session["x"] = 1
    session.save()
    old = session.session_key
    client.cookies["helpdesk_session"] = str(old)
    client.post("/login/", {"username": "bob", "password": PASSWORD})
    assert client.session.session_key != old


def test_nothing_before_the_first_password(world: World, ticket: Ticket) -> None:
    world.bob.must_change_password = True
    world.bob.save(update_fields=["must_change_password"])
    client = browser(world.bob)
    for address in ("/", f"/tickets/{ticket.pk}/", "/admin/", "/nowhere/", "//"):
        assert client.get(address).headers.get("Location") == "/password/"
    assert (
        client.post(f"/tickets/{ticket.pk}/take/").headers["Location"] == "/password/"
    )
    assert client.get("/REST/2.0/queues/all").status_code in {302, 403}


def found(user: User, query: str) -> int:
    """Return how many tickets somebody finds."""
    answer = browser(user).get("/REST/2.0/tickets", {"query": query})
    return int(answer.json()["total"])


@pytest.fixture
def hidden_field(world: World, ticket: Ticket) -> CustomField:
    """A field whose value on the ticket Carol has set; Dave sees the ticket, not it."""
    field = CustomField.objects.create(
        name="Verdict", type="FreeformSingle", is_global=True
    )
    grant(world.carol, Right.MODIFY_CUSTOM_FIELD)
    grant(world.carol, Right.SEE_CUSTOM_FIELD)
    change = commands.FieldChange(field=field, values=(SECRET,))
    commands.set_custom_fields(ticket, actor=world.carol, changes=[change])
    for right in (Right.SHOW_TICKET, Right.SEE_QUEUE):
        grant(world.dave, right, queue=world.general)
    return field


HIDDEN = (
    "UpdatedBy = 'carol'",
    f"Content LIKE '{SECRET}'",
    f"CustomFieldContent LIKE '{SECRET}'",
)


@pytest.mark.parametrize("query", HIDDEN)
def test_a_search_tells_nothing_of_a_hidden_field(
    world: World, hidden_field: CustomField, query: str
) -> None:
    """Neither what it says nor who has changed it."""
    assert (found(world.dave, query), found(world.carol, query)) == (0, 1)


@pytest.mark.parametrize("query", HIDDEN)
def test_a_search_finds_a_field_shown_by_a_right_on_it_alone(
    world: World, hidden_field: CustomField, query: str
) -> None:
    grant(world.dave, Right.SEE_CUSTOM_FIELD, field=hidden_field)
    assert found(world.dave, query) == 1


@pytest.mark.parametrize("query", HIDDEN)
def test_a_search_finds_a_field_shown_to_a_role(
    world: World, hidden_field: CustomField, ticket: Ticket, query: str
) -> None:
    """By a right on the field alone, on tickets where one has the role."""
    role = role_group(RoleName.OWNER)
    grant(role, Right.SEE_CUSTOM_FIELD, field=hidden_field)
    assert found(world.dave, query) == 0
    Ticket.objects.filter(pk=ticket.pk).update(owner=world.dave)
    assert found(world.dave, query) == 1
