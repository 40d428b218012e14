"""Creating tickets over REST 2.0."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.commands import add_member, create_group
from queues.models import CustomField
from tests.api.v2.conftest import Rest
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db
Rests = Callable[..., Rest]


def created(answer: object) -> Ticket:
    """Return the ticket that an answer says was created."""
    assert answer.status_code == 201, answer.content  # type: ignore[attr-defined]
    body = answer.json()  # type: ignore[attr-defined]
    base = "http://127.0.0.1:8000/REST/2.0"
    assert body["type"] == "ticket"
    assert body["_url"] == f"{base}/ticket/{body['id']}"
    assert answer.headers["Location"] == body["_url"]  # type: ignore[attr-defined]
    return Ticket.objects.get(pk=int(body["id"]))


def test_creates(world: World, rest: Rests) -> None:
    field = CustomField.objects.create(
        name="Tags", type="FreeformMultiple", is_global=True
    )
    other = make_ticket(world.general, by=world.bob)
    group = create_group("Vendors")
    add_member(group, world.dave)
    answer = rest("bob").post(
        "ticket",
        {
            "Queue": "general",
            "Subject": "Größe",
            "Requestor": "alice@customer.example, new@customer.example",
            "Cc": ["carol", str(world.dave.pk), "group:Vendors"],
            "AdminCc": {"type": "user", "id": "carol"},
            "Owner": "bob@example.org",
            "Status": "open",
            "Priority": "High",
            "FinalPriority": "90",
            "TimeWorked": 5,
            "Due": "2030-01-02 03:04:05",
            "Starts": "2030-01-01T03:04:05Z",
            "Content": "Hello",
            "CustomFields": {"tags": ["red", "blue"], "Nonsense": "x"},
            "DependsOn": other.pk,
            "Unknown": "ignored",
        },
    )
    ticket = created(answer)
    assert (ticket.queue_id, ticket.subject) == (world.general.pk, "Größe")
    assert (ticket.owner, ticket.status) == (world.bob, "open")
    assert (ticket.priority, ticket.final_priority) == (100, 90)
    assert ticket.time_worked == 5
    assert ticket.due == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert ticket.starts == datetime(2030, 1, 1, 3, 4, 5, tzinfo=UTC)
    watchers = {(row.role, str(row.user or row.group)) for row in ticket.watchers.all()}
    assert watchers == {
        ("Requestor", world.alice.name),
        ("Requestor", "new@customer.example"),
        ("Cc", "carol"),
        ("Cc", "dave"),
        ("Cc", "Vendors"),
        ("AdminCc", "carol"),
    }
    values = ticket.custom_values.order_by("pk")
    assert [(v.field, v.content) for v in values] == [(field, "red"), (field, "blue")]
    assert [link.target_id for link in ticket.links_out.all()] == [other.pk]
    body = Attachment.objects.get(transaction__ticket=ticket)
    assert (body.content, body.content_type) == ("Hello", "text/plain")


def test_queue_in_the_url_and_html(world: World, rest: Rests) -> None:
    answer = rest("bob").post(
        f"ticket?Queue={world.general.pk}",
        {"Subject": "x", "Content": "<p>Hi <b>you</b></p>", "ContentType": "text/html"},
    )
    ticket = created(answer)
    contents = Attachment.objects.filter(transaction__ticket=ticket)
    assert "<b>you</b>" in (contents.get(content_type="text/html").content or "")


def test_no_requestor_means_none(world: World, rest: Rests) -> None:
    answer = rest("bob").post("ticket", {"Queue": "General", "Subject": "x"})
    assert not created(answer).watchers.exists()


def test_files_in_json(world: World, rest: Rests) -> None:
    data = bytes(range(256))
    answer = rest("bob").post(
        "ticket",
        {
            "Queue": "General",
            "Subject": "x",
            "Content": "see file",
            "Attachments": [
                {
                    "FileName": "a.bin",
                    "FileType": "application/octet-stream",
                    "FileContent": base64.b64encode(data).decode(),
                }
            ],
        },
    )
    nodes = Attachment.objects.filter(transaction__ticket=created(answer))
    assert nodes.count() == 3
    assert nodes.get(filename="a.bin").size == 256


def test_files_beside_json(world: World, rest: Rests) -> None:
    upload = SimpleUploadedFile("b.txt", b"hi", content_type="text/plain")
    values = {"Queue": "General", "Subject": "x", "Content": "c"}
    answer = rest("bob").post(
        "ticket", data={"JSON": json.dumps(values), "Attachments": [upload]}
    )
    nodes = Attachment.objects.filter(transaction__ticket=created(answer))
    assert [node.content_type for node in nodes.order_by("pk")] == [
        "multipart/mixed",
        "text/plain",
        "text/plain",
    ]


BAD: list[tuple[object, int, str]] = [
    ({"Subject": "x"}, 400, "Could not create ticket. Queue not set"),
    (
        {"Queue": "Nowhere"},
        403,
        "No permission to create tickets in the queue 'Nowhere'",
    ),
    (
        {"Queue": "General", "Status": "odd"},
        400,
        "Status 'odd' isn't a valid status for tickets in this queue.",
    ),
    (
        {"Queue": "General", "Status": "stalled"},
        400,
        "New tickets can not have status 'stalled' in this queue.",
    ),
    (
        {"Queue": "General", "Priority": "very"},
        400,
        "Priority must be a whole number, not 'very'",
    ),
    (
        {"Queue": "General", "Due": "32nd of Nevember"},
        400,
        "Due is no date: '32nd of Nevember'",
    ),
    ({"Queue": "General", "Attachments": {}}, 400, "Attachments must be an array"),
    (
        {"Queue": "General", "Attachments": ["x"]},
        400,
        "Each element of Attachments must be a hash",
    ),
    (
        {"Queue": "General", "Attachments": [{"FileType": "x"}]},
        400,
        "Field FileName is required for each attachment in Attachments",
    ),
    (["not", "an", "object"], 400, "JSON object must be a HASH"),
]


@pytest.mark.parametrize(("body", "status", "message"), BAD)
def test_refuses(
    world: World, rest: Rests, body: object, status: int, message: str
) -> None:
    answer = rest("bob").post("ticket", body)
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert not Ticket.objects.exists()


def test_refuses_without_the_right(world: World, rest: Rests) -> None:
    answer = rest("dave").post("ticket", {"Queue": "Networking", "Subject": "x"})
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "No permission to create tickets in the queue 'Networking'",
    )
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("extra", "status", "words"),
    [
        ({"data": "{", "content_type": "application/json"}, 400, "JSON parse error: "),
        (
            {"data": "[" * 100_000, "content_type": "application/json"},
            400,
            "JSON parse error: ",
        ),
        (
            {
                "data": '{"a": ' + "[" * 800 + "]" * 800 + "}",
                "content_type": "application/json",
            },
            400,
            "",
        ),
        ({"data": "x", "content_type": "text/csv"}, 415, "Unsupported Media Type"),
        (
            {"data": {"Other": "{}"}},
            400,
            "Json is a required field for multipart/form-data",
        ),
        ({"data": "x", "content_type": "multipart/form-data"}, 400, "boundary"),
    ],
)
def test_refuses_other_bodies(
    world: World, rest: Rests, extra: dict[str, object], status: int, words: str
) -> None:
    answer = rest("bob").post("ticket", **extra)
    assert answer.status_code == status
    assert words in answer.json()["message"]


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "x" * 5_000, "a\r\nb: c"])
def test_text_no_database_holds_is_cleaned(world: World, rest: Rests, bad: str) -> None:
    answer = rest("bob").post(
        "ticket",
        {
            "Queue": "General",
            "Subject": bad,
            "Content": bad,
            "Requestor": bad,
            "Owner": bad,
            "CustomFields": {bad: bad},
            "DependsOn": bad,
        },
    )
    ticket = created(answer)
    assert len(ticket.subject) <= 200
    assert not {"\x00", "\n", "\ud800"} & set(ticket.subject)
