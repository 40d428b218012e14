"""Replying and commenting."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import World
from tickets import commands
from tickets.messages import compose
from tickets.models import Attachment, Blob, Ticket, Transaction

pytestmark = pytest.mark.django_db


def url(ticket: Ticket) -> str:
    """Return the address of the reply form."""
    return f"/tickets/{ticket.pk}/update/"


def sent(**changes: object) -> dict[str, object]:
    """Return a form that is right but for the changes."""
    return {
        "action": "respond",
        "content": "We are on it.",
        "form_token": "token-of-this-page",
    } | changes


def newest(ticket: Ticket) -> Transaction:
    """Return what happened last."""
    return ticket.transactions.order_by("-pk")[0]


def test_reply(bob: Client, ticket: Ticket, world: World) -> None:
    """A Correspond with the text; the page that follows says so and ends the draft."""
    answer = bob.post(url(ticket), sent(), follow=True)
    row = newest(ticket)
    assert (row.type, row.creator) == ("Correspond", world.bob)
    assert row.attachments.get().content == "We are on it."
    assert answer.redirect_chain == [(f"/tickets/{ticket.pk}/#txn-{row.pk}", 302)]
    page = answer.content.decode()
    assert "Correspondence added" in page
    assert f'data-sent-draft="{world.bob.pk}-ticket-{ticket.pk}"' in page


def test_comment(bob: Client, ticket: Ticket) -> None:
    """A Comment with the text."""
    bob.post(url(ticket), sent(action="comment"))
    assert newest(ticket).type == "Comment"


def test_rich_text_comes_with_plain_text(bob: Client, ticket: Ticket) -> None:
    """Both are stored, and scripts are not."""
    html = "<div>We are <b>on</b> it.<script>alert(1)</script></div>"
    bob.post(url(ticket), sent(content_html=html))
    parts = {part.content_type: part for part in newest(ticket).attachments.all()}
    assert parts["text/plain"].content == "We are on it."
    safe_html = parts["text/html"].safe_html or ""
    assert "<b>on</b>" in safe_html
    assert "script" not in safe_html


def test_status_time_and_once_only_recipients(bob: Client, ticket: Ticket) -> None:
    """One form does it all."""
    form = sent(
        status="stalled", worked="1 h 5 m", cc="x@cc.example", bcc="y@cc.example"
    )
    bob.post(url(ticket), form)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.time_worked) == ("stalled", 65)
    row = ticket.transactions.get(type="Correspond")
    headers = str(row.attachments.get().headers)
    assert "RT-Send-CC: x@cc.example" in headers
    assert "RT-Send-BCC: y@cc.example" in headers


def test_status_alone_needs_no_words(bob: Client, ticket: Ticket) -> None:
    """An empty message with a status changes the status and says nothing."""
    bob.post(url(ticket), sent(content="", status="resolved"))
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    assert not ticket.transactions.filter(type="Correspond").exists()


def test_a_signature_alone_is_no_message(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """What stands in an untouched form is not sent."""
    world.bob.signature = "Bob\nHelp Desk"
    world.bob.save(update_fields=["signature"])
    assert "Help Desk</textarea>" in bob.get(url(ticket)).content.decode()
    form = sent(content="\r\n\r\n-- \r\nBob\r\nHelp Desk", status="open")
    bob.post(url(ticket), form)
    assert not ticket.transactions.filter(type="Correspond").exists()
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_files_byte_for_byte(bob: Client, ticket: Ticket) -> None:
    """Several files, any bytes, any names."""
    files = [
        SimpleUploadedFile("ümläut.bin", b"\x00\xff\r\n\x00"),
        SimpleUploadedFile("empty.txt", b"", content_type="text/plain"),
    ]
    bob.post(url(ticket), sent(attachments=files))
    stored = newest(ticket).attachments.exclude(filename="").order_by("pk")
    assert [part.filename for part in stored] == ["ümläut.bin", "empty.txt"]
    page = bob.get(
        f"/tickets/attachment/{stored[0].transaction_id}/{stored[0].pk}/a.bin"
    )
    assert b"".join(page.streaming_content) == b"\x00\xff\r\n\x00"  # type: ignore[attr-defined]


def test_a_failed_validation_loses_nothing(bob: Client, ticket: Ticket) -> None:
    """Text, rich text, recipients and files are there again, and then go through."""
    form = sent(
        worked="a while",
        content="Long story.",
        content_html="<p>Long <b>story</b>.</p>",
        cc="x@cc.example",
        attachments=[SimpleUploadedFile("jam.log", b"jammed")],
    )
    answer = bob.post(url(ticket), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Type a time like 15 m" in page
    assert "Long story." in page
    assert "&lt;b&gt;story" in page
    assert 'value="x@cc.example"' in page
    assert "jam.log" in page
    kept = page[page.index('name="kept" value="') + len('name="kept" value="') :]
    again = sent(worked="5", content="Long story.", kept=kept[: kept.index('"')])
    assert bob.post(url(ticket), again).status_code == 302
    row = newest(ticket)
    assert row.attachments.get(filename="jam.log").size == len(b"jammed")


def test_a_kept_file_cannot_be_made_up(bob: Client, ticket: Ticket) -> None:
    """Naming somebody else's bytes by their hash does not attach them."""
    Blob.objects.create(sha256="0" * 64, size=3)
    bob.post(url(ticket), sent(kept='["' + "0" * 64 + '","x","text/plain",3]'))
    assert not Attachment.objects.filter(blob_id="0" * 64).exists()


