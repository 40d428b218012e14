"""``manage.py importtickets``: bad lines are named and leave nothing behind."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.models import Group, User
from queues.models import CustomField, Queue
from tickets.commands import NewTicket, create_ticket
from tickets.models import Link, Ticket, Transaction

pytestmark = pytest.mark.django_db

MODELS = (Queue, User, Group, CustomField, Ticket, Transaction)
GOOD_USER = {"kind": "user", "name": "amy", "email": "amy@lab.test"}


def ticket(number: Any = 1, **fields: Any) -> dict[str, Any]:
    """Return a small ticket line."""
    return {"kind": "ticket", "id": number, "queue": "General", **fields}


def entry(**fields: Any) -> dict[str, Any]:
    """Return a ticket line with one transaction."""
    return ticket(transactions=[{"type": "Create", **fields}])


def write(tmp_path: Path, *records: Any) -> str:
    """Write lines; bytes are written as they are."""
    path = tmp_path / "tickets.jsonl"
    path.write_bytes(
        b"".join(
            (each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n"
            for each in records
        )
    )
    return str(path)


BAD_LINES = [
    (b"{", "is not JSON"),
    (b"\xff\xfe{}", "is not UTF-8"),
    (b"[1]", "is not a JSON object"),
    ({"name": "x"}, "has no 'kind'"),
    ({"kind": "article"}, "there is no kind 'article'"),
    ({"kind": "queue"}, "name is missing"),
    ({"kind": "queue", "name": "12"}, "digits only"),
    ({"kind": "queue", "name": "Q", "lifecycle": "x"}, "there is no lifecycle 'x'"),
    ({"kind": "queue", "name": "Q", "correspond_address": "x"}, "valid email"),
    ({"kind": "queue", "name": "Q", "disabled": 1}, "disabled is neither true nor"),
    ({"kind": "queue", "name": "Q", "descripton": ""}, "there is no field 'descripton"),
    ({"kind": "user", "name": "z" * 201}, "name has more than 200 characters"),
    ({"kind": "user", "name": "z", "email": "nope"}, "'nope' is no e-mail address"),
    ({"kind": "user", "name": "z", "email": "AMY@lab.test"}, "another user's already"),
    ({"kind": "user", "name": "z", "password_hash": "plain"}, "no known form"),
    ({"kind": "group", "name": "G", "members": ["who"]}, "there is no group 'who'"),
    ({"kind": "group", "name": "G", "rights": ["Fly"]}, "there is no right named 'fly"),
    (
        {"kind": "group", "name": "G", "queue_rights": {"General": ["AdminUsers"]}},
        "can only be granted globally",
    ),
    ({"kind": "group", "name": "G", "queue_rights": {"Q": []}}, "there is no queue 'q"),
    (
        {"kind": "group", "name": "Everyone", "members": ["amy"]},
        "no members of its",
    ),
    ({"kind": "custom_field", "name": "F", "type": "Odd"}, "no type of custom field"),
    (ticket("1"), "id is not an integer"),
    (ticket(0), "id is not a ticket number"),
    (ticket(10**16), "id is out of range"),
    (ticket(queue="Nowhere"), "there is no queue 'nowhere'"),
    (ticket(queue=None), "queue is missing"),
    (ticket(status="foo"), "status 'foo' is not in lifecycle 'default'"),
    (ticket(subject="x" * 201), "subject has more than 200 characters"),
    (ticket(priority="high"), "priority is not an integer"),
    (ticket(priority=2**31), "priority is out of range"),
    (ticket(created="yesterday"), "created 'yesterday' is not an iso 8601 time"),
    (ticket(created="2024-01-01T00:00:00"), "has no time zone"),
    (ticket(due=5), "due 5 is not an iso 8601 time"),
    (ticket(owner="ghost"), "there is no user 'ghost' to own it"),
    (ticket(requestors="amy"), "requestors is not a list"),
    (ticket(requestors=["ghost"]), "there is no user 'ghost'"),
    (ticket(requestors=["Nobody"]), "nobody cannot be a watcher"),
    (ticket(cc=["group:none"]), "there is no group 'none'"),
    (ticket(cc=["rt@example.com"]), "this help desk receives mail at"),
    (ticket(custom_fields={"None": ["1"]}), "there is no custom field 'none'"),
    (ticket(links=[{"type": "Likes", "target": 2}]), "no type of link 'likes'"),
    (ticket(links=[{"type": "DependsOn", "target": "x"}]), "neither a ticket number"),
    (ticket(links=[{"type": "DependsOn", "target": 1}]), "would close a circle"),
    (ticket(links=[{"type": "DependsOn", "target": 99}]), "there is no ticket 99"),
    (ticket(merged_into=1), "merged into itself"),
    (ticket(merged_into=99), "there is no ticket 99"),
    (ticket(transactions=[{"type": "Dance"}]), "no transaction type 'dance'"),
    (ticket(transactions=[[]]), "transaction 1: is not a json object"),
    (entry(creator="ghost"), "transaction 1: there is no user 'ghost'"),
    (entry(content=5), "content is not a text"),
    (entry(content="x", content_type="text/rtf"), "neither text/plain nor text/html"),
    (entry(attachments=[{"content_base64": "%"}]), "is not base64"),
    (entry(type="Status", content="x"), "a status has no content"),
    (entry(type="Set", field="Owner", new="ghost"), "there is no user 'ghost'"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_LINES)
def test_a_bad_line_is_named_and_nothing_is_left(
    tmp_path: Path, bad: Any, reason: str
) -> None:
    before = [
        m.objects.count()
        for m in (Queue, User, Group, CustomField, Ticket, Transaction)
    ]
    path = write(tmp_path, GOOD_USER, ticket(500), bad, ticket(501))

    with pytest.raises(CommandError) as caught:
        call_command("importtickets", path, stdout=io.StringIO())

    message = str(caught.value)
    assert message.startswith("line 3: ")
    assert reason.lower() in message.lower()
    assert message.endswith("Nothing was imported.")
    after = [
        m.objects.count()
        for m in (Queue, User, Group, CustomField, Ticket, Transaction)
    ]
    assert after == before


def test_the_ticket_is_named_beside_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, ticket(12, status="foo"))

    with pytest.raises(
        CommandError,
        match="line 1: ticket 12: status 'foo' is not in lifecycle 'default'",
    ):
        call_command("importtickets", path)


def test_a_number_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    existing = create_ticket(
        NewTicket(queue=Queue.objects.get(name="General"), subject="Was here first"),
        actor=User.objects.get(name="root"),
    ).ticket
    path = write(tmp_path, ticket(existing.pk + 1), ticket(existing.pk, subject="No"))

    with pytest.raises(CommandError, match=f"line 2: ticket {existing.pk}: there is a"):
        call_command("importtickets", path)

    assert Ticket.objects.get().subject == "Was here first"


def test_the_first_of_several_bad_lines_is_the_one_reported(tmp_path: Path) -> None:
    path = write(tmp_path, ticket(7), ticket(7), b"{")

    with pytest.raises(CommandError, match="line 2: ticket 7"):
        call_command("importtickets", path)


def test_continue_skips_bad_lines_lists_them_and_exits_1(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ticket(1, links=[{"type": "DependsOn", "target": 2}]),
        b"not json",
        ticket(1, subject="again"),
        {"kind": "group", "name": "Half", "members": ["nobody-like-this"]},
        ticket(2, links=[{"type": "DependsOn", "target": 1}]),
        ticket(3, requestors=["new@customer.test"]),
    )
    out, errors = io.StringIO(), io.StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("importtickets", path, "--continue", stdout=out, stderr=errors)

    assert caught.value.code == 1
    assert [line.partition(": ")[0] for line in errors.getvalue().splitlines()] == [
        "line 2",
        "line 3",
        "line 4",
        "line 5",
    ]
    assert set(Ticket.objects.values_list("pk", flat=True)) == {1, 2, 3}
    assert Ticket.objects.get(pk=1).subject == ""
    assert not Group.objects.filter(name="Half").exists()
    assert [(k.base_id, k.target_id) for k in Link.objects.all()] == [(1, 2)]
    assert "4 problems, listed above." in out.getvalue()


def test_a_clean_file_with_continue_ends_well(tmp_path: Path) -> None:
    call_command(
        "importtickets", write(tmp_path, ticket(1)), "--continue", stdout=io.StringIO()
    )

    assert Ticket.objects.filter(pk=1).exists()


def test_what_only_the_database_refuses_is_traced_to_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_rows = "tickets.bulk.ticket_rows.TicketTables.write"

    def refuse_ticket_2(self: object, drafts: list[Any]) -> None:
        if any(draft.pk == 2 for draft in drafts):
            raise IntegrityError("no twos")

    monkeypatch.setattr(write_rows, refuse_ticket_2)
    path = write(tmp_path, ticket(1), ticket(2), ticket(3))

    with pytest.raises(CommandError, match="line 2: ticket 2: no twos"):
        call_command("importtickets", path)


def test_a_failed_run_leaves_no_gap_in_the_numbers(tmp_path: Path) -> None:
    def next_number() -> int:
        new = NewTicket(queue=Queue.objects.get(name="General"), subject="x")
        return create_ticket(new, actor=User.objects.get(name="root")).ticket.pk

    number = next_number()
    path = write(tmp_path, ticket(90_000), ticket(None), ticket(90_000))
    with pytest.raises(CommandError, match="line 3"):
        call_command("importtickets", path)

    assert next_number() == number + 1


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    missing = tmp_path / "none.jsonl"

    with pytest.raises(CommandError, match=r"none\.jsonl: No such file or directory"):
        call_command("importtickets", str(missing))


def test_an_early_error_is_not_overtaken_by_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.bulk.batches.TICKETS_AT_ONCE", 2)
    circle = ticket(2, links=[{"type": "DependsOn", "target": 2}])
    path = write(tmp_path, ticket(1), circle, ticket(3), b"{", ticket(4))

    with pytest.raises(CommandError, match="line 2: ticket 2: linking it to 2"):
        call_command("importtickets", path)

    assert not Ticket.objects.exists()
