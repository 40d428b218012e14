"""The path by mail, with the real rt-mailgate, worker and SMTP server."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import parseaddr
from typing import TYPE_CHECKING

import pytest

from tests.e2e.letters import EX_TEMPFAIL, Letter, by_http, by_rt_mailgate
from tests.e2e.site import Site, addresses

if TYPE_CHECKING:
    from collections.abc import Callable

RT = "rt@example.com"
SUBJECT = "Drucker im 2. Stock brennt – 火事です"


@pytest.fixture(
    params=[
        pytest.param(by_rt_mailgate, marks=pytest.mark.rt_clients, id="rt-mailgate"),
        pytest.param(by_http, id="http"),
    ]
)
def door(request: pytest.FixtureRequest) -> Callable[..., int]:
    """The way mail comes in: RT's own program, and its request without it."""
    found: Callable[..., int] = request.param
    return found


def test_a_mail_becomes_a_ticket(site: Site, door: Callable[..., int]) -> None:
    every_byte = bytes(range(256)) * 40
    letter = Letter(
        subject=SUBJECT, text="Grüße, 火事!\n", files={"dump ä.bin": every_byte}
    )
    ticket_id = site.open_ticket(letter, door)

    ticket = site.ticket(ticket_id)
    assert (ticket["subject"], ticket["status"]) == (SUBJECT, "new")
    requestor = site.row(
        "SELECT u.* FROM accounts_user u JOIN tickets_ticketwatcher w "
        "ON w.user_id = u.id WHERE w.ticket_id = ? AND w.role = 'Requestor'",
        ticket_id,
    )
    assert requestor["email"] == letter.sender
    assert requestor["real_name"] == "Alice Adams"
    assert not requestor["is_privileged"]
    assert not requestor["is_superuser"]
    nodes = site.rows(
        "SELECT a.* FROM tickets_attachment a JOIN tickets_transaction t "
        "ON t.id = a.transaction_id WHERE t.ticket_id = ? AND t.type = 'Create' "
        "ORDER BY a.id",
        ticket_id,
    )
    (text,) = [n["content"] for n in nodes if n["content_type"] == "text/plain"]
    assert text.replace("\r\n", "\n") == "Grüße, 火事!\n"
    (file,) = [node for node in nodes if node["filename"]]
    assert file["filename"] == "dump ä.bin"
    assert site.blob(file["blob_id"]) == every_byte
    (kept,) = site.incoming(letter.message_id)
    assert site.blob(kept["blob_id"]) == letter.raw


def test_an_encoded_subject_is_decoded(site: Site, door: Callable[..., int]) -> None:
    letter = Letter()
    raw = letter.raw.replace(
        b"Subject: Printer jam",
        b"Subject: " + Header(SUBJECT, "utf-8").encode().encode(),
    )
    assert door(site.url, raw) == 0
    ticket_id = site.concluded(letter.message_id)["ticket_id"]
    assert site.ticket(ticket_id)["subject"] == SUBJECT


def test_the_same_mail_again_makes_no_second_ticket(
    site: Site, door: Callable[..., int]
) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter, door)
    tickets = site.count("tickets_ticket")

    assert door(site.url, letter.raw) == 0
    again = site.concluded(letter.message_id, times=2)

    assert (again["state"], again["ticket_id"]) == ("duplicate", ticket_id)
    assert site.count("tickets_ticket") == tickets
    site.settle(ticket_id)
    assert len(site.mails(ticket_id, to=letter.sender)) == 1


