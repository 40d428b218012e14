"""Values of custom fields on tickets: set, added, deleted by RT's rules."""

from collections.abc import Sequence

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice, LookupType
from queues.rights import grant, revoke, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets import blobs, commands
from tickets.commands import FieldChange, TicketUpdate
from tickets.custom_values.entered import FileValue
from tickets.descriptions import describe
from tickets.history import visible_transactions
from tickets.messages import compose
from tickets.models import (
    CustomFieldValue,
    ObjectCustomFieldValue,
    Ticket,
    Transaction,
    TransactionType,
)
from tickets.rights import rights_on

pytestmark = pytest.mark.django_db


def make(name: str, kind: str, *choices: str, **options: object) -> CustomField:
    """Create a global field; ``Berlin:B1`` is the choice B1 of the category Berlin."""
    field = CustomField.objects.create(
        name=name, type=kind, **({"is_global": True} | options)
    )
    for text in choices:
        category, _, choice = text.rpartition(":")
        CustomFieldChoice.objects.create(field=field, name=choice, category=category)
    return field


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Alice's printer."""
    return make_ticket(world.general, by=world.alice)


def put(
    ticket: Ticket, field: CustomField, *values: str | FileValue, by: User
) -> list[str]:
    """Replace the values; return how history describes it."""
    change = FieldChange(field=field, values=values)
    rows = commands.set_custom_fields(ticket, actor=by, changes=[change])
    return [describe(row) for row in rows]


def values(ticket: Ticket, field: CustomField) -> list[str]:
    """Return the current values, oldest first."""
    rows = CustomFieldValue.objects.filter(ticket=ticket, field=field, disabled=False)
    return [row.text for row in rows.order_by("pk")]


def test_a_single_value_is_added_changed_deleted(ticket: Ticket, world: World) -> None:
    """One transaction each, by the field's id; old values stay, disabled."""
    field = make("Site", "FreeformSingle")
    assert put(ticket, field, "Berlin", by=world.bob) == ["Site Berlin added"]
    assert put(ticket, field, "Munich", by=world.bob) == [
        "Site Berlin changed to Munich"
    ]
    assert put(ticket, field, by=world.bob) == ["Site Munich deleted"]
    assert values(ticket, field) == []
    assert CustomFieldValue.objects.filter(ticket=ticket, disabled=True).count() == 2
    rows = Transaction.objects.filter(type=TransactionType.CUSTOM_FIELD).order_by("pk")
    assert [row.field for row in rows] == [str(field.pk)] * 3
    assert (rows[1].old_value, rows[1].new_value) == ("Berlin", "Munich")


def test_the_same_value_is_no_change(ticket: Ticket, world: World) -> None:
    """Nor is it in other letters, where there are several."""
    field = make("Tags", "FreeformMultiple")
    put(ticket, field, "Red", "blue", by=world.bob)
    assert put(ticket, field, "blue", "RED", by=world.bob) == []
    assert values(ticket, field) == ["Red", "blue"]
    site = make("Site", "FreeformSingle")
    assert put(ticket, site, by=world.bob) == []
    put(ticket, site, "Berlin", by=world.bob)
    assert put(ticket, site, "Berlin", by=world.bob) == []


def test_several_values_are_recorded_one_by_one(ticket: Ticket, world: World) -> None:
    """Only what comes and goes."""
    field = make("Tags", "FreeformMultiple")
    put(ticket, field, "red", "blue", by=world.bob)
    assert put(ticket, field, "blue", "green", by=world.bob) == [
        "Tags red deleted",
        "Tags green added",
    ]


def test_add_and_remove(ticket: Ticket, world: World) -> None:
    """The others stay; removing what is not there is harmless."""
    field = make("Tags", "SelectMultiple", "red", "blue", "green")
    put(ticket, field, "red", "blue", by=world.bob)
    change = FieldChange(field=field, add=["GREEN"], remove=["Red", "pink"])
    commands.set_custom_fields(ticket, actor=world.bob, changes=[change])
    assert values(ticket, field) == ["blue", "green"]


def test_one_too_many_takes_the_oldest_away(ticket: Ticket, world: World) -> None:
    """In fields with up to n values, and in those with one."""
    field = make("Last three", "FreeformMultiple", max_values=3)
    put(ticket, field, "a", "b", "c", by=world.bob)
    change = FieldChange(field=field, add=["d"])
    rows = commands.set_custom_fields(ticket, actor=world.bob, changes=[change])
    assert values(ticket, field) == ["b", "c", "d"]
    assert [describe(row) for row in rows] == [
        "Last three a deleted",
        "Last three d added",
    ]
    single = make("Site", "FreeformSingle")
    put(ticket, single, "x", by=world.bob)
    again = FieldChange(field=single, add=["y"])
    commands.set_custom_fields(ticket, actor=world.bob, changes=[again])
    assert values(ticket, single) == ["y"]


