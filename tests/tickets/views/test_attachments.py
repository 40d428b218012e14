"""Files and HTML bodies."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tests.conftest import World
from tickets import commands
from tickets.messages import File, compose
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
PIXEL = b"\x89PNG\r\n\x1a\n rest of a picture"


def attach(
    ticket: Ticket,
    world: World,
    name: str,
    kind: str,
    data: bytes,
    *,
    secret: bool = False,
) -> Attachment:
    """Add a file to the ticket, in a reply or a comment."""
    say = commands.comment if secret else commands.correspond
    row = say(
        ticket,
        actor=world.bob,
        message=compose(text="See file.", files=[File(name, kind, data)]),
    )
    return row.attachments.get(filename=name)


def url(node: Attachment, name: str = "") -> str:
    """Return the address of an attachment."""
    return (
        f"/tickets/attachment/{node.transaction_id}/{node.pk}/{name or node.filename}"
    )


def body(answer: object) -> bytes:
    """Return the bytes of a streamed answer."""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_picture_may_be_shown(alice: Client, ticket: Ticket, world: World) -> None:
    """Pictures are shown inline, byte for byte, and nothing guesses their type."""
    node = attach(ticket, world, "jam.png", "image/png", PIXEL)
    answer = alice.get(url(node))
    assert body(answer) == PIXEL
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/html"),
        ("drawing.svg", "image/svg+xml"),
        ("data.xml", "application/xml"),
        ("report.pdf", "application/pdf"),
        ("run.exe", "application/x-msdownload"),
    ],
)
def test_what_could_run_is_only_saved(
    bob: Client, ticket: Ticket, world: World, name: str, kind: str
) -> None:
    """Everything but the safe types is a download of no type."""
    data = b"<script>alert(1)</script>"
    answer = bob.get(url(attach(ticket, world, name, kind, data)))
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert body(answer) == data


def test_download_on_request(bob: Client, ticket: Ticket, world: World) -> None:
    """A safe type is saved when the link says so."""
    node = attach(ticket, world, "jam.png", "image/png", PIXEL)
    answer = bob.get(url(node) + "?download=1")
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_strange_names(bob: Client, ticket: Ticket, world: World) -> None:
    """Quotes, umlauts and line ends in a name break no header."""
    node = attach(ticket, world, 'a "b" ü;c.txt', "text/plain", b"x")
    answer = bob.get(f"/tickets/attachment/{node.transaction_id}/{node.pk}/x")
    expected = "inline; filename*=UTF-8''a%20%22b%22%20%C3%BC%3Bc.txt"
    assert answer.headers["Content-Disposition"] == expected


def test_source_of_html_is_text(bob: Client, ticket: Ticket, world: World) -> None:
    """A body is shown as its source."""
    row = commands.correspond(
        ticket, actor=world.bob, message=compose(html="<p>hi <b>you</b></p>")
    )
    node = row.attachments.get(content_type="text/html")
    answer = bob.get(url(node, "message.txt"))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "<b>you</b>" in answer.content.decode()


def test_html_has_a_policy_of_its_own(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """No script, no remote picture until asked for, no frame but ours."""
    html = '<table bgcolor="red"><tr><td>hi <img src="http://x.example/p.gif"></table>'
    row = commands.correspond(ticket, actor=world.bob, message=compose(html=html))
    node = row.attachments.get(content_type="text/html")
    answer = bob.get(f"/tickets/html/{node.pk}/")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert 'src="http://x.example' not in answer.content.decode()
    shown = bob.get(f"/tickets/html/{node.pk}/?images=1")
    assert 'src="http://x.example/p.gif"' in shown.content.decode()


def test_comments_files_are_for_staff(
    bob: Client, alice: Client, ticket: Ticket, world: World
) -> None:
    """Knowing the numbers is not enough."""
    node = attach(ticket, world, "plan.txt", "text/plain", b"secret", secret=True)
    assert bob.get(url(node)).status_code == 200
    assert alice.get(url(node)).status_code == 404


@pytest.mark.parametrize("path", ["1/999999/x", "999999/{pk}/x", "{txn}/{big}/x"])
def test_numbers_that_are_none(
    bob: Client, ticket: Ticket, world: World, path: str
) -> None:
    """A wrong number, or a right one under a wrong transaction, is not there."""
    node = attach(ticket, world, "a.txt", "text/plain", b"x")
    wanted = path.format(pk=node.pk, txn=node.transaction_id, big=10**30)
    assert bob.get(f"/tickets/attachment/{wanted}").status_code == 404


def test_a_stranger_finds_nothing(
    dave: Client, client: Client, ticket: Ticket, world: World
) -> None:
    """Not visible is not there; not logged in is sent to the login page."""
    node = attach(ticket, world, "a.txt", "text/plain", b"x")
    assert dave.get(url(node)).status_code == 404
    assert client.get(url(node)).status_code == 302


def test_missing_bytes_are_said(bob: Client, ticket: Ticket, world: World) -> None:
    """A lost file is a clear 404, not a broken page."""
    node = attach(ticket, world, "a.txt", "text/plain", b"x")
    assert node.blob is not None
    default_storage.delete(node.blob.storage_name)
    assert bob.get(url(node)).status_code == 404
