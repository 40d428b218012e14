"""Replies and comments over REST 2.0."""

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.v2.conftest import Rest
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Ticket, Transaction

pytestmark = pytest.mark.django_db
Rests = Callable[..., Rest]


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's in General."""
    return make_ticket(world.general, by=world.bob, requestors=(world.alice,))


def newest(ticket: Ticket, kind: str) -> Transaction:
    """Return the last transaction of a kind."""
    return ticket.transactions.filter(type=kind).latest("pk")


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("correspond", "Correspond", "Correspondence added"),
        ("comment", "Comment", "Comments added"),
    ],
)
def test_adds(
    world: World, rest: Rests, ticket: Ticket, path: str, kind: str, said: str
) -> None:
    answer = rest("bob").post(
        f"ticket/{ticket.pk}/{path}",
        {"Content": "Hello", "ContentType": "text/plain", "TimeTaken": "7"},
    )
    assert (answer.status_code, answer.json()) == (201, [said])
    row = newest(ticket, kind)
    assert answer.headers["Location"].endswith(f"/REST/2.0/transaction/{row.pk}")
    assert (row.creator, row.time_taken) == (world.bob, 7)
    assert row.attachments.get().content == "Hello"
    ticket.refresh_from_db()
    assert ticket.time_worked == 7


def test_status_comes_along(world: World, rest: Rests, ticket: Ticket) -> None:
    answer = rest("bob").post(
        f"ticket/{ticket.pk}/comment",
        {"Content": "Done", "ContentType": "text/plain", "Status": "Resolved"},
    )
    assert answer.json() == [
        "Comments added",
        "Status changed from 'new' to 'resolved'",
    ]
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_bad_status_adds_nothing(world: World, rest: Rests, ticket: Ticket) -> None:
    answer = rest("bob").post(
        f"ticket/{ticket.pk}/comment",
        {"Content": "Done", "ContentType": "text/plain", "Status": "odd"},
    )
    assert answer.status_code == 400
    assert not ticket.transactions.filter(type="Comment").exists()


def test_bare_text(world: World, rest: Rests, ticket: Ticket) -> None:
    answer = rest("bob").post(
        f"ticket/{ticket.pk}/correspond",
        data="Grüße".encode(),
        content_type="text/plain; charset=utf-8",
    )
    assert answer.status_code == 201
    assert newest(ticket, "Correspond").attachments.get().content == "Grüße"


def test_files(world: World, rest: Rests, ticket: Ticket) -> None:
    upload = SimpleUploadedFile("a.pdf", b"%PDF", content_type="application/pdf")
    values = {"Content": "see", "ContentType": "text/plain"}
    answer = rest("bob").post(
        f"ticket/{ticket.pk}/comment",
        data={"JSON": json.dumps(values), "Attachments": [upload]},
    )
    assert answer.status_code == 201
    assert newest(ticket, "Comment").attachments.filter(filename="a.pdf").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"Content": "x"},
            "ContentType is a required field for application/json",
        ),
        ({}, "No message attached."),
        (
            {"Attachments": [{"FileName": "a", "FileContent": ""}]},
            "FileType is a required field for each attachment in Attachments",
        ),
        (
            {"Content": "x", "ContentType": "text/plain", "TimeTaken": "much"},
            "TimeTaken must be a whole number, not 'much'",
        ),
    ],
)
def test_refuses(
    world: World, rest: Rests, ticket: Ticket, body: object, message: str
) -> None:
    before = ticket.transactions.count()
    answer = rest("bob").post(f"ticket/{ticket.pk}/correspond", body)
    assert (answer.status_code, answer.json()) == (400, {"message": message})
    assert ticket.transactions.count() == before


def test_refuses_without_the_right(world: World, rest: Rests, ticket: Ticket) -> None:
    body = {"Content": "x", "ContentType": "text/plain"}
    answer = rest("dave").post(f"ticket/{ticket.pk}/comment", body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "Permission Denied"},
    )
    assert not ticket.transactions.filter(type="Comment").exists()


def test_missing_ticket_is_400_for_clients(world: World, rest: Rests) -> None:
    body = {"Content": "x", "ContentType": "text/plain"}
    answer = rest("bob").post("ticket/999999/correspond", body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "Message could not be recorded"},
    )


def test_get_is_not_allowed(world: World, rest: Rests, ticket: Ticket) -> None:
    answer = rest("bob").get(f"ticket/{ticket.pk}/correspond")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_numbers_beyond_the_database_are_missing_tickets(
    world: World, rest: Rests
) -> None:
    body = {"Content": "x", "ContentType": "text/plain"}
    for number in (2**63, 10**30):
        answer = rest("bob").post(f"ticket/{number}/correspond", body)
        assert answer.json() == {"message": "Message could not be recorded"}
