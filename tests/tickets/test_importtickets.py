"""``manage.py importtickets``: what a good file leaves behind."""

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.management import call_command

from accounts.models import RT_SYSTEM, Group, User
from accounts.rights import Right
from mail.models import OutgoingMail
from queues.models import CustomField, Queue
from queues.rights import rights_of
from tickets import blobs
from tickets.commands import NewTicket, create_ticket
from tickets.models import (
    Attachment,
    CustomFieldValue,
    Link,
    Ticket,
    TicketWatcher,
    Transaction,
)

pytestmark = pytest.mark.django_db

Import = Callable[..., str]

WHEN = "2024-03-01T09:30:00+02:00"
LATER = "2024-03-02T10:00:00Z"
AMY = {"kind": "user", "name": "amy", "email": "amy@lab.test", "privileged": True}
ROD = {"kind": "user", "name": "rod", "email": "rod@customer.test"}
FULL = {
    "kind": "ticket",
    "id": 4711,
    "queue": "Networking",
    "subject": "Link to Kampala is down",
    "status": "resolved",
    "priority": 60,
    "initial_priority": 10,
    "final_priority": 90,
    "time_worked": 45,
    "time_estimated": 60,
    "time_left": 15,
    "created": WHEN,
    "started": "2024-03-01T10:00:00Z",
    "resolved": LATER,
    "due": "2024-03-08T00:00:00Z",
    "starts": "2024-03-01T08:00:00Z",
    "told": "2024-03-01T11:00:00Z",
    "owner": "amy",
    "requestors": ["rod"],
    "cc": ["stranger@elsewhere.test", "group:NOC"],
    "admin_cc": ["amy@lab.test"],
    "custom_fields": {"Severity": ["high"], "Hosts": ["r1", "r2"]},
    "links": [{"type": "RefersTo", "target": "https://status.example.org/7"}],
    "transactions": [
        {
            "type": "Create",
            "created": WHEN,
            "creator": "rod",
            "content": "No traffic since\r\nnine.",
            "message_id": "<abc@customer.test>",
            "attachments": [
                {
                    "filename": "trace.bin",
                    "content_type": "application/octet-stream",
                    "content_base64": base64.b64encode(bytes(range(256))).decode(),
                }
            ],
        },
        {
            "type": "Set",
            "created": "2024-03-01T10:00:00Z",
            "creator": "amy",
            "field": "Owner",
            "old": "Nobody",
            "new": "amy",
        },
        {
            "type": "Correspond",
            "created": "2024-03-01T11:00:00Z",
            "creator": "amy",
            "content": "<p>We <b>look</b> into it<script>alert(1)</script></p>",
            "content_type": "text/html",
            "time_taken": 45,
        },
        {
            "type": "Status",
            "created": LATER,
            "creator": "amy",
            "old": "open",
            "new": "resolved",
        },
    ],
}
DEFINITIONS = [
    {
        "kind": "queue",
        "name": "Networking",
        "description": "The network",
        "correspond_address": "noc@lab.test",
        "subject_tag": "lab",
    },
    AMY,
    ROD,
    {
        "kind": "group",
        "name": "NOC",
        "members": ["amy"],
        "rights": ["ModifySelf", "CreateSavedSearch"],
        "queue_rights": {"networking": ["ShowTicket", "OwnTicket"]},
    },
    {
        "kind": "custom_field",
        "name": "Severity",
        "type": "SelectSingle",
        "values": ["low", "high"],
    },
    {
        "kind": "custom_field",
        "name": "Hosts",
        "type": "FreeformMultiple",
        "queues": ["Networking"],
    },
]


@pytest.fixture
def run_import(tmp_path: Path) -> Import:
    """Return a function that imports records and returns what was printed."""

    def run(*records: Any, keep_going: bool = False) -> str:
        path = tmp_path / "tickets.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        out = io.StringIO()
        options = ["--continue"] if keep_going else []
        call_command("importtickets", str(path), *options, stdout=out, stderr=out)
        return out.getvalue()

    return run


