"""The index of words: kept by every change, filled by the command, the same anew."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import RoleName
from accounts.rights import Right
from queues.models import CustomField, CustomFieldType
from queues.rights import grant, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets import tasks as tickets_tasks
from tickets.commands import comment, correspond, set_properties
from tickets.messages import compose
from tickets.models import (
    CustomFieldValue,
    IndexBacklog,
    IndexedText,
    TextSource,
    Ticket,
)
from tickets.search import search
from tickets.search.fulltext_backlog import index_backlog, start_again

pytestmark = pytest.mark.django_db


def found(query: str, world: World, *, by: str = "bob") -> list[str]:
    """Return the subjects of what a person finds."""
    person = getattr(world, by)
    return sorted(ticket.subject for ticket in search(query, user=person))


def index() -> list[tuple[object, ...]]:
    """Return what the index holds, in a stable order, without row ids."""
    columns = (
        "ticket_id",
        "source",
        "attachment_id",
        "value_id",
        "field_id",
        "portion",
    )
    return sorted(IndexedText.objects.values_list(*columns, "words"), key=str)


def test_messages_are_found_at_once(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="The blue cable broke")
    correspond(ticket, actor=world.bob, message=compose(html="<p>Use <b>gr</b>een</p>"))
    assert found("Content LIKE 'blue cable'", world) == ["Printer jam"]
    assert found("Content LIKE 'green'", world) == ["Printer jam"]
    assert found("Content LIKE 'jam'", world) == ["Printer jam"]
    assert found("Content LIKE 'red'", world) == []


def test_changed_subject_replaces_the_old_one(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="Help")
    set_properties(ticket, actor=world.bob, subject="Toner empty")
    assert found("Content LIKE 'toner'", world) == ["Toner empty"]
    assert found("Content LIKE 'jam'", world) == []
    set_properties(ticket, actor=world.bob, subject="")
    assert found("Content LIKE 'toner'", world) == []


def test_goes_back_with_the_change(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice)
    before = index()
    with transaction.atomic():
        set_properties(ticket, actor=world.bob, subject="Lost")
        assert found("Content LIKE 'lost'", world) == ["Lost"]
        transaction.set_rollback(True)
    assert index() == before
    assert found("Content LIKE 'lost'", world) == []


def test_comments_are_for_those_who_may_see_them(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice)
    comment(ticket, actor=world.bob, message=compose(text="A difficult customer"))
    assert found("Content LIKE 'difficult'", world, by="carol") == ["Printer jam"]
    assert found("Content LIKE 'difficult'", world, by="alice") == []
    assert found("Content NOT LIKE 'difficult'", world, by="alice") == ["Printer jam"]
    grant(
        role_group(RoleName.REQUESTOR), Right.SHOW_TICKET_COMMENTS, queue=world.general
    )
    alice = type(world.alice).objects.get(pk=world.alice.pk)
    assert len(search("Content LIKE 'difficult'", user=alice)) == 1


def test_custom_values_are_for_those_who_may_see_them(world: World) -> None:
    field = CustomField.objects.create(
        name="Asset", type=CustomFieldType.FREEFORM_SINGLE, is_global=True
    )
    ticket = make_ticket(
        world.general, by=world.bob, requestors=(world.alice,),
        custom_fields=((field, ("Laptop 4711",)),),
    )  # fmt: skip
    assert found("CustomFieldContent LIKE '4711'", world) == [ticket.subject]
    assert found("Content LIKE 'laptop'", world) == [ticket.subject]
    assert found("Content LIKE 'laptop'", world, by="alice") == []
    CustomFieldValue.objects.all().delete()
    assert found("Content LIKE 'laptop'", world) == []


def test_long_texts_are_found_to_the_end(world: World) -> None:
    text = "line " * 20_000 + "needle in haystack"
    make_ticket(world.general, by=world.alice, text=text)
    assert found("""Content LIKE '"needle in haystack"'""", world) == ["Printer jam"]
    assert found("""Content LIKE '"line line"'""", world) == ["Printer jam"]
    make_ticket(world.general, by=world.alice, text="x" * 2_000_000, subject="Long")
    assert found(f"Content LIKE '{'x' * 3_000}'", world) == ["Long"]


def test_command_writes_what_changes_have_written(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="One")
    correspond(ticket, actor=world.bob, message=compose(html="<p>Two <i>three</i></p>"))
    comment(ticket, actor=world.bob, message=compose(text="Four"))
    make_ticket(world.general, by=world.alice, text="", subject="")
    written = index()
    IndexedText.objects.all().delete()
    call_command("indextickets", "--again", stdout=io.StringIO())
    assert index() == written
    call_command("indextickets", "--again", stdout=io.StringIO())
    assert index() == written


def test_import_writes_what_the_command_would(world: World, tmp_path: Path) -> None:
    lines = [
        {"kind": "custom_field", "name": "Site", "type": "FreeformSingle"},
        {
            "kind": "ticket", "queue": "General", "subject": "Imported cable",
            "custom_fields": {"Site": ["Kampala"]},
            "transactions": [
                {"type": "Create", "content": "First"},
                {"type": "Comment", "content": "<p>Sec<b>ond</b></p>",
                 "content_type": "text/html"},
                {"type": "EmailRecord", "content": "A copy for the requestor"},
            ],
        },
    ]  # fmt: skip
    path = tmp_path / "tickets.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    call_command("importtickets", str(path), stdout=io.StringIO())
    written = index()
    assert {row[1] for row in written} == {1, 2, 4, 5}
    start_again()
    list(index_backlog())
    assert index() == written
    assert found("Content LIKE 'second'", world) == ["Imported cable"]
    assert found("Content LIKE 'kampala'", world) == ["Imported cable"]
    assert found("Content LIKE 'copy'", world) == []


def test_command_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.search.fulltext_backlog.TICKETS_AT_ONCE", 2)
    for number in range(5):
        make_ticket(world.general, by=world.alice, subject=f"Number {number}")
    IndexedText.objects.all().delete()
    start_again()
    progress = next(iter(index_backlog()))
    assert (progress.tickets, IndexedText.objects.count()) == (2, 4)
    out = io.StringIO()
    call_command("indextickets", stdout=out)
    assert "3 tickets with 6 texts" in out.getvalue()
    assert IndexedText.objects.count() == 10
    assert not IndexBacklog.objects.exists()
    call_command("indextickets", stdout=out)
    assert "complete" in out.getvalue()


def test_worker_indexes_what_an_upgrade_left(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice)
    IndexedText.objects.all().delete()
    IndexBacklog.objects.create(last_ticket=ticket.pk)
    tickets_tasks.index_backlog()
    assert not IndexBacklog.objects.exists()
    assert IndexedText.objects.filter(ticket=ticket).count() == 2


def test_texts_are_read_until_the_index_is_there(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="The blue cable")
    comment(ticket, actor=world.bob, message=compose(text="A difficult customer"))
    IndexedText.objects.all().delete()
    IndexBacklog.objects.create(last_ticket=ticket.pk)
    for query in ("Content LIKE 'blue'", "Description LIKE 'cable'"):
        assert found(query, world) == ["Printer jam"]
    assert found("Description LIKE 'difficult'", world) == []
    assert found("CustomFieldContent LIKE 'blue'", world) == []
    assert found("Content LIKE 'difficult'", world) == ["Printer jam"]
    assert found("Content LIKE 'difficult'", world, by="alice") == []
    assert found("Content LIKE 'blue'", world, by="alice") == ["Printer jam"]


def test_most_relevant_first(world: World) -> None:
    for subject, text in (
        ("In a comment", "Nothing"),
        ("Router", "Nothing"),
        ("In the first message", "The router is down"),
        ("Another router", "Nothing"),
    ):
        make_ticket(world.general, by=world.alice, subject=subject, text=text)
    ticket = Ticket.objects.get(subject="In a comment")
    comment(ticket, actor=world.bob, message=compose(text="Is it the router?"))
    ranked = search("Content LIKE 'router'", user=world.bob, order_by=["-Relevance"])
    assert [ticket.subject for ticket in ranked] == [
        "Another router",
        "Router",
        "In the first message",
        "In a comment",
    ]
    by_alice = search("id > 0", user=world.alice, order_by=["-Relevance"])
    assert len(by_alice) == 4


def test_sources_have_their_numbers(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice)
    correspond(ticket, actor=world.bob, message=compose(text="Answer"))
    comment(ticket, actor=world.bob, message=compose(text="Note"))
    sources = IndexedText.objects.values_list("source", flat=True)
    assert set(sources) == set(TextSource) - {TextSource.CUSTOM_FIELD}
