"""Mail servers that refuse, mail that is broken, programs that are killed."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.letters import Letter, by_http, by_rt_mailgate
from tests.helpdesk.serving import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.site import Row, Site

MESSAGES = Path(__file__).parents[1] / "mail" / "messages"
LETTERS = 30
CLIENTS = 6


def autoreply(site: Site, ticket_id: int) -> Row:
    """Return the outbox row of the mail to the requestor."""
    return site.row(
        "SELECT * FROM mail_outgoingmail WHERE ticket_id = ? "
        "AND scrip_description LIKE '%Autoreply%'",
        ticket_id,
    )


def arrive(site: Site, letter: Letter) -> int:
    """Bring a mail and return its ticket, without waiting for mail about it."""
    assert by_http(site.url, letter.raw) == 0
    ticket_id: int = site.concluded(letter.message_id)["ticket_id"]
    return ticket_id


# The mail server


def test_a_4xx_answer_leaves_the_mail_queued(site: Site) -> None:
    letter = Letter()
    site.sink.refusals[letter.sender] = "450 4.2.1 The mailbox is busy"
    ticket_id = arrive(site, letter)
    site.wait(
        lambda: site.count(
            "mail_outgoingmail", "ticket_id = ? AND error <> ''", ticket_id
        ),
        "the server's answer is noted",
    )

    mail = autoreply(site, ticket_id)
    assert (mail["state"], mail["attempts"]) == ("queued", 1)
    assert "450 4.2.1 The mailbox is busy" in mail["error"]
    root = site.as_user("root")
    shown = root.get(f"/mail/outgoing/{mail['id']}/").text
    assert "The mailbox is busy" in shown
    assert "Next try" in shown

    del site.sink.refusals[letter.sender]
    root.post(f"/mail/outgoing/{mail['id']}/send-again/")
    site.settle(ticket_id)
    assert autoreply(site, ticket_id)["state"] == "sent"
    assert len(site.mails(ticket_id, to=letter.sender)) == 1


def test_a_5xx_answer_is_said_on_the_ticket(site: Site) -> None:
    letter = Letter()
    site.sink.refusals[letter.sender] = "550 5.1.1 No such user here"
    ticket_id = arrive(site, letter)
    site.settle(ticket_id)

    mail = autoreply(site, ticket_id)
    assert mail["state"] == "failed"
    assert "550 5.1.1 No such user here" in mail["error"]
    assert "could not be delivered to 1 of 1 recipients" in (
        site.as_user("bob").get(f"/tickets/{ticket_id}/").text
    )
    listed = site.as_user("root").get("/mail/outgoing/?state=failed").text
    assert f"/mail/outgoing/{mail['id']}/" in listed
    # The others got theirs.
    assert site.mails(ticket_id, to="bob@staff.example")


def test_a_mail_server_that_is_down_is_tried_again(
    own_site: Callable[..., Site],
) -> None:
    site = own_site().start()
    letter = Letter()
    ticket_id = arrive(site, letter)
    site.wait(
        lambda: (
            site.count("mail_outgoingmail", "state = 'queued' AND error <> ''") == 2
        ),
        "both mails have been tried",
    )
    mail = autoreply(site, ticket_id)
    assert f"127.0.0.1:{site.sink.port}" in mail["error"]
    assert "refused" in mail["error"]
    assert site.as_user("bob").get(f"/tickets/{ticket_id}/").status == 200

    site.sink.start()
    # Its minute is over; the clock finds it.
    site.let_an_hour_pass()
    site.wait(
        lambda: autoreply(site, ticket_id)["state"] == "sent",
        "the sweep sends what was left",
        seconds=45,
    )
    site.settle(ticket_id)
    assert len(site.mails(ticket_id, to=letter.sender)) == 1


def test_without_a_mail_server_mail_is_kept_to_be_read(
    own_site: Callable[..., Site],
) -> None:
    site = own_site(EMAIL_URL="").start()
    letter = Letter()
    ticket_id = site.open_ticket(letter)

    mail = autoreply(site, ticket_id)
    assert mail["state"] == "kept"
    page = site.as_user("root").get(f"/mail/outgoing/{mail['id']}/").text
    assert letter.sender in page
    assert "AutoReply: Printer jam" in page


# Broken mail


def test_no_mail_is_lost_however_broken(site: Site) -> None:
    """Every recorded mail is kept byte for byte and reaches a state with a reason."""
    files = sorted(MESSAGES.glob("*.eml"))
    mails = {file.name: file.read_bytes() for file in files}
    names = {sha256(raw).hexdigest(): name for name, raw in mails.items()}
    empty = {name for name, raw in mails.items() if not raw.strip()}
    for raw in mails.values():
        assert by_http(site.url, raw) == 0

    def kept() -> dict[str, Row]:
        rows = site.rows("SELECT * FROM mail_incomingmail")
        return {names[r["blob_id"]]: r for r in rows if r["blob_id"] in names}

    site.wait(
        lambda: not any(row["state"] == "received" for row in kept().values()),
        "all of them are processed",
        seconds=60,
    )
    found = kept()
    assert set(found) == set(mails) - empty
    assert not {n: r["reason"] for n, r in found.items() if r["state"] == "failed"}
    for name, row in found.items():
        assert site.blob(row["blob_id"]) == mails[name]
        assert row["ticket_id"] or row["reason"], name
    assert found["no_from.eml"]["state"] == "refused"
    root = site.as_user("root")
    page = root.get(f"/mail/incoming/{found['no_from.eml']['id']}/").text
    assert "no usable address in From" in page
    for name in ("nul_bytes", "unknown_charset", "broken_mime_boundary"):
        row = found[f"{name}.eml"]
        assert row["state"] == "processed"
        assert root.get(f"/tickets/{row['ticket_id']}/").status == 200


@pytest.mark.rt_clients
def test_thirty_megabytes_by_rt_mailgate(site: Site) -> None:
    big = os.urandom(30 * 1024 * 1024)
    letter = Letter(files={"capture.pcap": big})
    ticket_id = site.open_ticket(letter, by_rt_mailgate)

    file = site.row(
        "SELECT a.* FROM tickets_attachment a JOIN tickets_transaction t "
        "ON t.id = a.transaction_id WHERE t.ticket_id = ? AND a.filename <> ''",
        ticket_id,
    )
    assert (file["filename"], file["size"]) == ("capture.pcap", len(big))
    path = f"/tickets/attachment/{file['transaction_id']}/{file['id']}/capture.pcap"
    assert site.as_user("bob").get(path).content == big
    peaks = {
        name: peak_memory(pid) // 1_000_000
        for pid, name in site.serve.children().items()
    }
    assert max(peaks.values()) < 200, peaks


def test_a_mail_that_is_too_large_is_refused_and_said(
    own_site: Callable[..., Site],
) -> None:
    site = own_site(MAX_MAIL_SIZE="3000000")
    site.sink.start()
    site.start()
    letter = Letter(files={"capture.pcap": os.urandom(3_000_000)})

    assert by_http(site.url, letter.raw) == 0

    mail = site.concluded(letter.message_id)
    assert mail["state"] == "refused"
    assert "3,000,000 is the most" in mail["reason"]
    assert not site.count("tickets_ticket")
    site.wait(
        lambda: any(letter.sender in d.recipients for d in site.sink.deliveries),
        "the sender is told",
    )


# Forms


def test_an_expired_form_keeps_what_was_typed(site: Site) -> None:
    ticket_id = site.open_ticket(Letter())
    words = "A long answer, typed with care. " * 10
    page = site.as_user("bob").post(
        f"/tickets/{ticket_id}/update/",
        csrfmiddlewaretoken="x" * 64,
        action="respond",
        content=words,
    )
    assert page.status == 403
    assert "The form has expired" in page.text
    assert words in page.text
    assert not site.count(
        "tickets_transaction", "ticket_id = ? AND type = 'Correspond'", ticket_id
    )


def test_a_form_sent_twice_is_carried_out_once(site: Site) -> None:
    ticket_id = site.open_ticket(Letter())
    bob = site.as_user("bob")

    def send(_number: int) -> int:
        return bob.post(
            f"/tickets/{ticket_id}/update/",
            action="respond",
            content="Only once",
            form_token="the-same-token",
        ).status

    with ThreadPoolExecutor(3) as clicks:
        assert list(clicks.map(send, range(3))) == [200, 200, 200]
    replies = "ticket_id = ? AND type = 'Correspond'"
    assert site.count("tickets_transaction", replies, ticket_id) == 1


@pytest.mark.parametrize("number", ["424242", str(2**63), "9" * 30])
def test_no_such_ticket(site: Site, number: str) -> None:
    assert site.as_user("bob").get(f"/tickets/{number}/").status == 404


# Killed programs


def test_kills_in_a_burst_of_mail_lose_and_double_nothing(
    own_site: Callable[..., Site],
) -> None:
    """Worker, web and all at once are killed while clients bring their mail."""
    site = own_site(WEB_PROCESSES="2")
    site.sink.start()
    site.start()
    burst = [Letter(subject=f"Burst {number}") for number in range(LETTERS)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        taken = [clients.submit(bring, site, letter) for letter in burst]
        for victim, tickets in (
            ("helpdesk-worker", 4),
            ("helpdesk-web", 12),
            ("", 20),
        ):
            site.wait(
                lambda least=tickets: site.count("tickets_ticket") >= least,  # type: ignore[misc]
                "the burst goes on",
            )
            kill(site, victim)
            site.let_an_hour_pass()
            site.start()
        for each in taken:
            each.result(timeout=60)

    for letter in burst:
        site.wait(
            lambda who=letter: "processed" in states(site, who),  # type: ignore[misc]
            f"'{letter.subject}' is processed",
            seconds=60,
        )
    assert site.count("tickets_ticket") == LETTERS
    for letter in burst:
        done = [r for r in site.incoming(letter.message_id) if r["ticket_id"]]
        (ticket_id,) = {row["ticket_id"] for row in done}
        assert states(site, letter).count("processed") == 1
        site.settle(ticket_id)
        assert autoreply(site, ticket_id)["state"] == "sent"
        copies = site.mails(ticket_id, to=letter.sender)
        # Sent once; or again after a kill, and then recognisable as the same mail.
        assert len({mail["Message-ID"] for mail in copies}) == 1
        assert len(site.mails(ticket_id, to="bob@staff.example")) >= 1
    assert site.count("mail_outgoingmail") == 2 * LETTERS
    assert len(site.sink.deliveries) <= 2 * LETTERS + 3 * 4


def bring(site: Site, letter: Letter) -> None:
    """Bring a mail as a mail server does: again and again until it is taken."""
    deadline = time.monotonic() + 60
    while by_http(site.url, letter.raw) != 0:
        assert time.monotonic() < deadline, f"'{letter.subject}' was not taken"
        time.sleep(0.2)


def kill(site: Site, victim: str) -> None:
    """Kill one process by SIGKILL, or all when none is named; wait for the end."""
    process = site.serve.process
    assert process is not None
    os.kill(site.serve.pid_of(victim) if victim else process.pid, signal.SIGKILL)
    site.serve.exit_code()


def states(site: Site, letter: Letter) -> list[str]:
    """Return what became of a mail each time it came."""
    return [row["state"] for row in site.incoming(letter.message_id)]