def test_the_requestor_gets_the_autoreply(site: Site, door: Callable[..., int]) -> None:
    letter = Letter(subject="Printer jam")
    ticket_id = site.open_ticket(letter, door)

    mail = site.mail(ticket_id, to=letter.sender)
    assert mail["Subject"] == f"[example.com #{ticket_id}] AutoReply: Printer jam"
    assert addresses(mail["To"]) == [letter.sender]
    assert parseaddr(mail["From"]) == ("The default queue", RT)
    assert mail["Reply-To"] == RT
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Precedence"] == "bulk"
    assert mail["X-RT-Loop-Prevention"] == "example.com"
    assert mail["X-RT-Ticket"] == f"example.com #{ticket_id}"
    assert mail["In-Reply-To"] == f"<{letter.message_id}>"
    assert mail["References"].split() == [
        f"<RT-Ticket-{ticket_id}@example.com>",
        f"<{letter.message_id}>",
    ]
    shape = rf"<rt-[\w.]+-\d+-\d+-\d+\.{ticket_id}-\d+-\d+@example\.com>"
    assert re.fullmatch(shape, mail["Message-ID"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert "It is jammed." in body.get_content()


def test_the_admin_ccs_get_a_notice(site: Site, door: Callable[..., int]) -> None:
    ticket_id = site.open_ticket(Letter(), door)

    notice = site.mail(ticket_id, to="bob@staff.example")
    assert parseaddr(notice["From"]) == ("Alice Adams via example.com", RT)
    assert notice["Subject"] == f"[example.com #{ticket_id}] Printer jam"
    assert notice["Auto-Submitted"] == "auto-generated"
    assert site.mails(ticket_id, to="carol@staff.example")
    records = site.rows(
        "SELECT o.state, o.message_id, t.type FROM mail_outgoingmail o "
        "JOIN tickets_transaction t ON t.id = o.record_id WHERE o.ticket_id = ?",
        ticket_id,
    )
    assert [(row["state"], row["type"]) for row in records] == [
        ("sent", "EmailRecord"),
        ("sent", "EmailRecord"),
    ]
    delivered = {mail["Message-ID"].strip("<>") for mail in site.mails(ticket_id)}
    assert delivered == {row["message_id"] for row in records}


def test_a_reply_reaches_the_requestor_in_the_thread(site: Site) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter)

    page = site.as_user("bob").post(
        f"/tickets/{ticket_id}/update/", action="respond", content="On my way."
    )
    assert page.status == 200
    site.settle(ticket_id)

    mail = site.mails(ticket_id, to=letter.sender)[-1]
    assert mail["Subject"] == f"[example.com #{ticket_id}] Printer jam"
    assert parseaddr(mail["From"]) == ("Bob via example.com", RT)
    assert f"<RT-Ticket-{ticket_id}@example.com>" in mail["References"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "On my way." in body.get_content()
    ticket = site.ticket(ticket_id)
    assert ticket["status"] == "open"
    assert ticket["told"]
    assert ticket["started"]
    assert ticket["last_updated"] > ticket["created"]
    # Whoever wrote it is not told; the other AdminCc is.
    assert len(site.mails(ticket_id, to="bob@staff.example")) == 1
    assert len(site.mails(ticket_id, to="carol@staff.example")) == 2


def test_an_answer_by_mail_is_appended(site: Site, door: Callable[..., int]) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter, door)
    tickets = site.count("tickets_ticket")
    autoreply = site.mail(ticket_id, to=letter.sender)

    answer = letter.answer(autoreply, text="It smokes now.\n")
    assert site.open_ticket(answer, door) == ticket_id

    assert site.count("tickets_ticket") == tickets
    notice = site.mails(ticket_id, to="bob@staff.example")[-1]
    assert notice["In-Reply-To"] == f"<{answer.message_id}>"
    body = notice.get_body(("plain",))
    assert body is not None
    assert "It smokes now." in body.get_content()
    assert len(site.mails(ticket_id, to=letter.sender)) == 1
    assert not site.ticket(ticket_id)["told"]


def test_an_answer_to_a_resolved_ticket_opens_it_again(
    site: Site, door: Callable[..., int]
) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter, door)
    bob = site.as_user("bob")
    bob.post(f"/tickets/{ticket_id}/take/")
    bob.post(f"/tickets/{ticket_id}/status/", status="resolved")
    site.settle(ticket_id)
    assert site.ticket(ticket_id)["status"] == "resolved"
    told = site.mail(ticket_id, to=letter.sender, subject="Resolved: Printer jam")

    site.open_ticket(letter.answer(told, text="It burns again.\n"), door)

    ticket = site.ticket(ticket_id)
    assert (ticket["status"], bool(ticket["resolved"])) == ("open", True)
    last = site.mails(ticket_id, to="bob@staff.example")[-1]
    body = last.get_body(("plain",))
    assert body is not None
    assert "It burns again." in body.get_content()


def test_a_comment_by_mail_stays_inside(site: Site, door: Callable[..., int]) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter)
    note = Letter(
        subject=f"[example.com #{ticket_id}] Printer jam", text="Warranty is over.\n"
    )
    raw = note.raw.replace(note.sender.encode(), b"bob@staff.example")
    assert door(site.url, raw, action="comment") == 0
    assert site.concluded(note.message_id)["ticket_id"] == ticket_id
    site.settle(ticket_id)

    told = site.mails(ticket_id, to="carol@staff.example")[-1]
    assert told["Reply-To"] == "rt-comment@example.com"
    assert len(site.mails(ticket_id, to=letter.sender)) == 1


def test_an_unknown_queue_is_to_be_tried_again(
    site: Site, door: Callable[..., int]
) -> None:
    letter = Letter()
    assert door(site.url, letter.raw, queue="Nowhere") == EX_TEMPFAIL
    assert not site.incoming(letter.message_id)

    site.open_ticket(letter, door)


@pytest.mark.rt_clients
def test_a_slash_at_the_end_of_the_url_does_no_harm(site: Site) -> None:
    letter = Letter()
    assert by_rt_mailgate(f"{site.url}/", letter.raw) == 0
    assert site.concluded(letter.message_id)["state"] == "processed"


@pytest.mark.rt_clients
def test_nobody_at_the_door_is_to_be_tried_again(site: Site) -> None:
    nobody = site.part()
    assert by_rt_mailgate(nobody.url(""), Letter().raw) == EX_TEMPFAIL


def test_our_own_mail_that_comes_back_is_not_recorded(
    site: Site, door: Callable[..., int]
) -> None:
    letter = Letter()
    ticket_id = site.open_ticket(letter)
    autoreply = site.mail(ticket_id, to=letter.sender)
    rows = site.count("tickets_transaction", "ticket_id = ?", ticket_id)

    assert door(site.url, autoreply.as_bytes()) == 0
    back = site.concluded(autoreply["Message-ID"].strip("<>"))

    assert back["state"] == "refused"
    assert "loop" in back["reason"].lower()
    assert site.count("tickets_transaction", "ticket_id = ?", ticket_id) == rows