def ticket(number: int | None = None, **fields: Any) -> dict[str, Any]:
    """Return a small ticket line."""
    given = {"kind": "ticket", "queue": "General", "created": WHEN, **fields}
    return given if number is None else given | {"id": number}


def test_every_field_of_a_ticket_arrives(run_import: Import) -> None:
    run_import(*DEFINITIONS, FULL)

    found = Ticket.objects.select_related("queue", "owner", "creator").get(pk=4711)
    assert found.queue.name == "Networking"
    assert found.subject == "Link to Kampala is down"
    assert (found.status, found.is_active) == ("resolved", False)
    assert (found.initial_priority, found.priority, found.final_priority) == (
        10,
        60,
        90,
    )
    assert (found.time_worked, found.time_estimated, found.time_left) == (45, 60, 15)
    assert found.created == datetime(2024, 3, 1, 7, 30, tzinfo=UTC)
    assert found.started == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert found.told == datetime(2024, 3, 1, 11, tzinfo=UTC)
    assert found.due == datetime(2024, 3, 8, tzinfo=UTC)
    assert found.starts == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert found.resolved == found.last_updated == datetime(2024, 3, 2, 10, tzinfo=UTC)
    assert found.owner is not None
    assert (found.owner.name, found.creator.name) == ("amy", "rod")
    assert found.last_updated_by.name == "amy"


def test_people_are_users_groups_and_new_addresses(run_import: Import) -> None:
    run_import(*DEFINITIONS, FULL)

    watchers = TicketWatcher.objects.filter(ticket=4711).order_by("pk")
    assert [(w.role, str(w.user or w.group)) for w in watchers] == [
        ("Requestor", "rod"),
        ("Cc", "stranger@elsewhere.test"),
        ("Cc", "NOC"),
        ("AdminCc", "amy"),
    ]
    stranger = User.objects.get(email="stranger@elsewhere.test")
    assert not stranger.is_privileged
    assert not stranger.has_usable_password()
    assert {g.name for g in stranger.groups.all()} == {"Everyone", "Unprivileged"}


def test_the_history_is_kept_with_its_times_and_creators(run_import: Import) -> None:
    run_import(*DEFINITIONS, FULL)

    rows = list(Transaction.objects.filter(ticket=4711).order_by("pk"))
    assert [row.type for row in rows] == ["Create", "Set", "Correspond", "Status"]
    assert [row.creator.name for row in rows] == ["rod", "amy", "amy", "amy"]
    assert rows[0].created == datetime(2024, 3, 1, 7, 30, tzinfo=UTC)
    assert rows[2].time_taken == 45
    assert (rows[3].old_value, rows[3].new_value) == ("open", "resolved")
    amy = User.objects.get(name="amy")
    assert rows[1].field == "Owner"
    assert rows[1].new_value == str(amy.pk)
    assert rows[1].old_value == str(User.objects.get(name="Nobody").pk)
    assert len({row.batch for row in rows}) == len(rows)


def test_text_html_and_files_are_stored_as_those_of_any_message(
    run_import: Import,
) -> None:
    run_import(*DEFINITIONS, FULL)

    nodes = Attachment.objects.filter(transaction__ticket=4711).order_by("pk")
    created = [n for n in nodes if n.transaction.type == "Create"]
    root, text, file = created
    assert (root.content_type, root.message_id) == (
        "multipart/mixed",
        "abc@customer.test",
    )
    assert (text.content, text.parent) == ("No traffic since\nnine.", root)
    assert (file.filename, file.size) == ("trace.bin", 256)
    assert file.blob is not None
    assert blobs.read(file.blob) == bytes(range(256))
    html = next(n for n in nodes if n.content_type == "text/html")
    assert "<b>look</b>" in (html.safe_html or "")
    assert "script" not in (html.safe_html or "")
    assert html.sanitizer_version > 0
    assert {n.creator.name for n in created} == {"rod"}
    assert {n.created for n in created} == {datetime(2024, 3, 1, 7, 30, tzinfo=UTC)}