def test_long_texts_are_kept_whole_and_described_briefly(
    ticket: Ticket, world: World
) -> None:
    """What changed in them is for the details."""
    field = make("Notes", "TextSingle")
    assert put(ticket, field, "x" * 3_000, by=world.bob) == ["Notes added"]
    assert put(ticket, field, "X" * 3_000, by=world.bob) == ["Notes changed"]
    assert values(ticket, field) == ["X" * 3_000]


def test_html_is_made_safe(ticket: Ticket, world: World) -> None:
    """Before it is stored."""
    field = make("Summary", "HTMLSingle")
    put(ticket, field, '<p onclick="x()">a</p><script>x</script>', by=world.bob)
    assert values(ticket, field) == ["<p>a</p>"]


def test_files_are_stored_once_by_content(ticket: Ticket, world: World) -> None:
    """Two of one name are two values."""
    field = make("Logs", "BinaryMultiple")
    files = [
        FileValue(blobs.store(data).sha256, "log.txt", "text/plain")
        for data in (b"one", b"two")
    ]
    assert put(ticket, field, *files, by=world.bob) == ["Logs log.txt added"] * 2
    stored = CustomFieldValue.objects.filter(field=field).select_related("blob")
    assert [blobs.read(row.blob) for row in stored.order_by("pk") if row.blob] == [
        b"one",
        b"two",
    ]


def test_unique_values(ticket: Ticket, world: World) -> None:
    """In any case; one's own does not count, nor does one that was taken away."""
    field = make("Serial", "FreeformSingle", unique_values=True)
    other = make_ticket(world.general, by=world.alice)
    put(ticket, field, "SN-1", by=world.bob)
    with pytest.raises(ValidationError, match="in use elsewhere"):
        put(other, field, "sn-1", by=world.bob)
    assert values(other, field) == []
    put(ticket, field, "sn-1", by=world.bob)
    put(ticket, field, by=world.bob)
    assert put(other, field, "SN-1", by=world.bob) == ["Serial SN-1 added"]


def test_categories_follow_the_other_field(ticket: Ticket, world: World) -> None:
    """As it is stored, or as the same change sets it."""
    site = make("Site", "SelectSingle", "Berlin", "Munich")
    room = make("Room", "SelectSingle", "Berlin:B1", "Munich:M1", "Yard", based_on=site)
    with pytest.raises(ValidationError, match="'B1' belongs to Berlin"):
        put(ticket, room, "B1", by=world.bob)
    put(ticket, room, "Yard", by=world.bob)
    changes = [
        FieldChange(field=site, values=["berlin"]),
        FieldChange(field=room, values=["b1"]),
    ]
    commands.set_custom_fields(ticket, actor=world.bob, changes=changes)
    assert values(ticket, room) == ["B1"]
    with pytest.raises(ValidationError, match="'M1' belongs to Munich"):
        put(ticket, room, "M1", by=world.bob)


def test_what_is_wrong_is_said_by_field_and_nothing_is_done(
    ticket: Ticket, world: World
) -> None:
    """All of it at once."""
    number = make("Number", "FreeformSingle", pattern=r"(?#Digits)^\d+$")
    day = make("Day", "DateSingle")
    fine = make("Fine", "FreeformSingle")
    before = Transaction.objects.count()
    changes = [
        FieldChange(field=fine, values=["x"]),
        FieldChange(field=number, values=["ten"]),
        FieldChange(field=day, values=["never"]),
    ]
    with pytest.raises(ValidationError) as error:
        commands.set_custom_fields(ticket, actor=world.bob, changes=changes)
    assert set(error.value.message_dict) == {number.key, day.key}
    assert error.value.message_dict[number.key] == ["Input must match [Digits]"]
    assert not CustomFieldValue.objects.exists()
    assert Transaction.objects.count() == before


def test_a_mandatory_value_cannot_be_taken_away(ticket: Ticket, world: World) -> None:
    """It can be replaced."""
    field = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    put(ticket, field, "a", by=world.bob)
    with pytest.raises(ValidationError, match="Mandatory"):
        put(ticket, field, by=world.bob)
    assert values(ticket, field) == ["a"]


