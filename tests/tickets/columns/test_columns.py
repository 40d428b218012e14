"""What columns show, and what showing them costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rights import Right
from queues.models import CustomField
from queues.rights import grant
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.columns import Table, columns_of, plain_columns
from tickets.messages import compose
from tickets.models import CustomFieldValue, Ticket

pytestmark = pytest.mark.django_db


def cells(format_text: str, ticket: Ticket, world: World, **options: Any) -> list[str]:
    """Return the text of each cell of one ticket's row, as Bob sees it."""
    table = table_of(format_text, world, **options)
    return [cell.text(ticket, table.loaded) for cell in table.columns.cells]


def table_of(format_text: str, world: World, **options: Any) -> Table:
    """Return Bob's list of all tickets by a format."""
    columns = columns_of(format_text, user=world.bob)
    found = columns.narrowed(Ticket.objects.visible_to(world.bob).order_by("pk"))
    return Table(columns, list(found), **options)


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket with something in every column."""
    child = make_ticket(world.general, by=world.alice, subject="Child <1>")
    commands.set_properties(child, actor=world.bob, time_worked=30)
    made = make_ticket(
        world.general,
        by=world.alice,
        subject="Jam & <toner>",
        owner=world.bob,
        priority=40,
        cc=(world.carol,),
        due=timezone.now() - timedelta(days=3),
        time_worked=90,
    )
    commands.add_link(made, actor=world.bob, direction="HasMember", to=str(child.pk))
    commands.add_link(made, actor=world.bob, direction="DependsOn", to=str(child.pk))
    commands.add_link(
        made, actor=world.bob, direction="RefersTo", to="https://example.org/x"
    )
    commands.set_bookmark(made, actor=world.bob, on=True)
    return Ticket.objects.get(pk=made.pk)


def test_plain_text(ticket: Ticket, world: World) -> None:
    """What an export gets of columns of every kind."""
    child = Ticket.objects.exclude(pk=ticket.pk).get()
    shown = {
        "id": str(ticket.pk),
        "Subject": "Jam & <toner>",
        "Status": "new",
        "ExtendedStatus": "(pending 1 other ticket)",
        "QueueName": "General",
        "OwnerName": "Bob",
        "Owner.EmailAddress": "bob@example.org",
        "Requestors": "alice@customer.example",
        "Requestor.RealName": "Alice Adams",
        "Cc": "carol@example.org",
        "AdminCc": "",
        "CreatedBy": "Alice Adams",
        "Priority": "40",
        "FinalPriorityNumber": "0",
        "TimeWorked": "1 h 30 m",
        "TotalTimeWorked": "2 h",
        "DueRelative": "3 d ago",
        "Told": "",
        "DependsOn": str(child.pk),
        "Children": str(child.pk),
        "Members": str(child.pk),
        "RefersTo": "https://example.org/x",
        "RefersTo.{Ticket}": "",
        "Bookmark": "★",
        "Type": "ticket",
        "'Ticket __id__: __loc(Take)__ <b>__Status__</b>'":
            f"Ticket {ticket.pk}: Take new",
        "'__CurrentUserName__'": "bob",
        "NBSP": "",
    }  # fmt: skip
    found = cells(", ".join(shown), ticket, world)
    assert dict(zip(shown, found, strict=True)) == shown


def test_html(ticket: Ticket, world: World) -> None:
    """Escaped, linked, marked; values in addresses cannot leave their place."""
    table = table_of(
        "Subject, DueRelative, DependsOn, "
        "'<a href=\"/x?q=__Subject__\">__Subject__</a>', "
        "'<a href=\"__Subject__\">odd</a>'",
        world,
    )
    row = str(table.row(next(t for t in table.tickets if t.pk == ticket.pk)))
    assert "Jam &amp; &lt;toner&gt;</a>" in row
    assert "(pending 1 other ticket)" in row
    assert 'class="status overdue"' in row
    assert 'href="/x?q=Jam%20%26%20%3Ctoner%3E"' in row
    assert 'href="#"' in row
    assert "<toner>" not in row


def test_every_column_has_a_fixed_cost(ticket: Ticket, world: World) -> None:
    """One row or many: the same queries, and no column loads a ticket again."""
    names = ", ".join([*plain_columns(), "Requestor.City", "Owner.City", "Cc.Name"])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            table = table_of(names, world)
            assert str(table.body)
            for cell in table.columns.cells:
                for each in table.tickets:
                    cell.text(each, table.loaded)
                    cell.value(each, table.loaded)
        return len(queries)

    few = cost()
    for _ in range(4):
        make_ticket(world.general, by=world.carol, owner=world.bob, text="")
    assert cost() == few
    assert few <= 12


def test_columns_nobody_asked_for_cost_nothing(ticket: Ticket, world: World) -> None:
    """The rows, and for the subject what each waits for."""
    table_of("", world)
    with CaptureQueriesContext(connection) as queries:
        assert str(table_of("", world).body)
    assert len(queries) == 2


def test_several_lines(ticket: Ticket, world: World) -> None:
    """Each ticket is a group of rows, and the shorter line fills the width."""
    table = table_of("id, Subject, Status, NEWLINE, NBSP, Requestors", world)
    body = str(table.body)
    assert body.count("<tbody") == 2
    assert body.count('<tr class="more">') == 2
    assert 'colspan="2"' in body


def test_unknown_names(world: World) -> None:
    """They are said, with a suggestion, and leave their column empty."""
    columns = columns_of("id, Statuss, 'x __Nope__', CF.{Nowhere}", user=world.bob)
    assert (
        columns.unknown[0] == "There is no column named Statuss. Did you mean Status?"
    )
    assert len(columns.unknown) == 3
    assert len(columns.cells) == 4


def test_custom_fields(ticket: Ticket, world: World) -> None:
    """Values show where SeeCustomField is held; elsewhere there is no such column."""
    field = CustomField.objects.create(
        name="Floor", type="FreeformMultiple", is_global=True
    )
    for content in ("2", "https://example.org/plan"):
        CustomFieldValue.objects.create(
            ticket=ticket, field=field, content=content, creator=world.bob
        )
    text = "CustomField.{floor}, '__CF.Floor__', CustomFieldView.{Floor}"
    assert columns_of(text, user=world.dave).unknown
    grant(world.dave, Right.SHOW_TICKET)
    assert columns_of(text, user=world.dave).unknown
    assert cells(text, ticket, world) == ["2, https://example.org/plan"] * 3
    assert '<a href="https://example.org/plan"' in str(table_of(text, world).body)


def test_news(ticket: Ticket, world: World) -> None:
    """New is what others have written since one's own last act, comments if seen."""
    assert cells("UpdateStatus", ticket, world) == [""]
    commands.comment(ticket, actor=world.carol, message=compose(text="Psst"))
    assert cells("UpdateStatus", ticket, world) == ["New"]
    commands.set_properties(ticket, actor=world.bob, priority=3)
    assert cells("UnreadMessages", ticket, world) == [""]
    grant(world.dave, Right.SHOW_TICKET)
    columns = columns_of("UpdateStatus", user=world.dave)
    loaded = columns.loaded([ticket])
    assert columns.cells[0].text(ticket, loaded) == "New"  # the Create itself


def test_snippets_stand_under_the_subject(ticket: Ticket, world: World) -> None:
    table = table_of("Subject", world, snippets={ticket.pk: "a <b>jam</b> of"})
    assert '<div class="snippet small muted">a <b>jam</b> of</div>' in str(table.body)


def test_values_for_programs(ticket: Ticket, world: World) -> None:
    """Numbers are numbers, dates are dates, also when they are dressed in HTML."""
    text = "id, '<b>__Priority__</b>', Due, 'P __Priority__', TimeWorked"
    table = table_of(text, world)
    row = [cell.value(ticket, table.loaded) for cell in table.columns.cells]
    assert row == [ticket.pk, 40, ticket.due, "P 40", 90]
