"""Loading the values of tickets and transactions as a person may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, LookupType, Queue
from queues.rights import rights_of
from tickets.custom_values.showing import Shown, shown
from tickets.custom_values.visible import visible_q, visible_ticket_values
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
    def may_modify(self) -> bool:
        """Whether there is anything to edit."""
        return any(each.may_modify for each in self.fields)


def ticket_fields(ticket: Ticket, can: TicketRights) -> list[FieldValues]:
    """Return the fields of a ticket that a person may see, in order. Two queries."""
    fields = [
        each
        for each in CustomField.objects.for_queue(ticket.queue_id)
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
        )
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
    found = CustomField.objects.for_queue(ticket.queue_id, lookup_type)
    return [
        each
        for each in found.prefetch_related("choices")
        if any(can.has_on_field(right, each.pk) for right in rights)
    ]


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
    for row in found.filter(ticket_id__in=list(tickets)).order_by("pk"):
        values[row.ticket_id, row.field_id].append(row)
    return values


def transaction_fields(
    transactions: Iterable[int], ticket: Ticket, can: TicketRights
) -> dict[int, list[FieldValues]]:
    """Return transaction -> fields with values a person may see. One query."""
    rows = (
        ObjectCustomFieldValue.objects.filter(
            transaction_id__in=list(transactions), disabled=False, field__disabled=False
        )
        .filter(visible_q(can.user, ticket="transaction__ticket"))
        .select_related("field")
        .order_by("field__sort_order", "field__name", "field_id", "pk")
    )
    grouped: dict[int, dict[int, list[ObjectCustomFieldValue]]] = defaultdict(dict)
    for row in rows:
        if row.transaction_id is not None:
            by_field = grouped[row.transaction_id]
            by_field.setdefault(row.field_id, []).append(row)
    return {
        pk: [
            FieldValues(values[0].field, values, number=ticket.pk)
            for values in by_field.values()
        ]
        for pk, by_field in grouped.items()
    }