@pytest.mark.parametrize(
    "options",
    [
        {"is_global": False},
        {"disabled": True},
        {"lookup_type": LookupType.TRANSACTION},
        {"lookup_type": LookupType.USER},
    ],
)
def test_a_field_of_something_else_is_refused(
    ticket: Ticket, world: World, options: dict[str, object]
) -> None:
    """Of another queue, of no queue, of another kind of thing."""
    field = make("Port", "FreeformSingle", **options)
    if "is_global" in options:
        field.places.create(queue=world.networking)
    with pytest.raises(ValidationError, match="does not apply"):
        put(ticket, field, "x", by=world.bob)
    assert values(ticket, field) == []


def test_a_moved_ticket_has_the_fields_of_its_new_queue(
    ticket: Ticket, world: World
) -> None:
    """In the same change already."""
    field = make("Port", "FreeformSingle", is_global=False)
    field.places.create(queue=world.networking)
    update = TicketUpdate(
        queue=world.networking, custom_fields=(FieldChange(field=field, values=["7"]),)
    )
    commands.update_ticket(ticket, actor=world.bob, update=update)
    assert values(ticket, field) == ["7"]


def test_modify_ticket_is_not_enough(ticket: Ticket, world: World) -> None:
    """Nothing changes, nothing is recorded."""
    field = make("Site", "FreeformSingle")
    revoke(world.staff, Right.MODIFY_CUSTOM_FIELD, queue=world.general)
    before = Transaction.objects.count()
    with pytest.raises(PermissionDenied):
        put(ticket, field, "x", by=world.bob)
    assert values(ticket, field) == []
    assert Transaction.objects.count() == before


def test_the_right_on_the_field_or_by_a_role_is_enough(
    ticket: Ticket, world: World
) -> None:
    """Of this field only; the requestor of this ticket only."""
    mine, other = make("Mine", "FreeformSingle"), make("Other", "FreeformSingle")
    with pytest.raises(PermissionDenied):
        put(ticket, mine, "x", by=world.alice)
    role = role_group(RoleName.REQUESTOR)
    grant(role, Right.MODIFY_CUSTOM_FIELD, field=mine)
    assert put(ticket, mine, "x", by=world.alice) == ["Mine x added"]
    with pytest.raises(PermissionDenied):
        put(ticket, other, "x", by=world.alice)
    foreign = make_ticket(world.general, by=world.bob)
    with pytest.raises(PermissionDenied):
        put(foreign, mine, "x", by=world.alice)


def test_history_shows_changes_of_seen_fields_only(
    ticket: Ticket, world: World
) -> None:
    """Whoever sees one field sees its changes."""
    seen, hidden = make("Seen", "FreeformSingle"), make("Hidden", "FreeformSingle")
    put(ticket, seen, "a", by=world.bob)
    put(ticket, hidden, "b", by=world.bob)
    grant(role_group(RoleName.REQUESTOR), Right.SEE_CUSTOM_FIELD, field=seen)
    assert history(ticket, world.bob) == ["Seen a added", "Hidden b added"]
    assert history(ticket, world.alice) == ["Seen a added"]


def history(ticket: Ticket, user: User) -> list[str]:
    """Return the changes of fields somebody sees."""
    rows = visible_transactions(ticket, rights_on(ticket, user))
    changes = rows.filter(type=TransactionType.CUSTOM_FIELD).order_by("pk")
    return [describe(row) for row in changes]


# --- creating


def create(
    world: World, *given: tuple[CustomField, Sequence[str]], strict: bool = True
) -> tuple[Ticket, list[str]]:
    """Create a ticket with values as Bob; return it and the notes."""
    new = commands.NewTicket(
        queue=world.general,
        subject="New",
        custom_fields=tuple((field, tuple(texts)) for field, texts in given),
        is_strict=strict,
    )
    created = commands.create_ticket(new, actor=world.bob)
    return created.ticket, created.notes


def test_values_of_a_new_ticket_belong_to_its_creation(world: World) -> None:
    """No transaction of their own."""
    field = make("Tags", "SelectMultiple", "red", "blue")
    ticket, _ = create(world, (field, ["RED", "blue"]))
    assert values(ticket, field) == ["red", "blue"]
    assert [row.type for row in ticket.transactions.all()] == ["Create"]


