"""Loading the values of tickets and transactions as a person may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from django.db.models import QuerySet, prefetch_related_objects

from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, LookupType, Queue
from queues.rights import rights_of
from tickets.custom_values.showing import Shown, shown
from tickets.custom_values.visible import visible_ticket_values
from tickets.models import CustomFieldValue, ObjectCustomFieldValue, Ticket
from tickets.models.custom_values import CustomValue
from tickets.rights import TicketRights

SETTING_FIRST = (Right.SET_INITIAL_CUSTOM_FIELD, Right.MODIFY_CUSTOM_FIELD)


@dataclass(frozen=True)
class FieldValues:
    """A field of one object with its current values, oldest first."""

    field: CustomField
    values: Sequence[CustomValue] = ()
    number: int = 0
    may_modify: bool = False

    @property
    def shown(self) -> list[Shown]:
        """The values for a page."""
        return [shown(self.field, row, number=self.number) for row in self.values]


@dataclass
class FieldBox:
    """The fields that stand together on the ticket's page."""

    name: str
    fields: list[FieldValues] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of its element; names of boxes are free text."""
        return f"fields-{crc32(self.name.encode()):08x}"

    @property
    def may_modify(self) -> bool:
        """Whether there is anything to edit."""
        return any(each.may_modify for each in self.fields)


def ticket_fields(ticket: Ticket, can: TicketRights) -> list[FieldValues]:
    """Return the fields of a ticket that a person may see, in order. Two queries."""
    fields = [
        each
        for each in _applied(ticket, LookupType.TICKET)
        if can.has_on_field(Right.SEE_CUSTOM_FIELD, each.pk)
    ]
    values = current_values(ticket, fields)
    return [
        FieldValues(
            each,
            values[each.pk],
            number=ticket.pk,
            may_modify=can.has_on_field(Right.MODIFY_CUSTOM_FIELD, each.pk),
        )
        for each in fields
    ]


def current_values(
    ticket: Ticket, fields: Iterable[CustomField]
) -> dict[int, list[CustomFieldValue]]:
    """Return field id -> current values. One query, or none without fields."""
    values: dict[int, list[CustomFieldValue]] = defaultdict(list)
    ids = [each.pk for each in fields]
    if ids:
        found = CustomFieldValue.objects.filter(
            ticket=ticket, field_id__in=ids, disabled=False
        ).select_related("blob")
        for row in found.order_by("pk"):
            values[row.field_id].append(row)
    return values


def in_boxes(fields: Iterable[FieldValues]) -> dict[str, FieldBox]:
    """Return the boxes by name, each with its fields, in the order of their first."""
    boxes: dict[str, FieldBox] = {}
    for each in fields:
        name = each.field.box
        boxes.setdefault(name, FieldBox(name)).fields.append(each)
    return boxes


def settable_fields(
    ticket: Ticket, can: TicketRights, *, lookup_type: str = LookupType.TICKET
) -> list[CustomField]:
    """Return the fields a person may give values later, choices loaded. Two queries.

    Values of transactions can be given once only, with either of two rights.
    """
    rights: tuple[Right, ...] = (Right.MODIFY_CUSTOM_FIELD,)
    if lookup_type == LookupType.TRANSACTION:
        rights = SETTING_FIRST
    found = [
        each
        for each in _applied(ticket, lookup_type)
        if any(can.has_on_field(right, each.pk) for right in rights)
    ]
    prefetch_related_objects(found, "choices")
    return found


def initial_fields(queue: Queue, user: User) -> list[CustomField]:
    """Return the fields a person may give a new ticket values of. Two queries."""
    rights = rights_of(user)
    return [
        each
        for each in CustomField.objects.for_queue(queue).prefetch_related("choices")
        if any(rights.has_on_field(right, each.pk, queue.pk) for right in SETTING_FIRST)
    ]


def values_by_ticket(
    tickets: Iterable[int], fields: Iterable[CustomField | int], *, user: User
) -> dict[tuple[int, int], list[CustomFieldValue]]:
    """Return (ticket, field) -> current values that a person may see. One query.

    For lists: the tickets are those the person sees already.
    """
    ids = [each if isinstance(each, int) else each.pk for each in fields]
    found: QuerySet[CustomFieldValue] = visible_ticket_values(ids, user)
    values: dict[tuple[int, int], list[CustomFieldValue]] = defaultdict(list)
    rows = found.filter(ticket_id__in=list(tickets)).select_related("field")
    for row in rows.order_by("pk"):
        values[row.ticket_id, row.field_id].append(row)
    return values


def transaction_fields(
    transactions: Sequence[int], ticket: Ticket, can: TicketRights
) -> dict[int, list[FieldValues]]:
    """Return transaction -> fields with values a person may see, in order.

    One query where messages have fields at all.
    """
    fields = [
        each
        for each in _applied(ticket, LookupType.TRANSACTION)
        if can.has_on_field(Right.SEE_CUSTOM_FIELD, each.pk)
    ]
    if not fields:
        return {}
    rows = ObjectCustomFieldValue.objects.filter(
        transaction_id__in=list(transactions),
        field__in=[each.pk for each in fields],
        disabled=False,
    )
    grouped: dict[tuple[int | None, int], list[ObjectCustomFieldValue]]
    grouped = defaultdict(list)
    for row in rows.order_by("pk"):
        grouped[row.transaction_id, row.field_id].append(row)
    return {
        number: [
            FieldValues(each, grouped[number, each.pk], number=ticket.pk)
            for each in fields
            if (number, each.pk) in grouped
        ]
        for number in transactions
    }


def _applied(ticket: Ticket, lookup_type: str) -> list[CustomField]:
    """Return the fields of a ticket or of its messages.

    One query for both, remembered on the ticket, which lives as long as a request.
    """
    remembered: tuple[int, list[CustomField]] | None
    remembered = getattr(ticket, "_applied_fields", None)
    if remembered is None or remembered[0] != ticket.queue_id:
        found = CustomField.objects.for_queue(
            ticket.queue_id, LookupType.TICKET, LookupType.TRANSACTION
        )
        remembered = (ticket.queue_id, list(found))
        ticket._applied_fields = remembered  # type: ignore[attr-defined]  # a cache
    return [each for each in remembered[1] if each.lookup_type == lookup_type]
