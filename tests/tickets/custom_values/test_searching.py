"""Custom fields in TicketSQL: of tickets, of messages, of queues; every type."""

import pytest

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice, LookupType
from queues.rights import grant, revoke, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets import blobs, commands
from tickets.commands import FieldChange, TicketUpdate
from tickets.custom_values.entered import FileValue
from tickets.messages import compose
from tickets.models import Ticket, TransactionType
from tickets.search import TicketSQLError, search

pytestmark = pytest.mark.django_db


def make(name: str, kind: str, **options: object) -> CustomField:
    """Create a global field; one of select has red and Blue."""
    field = CustomField.objects.create(
        name=name, type=kind, **({"is_global": True} | options)
    )
    if field.offers_values:
        for choice in ("red", "Blue"):
            CustomFieldChoice.objects.create(field=field, name=choice)
    return field


@pytest.fixture
def tickets(world: World) -> list[Ticket]:
    """Two tickets of Alice's; only the first gets values."""
    return [make_ticket(world.general, by=world.alice) for _ in range(2)]


def put(
    world: World, ticket: Ticket, field: CustomField, *values: str | FileValue
) -> None:
    """Set values as Bob."""
    change = FieldChange(field=field, values=values)
    commands.set_custom_fields(ticket, actor=world.bob, changes=[change])


def found(query: str, user: User) -> list[int]:
    """Return the numbers somebody finds."""
    return sorted(search(query, user=user).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("kind", "value", "matching", "other"),
    [
        ("SelectSingle", "blue", "= 'BLUE'", "= 'red'"),
        ("SelectMultiple", "red", "LIKE 'RE'", "LIKE 'blu'"),
        ("FreeformSingle", "12", "> 9", "> 100"),
        ("FreeformMultiple", "acme", "STARTSWITH 'AC'", "ENDSWITH 'ac'"),
        ("TextSingle", "x" * 300 + "needle", "LIKE 'needle'", "LIKE 'thread'"),
        ("HTMLSingle", "<b>needle</b>", "LIKE 'needle'", "LIKE 'script'"),
        ("WikitextSingle", "'''needle'''", "LIKE 'needle'", "= 'needle'"),
        ("ComboboxSingle", "pink", "= 'Pink'", "= 'red'"),
        ("AutocompleteMultiple", "pink", "IN ('pink', 'x')", "IN ('x', 'y')"),
        ("DateSingle", "2026-05-01", "< '2026-05-02'", "> '2026-05-02'"),
        ("DateTimeSingle", "2026-05-01 10:00", "= '2026-05-01'", "= '2026-05-02'"),
        ("IPAddressSingle", "10.1.2.3", "= '10.0.0.0/8'", "= '11.0.0.0/8'"),
        ("IPAddressMultiple", "2001:db8::7", "= '2001:db8::/32'", "= '10.0.0.0/8'"),
        ("IPAddressRangeSingle", "10.0.0.0/24", "= '10.0.0.77'", "= '10.0.1.0'"),
    ],
)
def test_every_type(
    world: World,
    tickets: list[Ticket],
    kind: str,
    value: str,
    matching: str,
    other: str,
) -> None:
    """What matches, what does not, what has none."""
    field = make("F", kind)
    put(world, tickets[0], field, value)
    assert found(f"CF.{{F}} {matching}", world.bob) == [tickets[0].pk]
    assert found(f"CF.{{F}} {other}", world.bob) == []
    assert found("CF.{F} IS NULL", world.bob) == [tickets[1].pk]
    assert found(f"NOT CF.{{F}} {matching}", world.bob) == [tickets[1].pk]
    put(world, tickets[0], field)
    assert found(f"CF.{{F}} {matching}", world.bob) == []


def test_files_are_found_by_name(world: World, tickets: list[Ticket]) -> None:
    """Pictures and other files alike."""
    sha256 = blobs.store(b"bytes").sha256
    for name, kind in (("Photo", "ImageSingle"), ("Log", "BinaryMultiple")):
        file = FileValue(sha256, f"{name}-7.png", "image/png")
        put(world, tickets[0], make(name, kind), file)
        assert found(f"CF.{{{name}}} LIKE '-7.png'", world.bob) == [tickets[0].pk]