def test_defaults_where_nothing_is_given(world: World) -> None:
    """Those of the queue before those of the field; emptied is given."""
    field = make("Site", "FreeformSingle", default_value="Berlin")
    several = make("Tags", "FreeformMultiple", default_value="a\nb")
    assert values(create(world)[0], field) == ["Berlin"]
    assert values(create(world)[0], several) == ["a", "b"]
    field.places.create(queue=world.general, default_value="Munich")
    assert values(create(world)[0], field) == ["Munich"]
    assert values(create(world, (field, []))[0], field) == []


def test_a_form_insists_and_a_mail_does_not(world: World) -> None:
    """Nothing is lost for a field; the notes say what was left out."""
    must = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    number = make("Number", "FreeformSingle", pattern=r"(?#Digits)^\d+$")
    before = Ticket.objects.count()
    with pytest.raises(ValidationError) as error:
        create(world, (number, ["ten"]))
    assert set(error.value.message_dict) == {must.key, number.key}
    assert Ticket.objects.count() == before
    ticket, notes = create(world, (number, ["ten"]), strict=False)
    assert values(ticket, number) == []
    assert notes == ["Number: Input must match [Digits]"]


def test_setting_first_needs_one_of_two_rights(world: World) -> None:
    """Who may set nothing is not asked for what is mandatory either."""
    field = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    revoke(world.staff, Right.MODIFY_CUSTOM_FIELD, queue=world.general)
    ticket, _ = create(world)
    assert values(ticket, field) == []
    with pytest.raises(ValidationError, match="may not set Site"):
        create(world, (field, ["x"]))
    grant(world.staff, Right.SET_INITIAL_CUSTOM_FIELD, field=field)
    ticket, _ = create(world, (field, ["x"]))
    assert values(ticket, field) == ["x"]
    with pytest.raises(PermissionDenied):
        put(ticket, field, "y", by=world.bob)


# --- messages


def test_a_message_has_fields_of_its_own(ticket: Ticket, world: World) -> None:
    """They belong to that entry of the history."""
    field = make("Channel", "SelectSingle", "phone", lookup_type=LookupType.TRANSACTION)
    update = TicketUpdate(
        message=compose(text="Called."), message_fields=((field, ("Phone",)),)
    )
    rows = commands.update_ticket(ticket, actor=world.bob, update=update)
    stored = ObjectCustomFieldValue.objects.get()
    assert (stored.transaction, stored.content) == (rows[0], "phone")


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [("Called.", "fax", "not one of the values"), ("", "phone", "No message")],
)
def test_a_message_with_a_wrong_field_is_not_written(
    ticket: Ticket, world: World, text: str, value: str, message: str
) -> None:
    """Nor are fields without a message."""
    field = make("Channel", "SelectSingle", "phone", lookup_type=LookupType.TRANSACTION)
    before = Transaction.objects.count()
    update = TicketUpdate(
        message=compose(text=text) if text else None,
        message_fields=((field, (value,)),),
    )
    with pytest.raises(ValidationError, match=message):
        commands.update_ticket(ticket, actor=world.bob, update=update)
    assert Transaction.objects.count() == before
    assert not ObjectCustomFieldValue.objects.exists()


# --- queues, users, groups


def test_a_user_has_fields(world: World) -> None:
    """Set and changed; old values stay."""
    field = make("Cost centre", "FreeformSingle", lookup_type=LookupType.USER)
    grant(world.bob, Right.MODIFY_CUSTOM_FIELD, field=field)
    for text in ("4711", "4712"):
        changed = commands.set_object_fields(
            world.alice,
            actor=world.bob,
            changes=[FieldChange(field=field, values=[text])],
        )
        assert changed == [field]
    rows = ObjectCustomFieldValue.objects.filter(user=world.alice).order_by("pk")
    assert [(row.content, row.disabled) for row in rows] == [
        ("4711", True),
        ("4712", False),
    ]


def test_fields_of_other_things_are_refused(world: World) -> None:
    """A user has no fields of queues, and nothing without the right."""
    of_queues = make("Building", "FreeformSingle", lookup_type=LookupType.QUEUE)
    change = FieldChange(field=of_queues, values=["A"])
    with pytest.raises(PermissionDenied):
        commands.set_object_fields(world.general, actor=world.dave, changes=[change])
    commands.set_object_fields(world.general, actor=world.bob, changes=[change])
    grant(world.bob, Right.MODIFY_CUSTOM_FIELD)
    with pytest.raises(ValidationError, match="does not apply"):
        commands.set_object_fields(world.staff, actor=world.bob, changes=[change])
    assert ObjectCustomFieldValue.objects.get().queue == world.general