def test_awkward_text_survives_whatever_way_it_is_written(run_import: Import) -> None:
    awkward = 'tab\there, \\N and \\. and "quotes"\n\\.\nNUL\x00 é 🐈 \\t \\\\'
    run_import(
        ticket(
            5,
            subject="\\N",
            transactions=[{"type": "Create", "creator": "root", "content": awkward}],
        )
    )

    assert Ticket.objects.get(pk=5).subject == "\\N"
    node = Attachment.objects.get(transaction__ticket=5)
    assert node.content == awkward.replace("\x00", "")


def test_custom_fields_hold_their_values(run_import: Import) -> None:
    run_import(*DEFINITIONS, FULL)

    values = CustomFieldValue.objects.filter(ticket=4711).order_by("pk")
    assert [(v.field.name, v.content) for v in values] == [
        ("Severity", "high"),
        ("Hosts", "r1"),
        ("Hosts", "r2"),
    ]
    severity = CustomField.objects.get(name="Severity")
    assert severity.is_global
    choices = severity.choices.order_by("sort_order").values_list("name", flat=True)
    assert list(choices) == ["low", "high"]
    hosts = CustomField.objects.get(name="Hosts")
    assert not hosts.is_global
    assert [queue.name for queue in hosts.queues.all()] == ["Networking"]