def test_rights_on_one_field_or_by_a_role(world: World, tickets: list[Ticket]) -> None:
    """Without any the field is as unknown as one that is not there."""
    field = make("Secret", "FreeformSingle")
    put(world, tickets[0], field, "x")
    query = "CF.{Secret} = 'x'"
    with pytest.raises(TicketSQLError, match="Unknown custom field"):
        found(query, world.alice)
    grant(role_group(RoleName.CC), Right.SEE_CUSTOM_FIELD, field=field)
    assert found(query, world.alice) == []
    assert len(found("CF.{Secret} IS NULL", world.alice)) == 2
    grant(role_group(RoleName.REQUESTOR), Right.SEE_CUSTOM_FIELD, field=field)
    assert found(query, world.alice) == [tickets[0].pk]


def reply(
    world: World, ticket: Ticket, field: CustomField, kind: TransactionType
) -> None:
    """Write a message with the value phone as Bob."""
    update = TicketUpdate(
        message_type=kind,
        message=compose(text="x"),
        message_fields=((field, ("phone",)),),
    )
    commands.update_ticket(ticket, actor=world.bob, update=update)


@pytest.mark.parametrize(
    "name", ["TxnCF.{Channel}", "TransactionCF.Channel", "txncf.{1}"]
)
def test_fields_of_messages(world: World, tickets: list[Ticket], name: str) -> None:
    """By RT's names for them, or by number."""
    field = make("Channel", "FreeformSingle", lookup_type=LookupType.TRANSACTION)
    reply(world, tickets[0], field, TransactionType.CORRESPOND)
    name = name.replace("{1}", f"{{{field.pk}}}")
    assert found(f"{name} = 'Phone'", world.bob) == [tickets[0].pk]
    assert found(f"{name} IS NULL", world.bob) == [tickets[1].pk]
    assert found(f"{name} IS NOT NULL", world.bob) == [tickets[0].pk]


def test_fields_of_comments_are_as_hidden_as_comments(
    world: World, tickets: list[Ticket]
) -> None:
    """No search tells what stands in them."""
    field = make("Channel", "FreeformSingle", lookup_type=LookupType.TRANSACTION)
    reply(world, tickets[0], field, TransactionType.COMMENT)
    query = "TxnCF.{Channel} = 'phone'"
    assert found(query, world.bob) == [tickets[0].pk]
    revoke(world.staff, Right.SHOW_TICKET_COMMENTS, queue=world.general)
    assert found(query, world.bob) == []


def test_fields_of_queues(world: World, tickets: list[Ticket]) -> None:
    """All tickets of the queue have its values."""
    field = make("Building", "SelectSingle", lookup_type=LookupType.QUEUE)
    make_ticket(world.networking, by=world.bob)
    change = FieldChange(field=field, values=["red"])
    commands.set_object_fields(world.general, actor=world.bob, changes=[change])
    both = [ticket.pk for ticket in tickets]
    assert found("QueueCF.{Building} = 'Red'", world.bob) == both
    assert found("QueueCF.{Building} IS NOT NULL", world.bob) == both
    assert found("QueueCF.{Building} = 'blue'", world.bob) == []


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("CF.{Channel} = 'x'", ""),
        ("TxnCF.{Chanel} = 'x'", "TxnCF.{Channel}"),
        ("QueueCF.{Channel} = 'x'", ""),
    ],
)
def test_each_kind_knows_its_own_fields(
    world: World, query: str, suggestion: str
) -> None:
    """A field of messages is none of tickets."""
    make("Channel", "FreeformSingle", lookup_type=LookupType.TRANSACTION)
    with pytest.raises(TicketSQLError, match="Unknown custom field") as error:
        found(query, world.bob)
    assert error.value.suggestion == suggestion