def test_files_too_big_are_refused(
    bob: Client, ticket: Ticket, settings: object
) -> None:
    """A clear error, and the text is kept."""
    settings.MAX_MAIL_SIZE = 1024 * 1024  # type: ignore[attr-defined]
    big = SimpleUploadedFile("big.bin", b"x" * (1024 * 1024 + 1))
    answer = bob.post(url(ticket), sent(attachments=[big]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "at most 1 MB together" in page
    assert "We are on it." in page


def test_sent_twice_is_done_once(bob: Client, ticket: Ticket) -> None:
    """A double click makes one reply."""
    first = bob.post(url(ticket), sent())
    second = bob.post(url(ticket), sent())
    assert ticket.transactions.filter(type="Correspond").count() == 1
    assert second.headers["Location"] == first.headers["Location"]


def test_nothing_to_do_is_an_error(bob: Client, ticket: Ticket) -> None:
    """An empty form is refused."""
    answer = bob.post(url(ticket), sent(content="  "))
    assert answer.status_code == 422
    assert "Write a message or attach a file" in answer.content.decode()


def test_quoting(bob: Client, ticket: Ticket, world: World) -> None:
    """The words are quoted, what they quote is not, and the reply is threaded."""
    text = "My words.\n\nOn Monday X wrote:\n> Old\n> words\n> and\n> more\n"
    commands.correspond(
        ticket,
        actor=world.alice,
        message=compose(text=text, message_id="abc@customer.example"),
    )
    row = newest(ticket)
    page = bob.get(
        url(ticket), {"action": "respond", "quote": str(row.pk)}
    ).content.decode()
    assert "Alice Adams wrote:\n&gt; My words." in page
    assert "Old" not in page
    bob.post(url(ticket), sent(quoting=str(row.pk)))
    assert (
        "In-Reply-To: <abc@customer.example>"
        in newest(ticket).attachments.get().headers
    )


def test_comments_cannot_be_quoted_by_requestors(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """The number of a comment brings nothing to light."""
    commands.comment(ticket, actor=world.bob, message=compose(text="Third time!"))
    page = alice.get(url(ticket), {"quote": str(newest(ticket).pk)}).content.decode()
    assert "Third time!" not in page


def test_status_from_the_link(bob: Client, ticket: Ticket) -> None:
    """A lifecycle's action opens the form with its status chosen."""
    page = bob.get(url(ticket), {"action": "comment", "status": "resolved"})
    assert '<option value="resolved" selected>' in page.content.decode()


def test_dependencies_refuse_the_whole_form(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """Reply and resolve is one thing: refused, neither is done, the words are kept."""
    other = commands.create_ticket(
        commands.NewTicket(queue=world.general, subject="Toner"), actor=world.alice
    ).ticket
    commands.add_link(ticket, actor=world.bob, direction="DependsOn", to=str(other.pk))
    answer = bob.post(url(ticket), sent(status="resolved"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Toner" in page
    assert "We are on it." in page
    assert not ticket.transactions.filter(type="Correspond").exists()


def test_a_requestor_cannot_comment(alice: Client, ticket: Ticket) -> None:
    """The tab is not there, and sending it anyway does nothing."""
    assert alice.post(url(ticket), sent(action="comment")).status_code == 422
    assert newest(ticket).type == "Create"
    assert alice.post(url(ticket), sent()).status_code == 302
    assert newest(ticket).type == "Correspond"


def test_a_stranger_finds_nothing(dave: Client, ticket: Ticket) -> None:
    """Not visible is not there, and nothing is added."""
    assert dave.get(url(ticket)).status_code == 404
    assert dave.post(url(ticket), sent()).status_code == 404
    assert newest(ticket).type == "Create"


def test_nul_bytes_do_not_break_it(bob: Client, ticket: Ticket) -> None:
    """A form field refuses them with a clear error."""
    answer = bob.post(url(ticket), sent(content="a\x00b"))
    assert answer.status_code == 422
    assert "Null characters are not allowed" in answer.content.decode()