def test_nothing_is_mailed_and_no_scrip_is_left_to_run(
    run_import: Import, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        run_import(*DEFINITIONS, FULL)

    assert callbacks == []
    assert not Transaction.objects.filter(scrips_done_at=None).exists()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []


def test_members_hold_what_their_group_was_granted(run_import: Import) -> None:
    run_import(*DEFINITIONS)

    networking = Queue.objects.get(name="Networking")
    rights = rights_of(User.objects.get(name="amy"))
    assert rights.has(Right.SHOW_TICKET, networking.pk)
    assert not rights.has(Right.SHOW_TICKET, Queue.objects.get(name="General").pk)
    assert rights.has(Right.ADMIN_OWN_SAVED_SEARCH)  # CreateSavedSearch, as it was
    assert not rights_of(User.objects.get(name="rod")).has(
        Right.SHOW_TICKET, networking.pk
    )


def test_groups_may_contain_groups(run_import: Import) -> None:
    run_import(
        AMY,
        {"kind": "group", "name": "Night shift", "members": ["amy"]},
        {"kind": "group", "name": "All shifts", "members": ["Night shift"]},
    )

    amy = User.objects.get(name="amy")
    assert {"Night shift", "All shifts"} <= {g.name for g in amy.groups.all()}


def test_passwords_may_come_plain_or_hashed(run_import: Import) -> None:
    stored = make_password("second secret")
    run_import(
        AMY | {"password": "first secret"},
        ROD | {"password_hash": stored},
        {"kind": "user", "name": "tim", "disabled": True},
    )

    assert User.objects.get(name="amy").check_password("first secret")
    assert User.objects.get(name="rod").check_password("second secret")
    tim = User.objects.get(name="tim")
    assert not tim.has_usable_password()
    assert tim.disabled
    assert not tim.groups.exists()


def test_what_exists_by_name_is_matched_and_left_alone(run_import: Import) -> None:
    run_import(*DEFINITIONS)
    counts = [m.objects.count() for m in (Queue, User, Group, CustomField)]

    run_import(
        *DEFINITIONS,
        AMY | {"name": "AMY", "email": "other@lab.test"},
        {"kind": "queue", "name": "NETWORKING", "description": "other"},
    )

    assert [m.objects.count() for m in (Queue, User, Group, CustomField)] == counts
    assert User.objects.get(name="amy").email == "amy@lab.test"
    assert Queue.objects.get(name="Networking").description == "The network"


def test_links_may_point_at_tickets_that_come_later(run_import: Import) -> None:
    run_import(
        ticket(1, links=[{"type": "DependsOn", "target": 2}]),
        ticket(2, links=[{"type": "MemberOf", "target": 3}]),
        ticket(3, links=[{"type": "RefersTo", "target": 1}]),
        ticket(4, merged_into=5),
        ticket(5),
    )

    links = Link.objects.order_by("base_id")
    assert [(k.base_id, k.type, k.target_id) for k in links] == [
        (1, "DependsOn", 2),
        (2, "MemberOf", 3),
        (3, "RefersTo", 1),
    ]
    assert Ticket.objects.get(pk=4).merged_into_id == 5


def test_a_link_to_a_url_keeps_the_url(run_import: Import) -> None:
    run_import(*DEFINITIONS, FULL)

    link = Link.objects.get(base_id=4711)
    assert (link.target_id, link.target_uri) == (None, "https://status.example.org/7")


def test_what_a_line_leaves_open_follows_from_its_history(run_import: Import) -> None:
    rows: list[dict[str, Any]] = [
        {"type": "Create", "creator": "rod", "created": WHEN, "content": "Help"},
        {"type": "Status", "creator": "amy", "old": "new", "new": "open"},
        {"type": "Correspond", "creator": "amy", "content": "Yes?", "time_taken": 10},
        {"type": "Correspond", "creator": "rod", "content": "Thanks"},
        {"type": "Status", "creator": "amy", "old": "open", "new": "resolved"},
    ]
    for day, row in enumerate(rows, start=1):
        row["created"] = f"2024-03-0{day}T12:00:00Z"
    run_import(
        AMY,
        ROD,
        ticket(status="resolved", requestors=["rod"], transactions=rows, created=None),
    )

    found = Ticket.objects.get()
    assert found.created == datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert found.started == datetime(2024, 3, 2, 12, tzinfo=UTC)
    assert found.told == datetime(2024, 3, 3, 12, tzinfo=UTC)
    assert found.resolved == datetime(2024, 3, 5, 12, tzinfo=UTC)
    assert found.time_worked == 10


def test_a_ticket_without_history_gets_a_create_of_its_own(run_import: Import) -> None:
    run_import(ticket(9, subject="Bare"))

    found = Ticket.objects.get(pk=9)
    assert found.status == "new"
    assert found.owner is None
    assert found.creator.name == RT_SYSTEM
    row = Transaction.objects.get(ticket=9)
    assert (row.type, row.created) == ("Create", found.created)


def test_numbers_go_on_above_what_was_imported(run_import: Import) -> None:
    run_import(ticket(70_000), ticket(subject="no number"))

    unnumbered = Ticket.objects.get(subject="no number")
    assert unnumbered.pk > 70_000
    created = create_ticket(
        NewTicket(queue=Queue.objects.get(name="General"), subject="next"),
        actor=User.objects.get(name="root"),
    )
    assert created.ticket.pk == unnumbered.pk + 1


def test_more_tickets_than_fit_in_one_batch(
    run_import: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.bulk.batches.TICKETS_AT_ONCE", 3)
    printed = run_import(
        *(
            ticket(n, links=[{"type": "RefersTo", "target": 11 - n}])
            for n in range(1, 11)
        )
    )

    assert Ticket.objects.count() == 10
    assert Link.objects.count() == 10
    assert "10 tickets with 10 transactions" in printed


def test_it_says_how_much_there_was(run_import: Import) -> None:
    printed = run_import(*DEFINITIONS, FULL)

    assert printed.startswith(
        "1 tickets with 4 transactions, 1 queue, 2 users, 1 group, 2 custom fields in "
    )
    assert "tickets a second" in printed


def test_standard_input_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = json.dumps(ticket(3)).encode() + b"\n\n"

    class Input:
        buffer = io.BytesIO(b"\xef\xbb\xbf" + lines)

    monkeypatch.setattr("sys.stdin", Input)
    call_command("importtickets", "-", stdout=io.StringIO())

    assert Ticket.objects.get().pk == 3
