"""Values of custom fields: set, added and deleted by RT's rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects

from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, LookupType
from tickets.commands._field_values import (
    FieldChange,
    Wanted,
    check_together,
    complete,
    difference,
    wanted_values,
)
from tickets.commands._record import Held, editing, record
from tickets.custom_values.cleaning import (
    FieldProblems,
    FieldValueError,
    clean_values,
    entered_default,
)
from tickets.custom_values.entered import CleanValue, Entered
from tickets.models import (
    CustomFieldValue,
    ObjectCustomFieldValue,
    Ticket,
    Transaction,
    TransactionType,
)

SETTING_FIRST = (Right.SET_INITIAL_CUSTOM_FIELD, Right.MODIFY_CUSTOM_FIELD)
Given: TypeAlias = Sequence[tuple[CustomField, Sequence[Entered]]]


def set_custom_fields(
    ticket: Ticket | int, *, actor: User, changes: Sequence[FieldChange]
) -> list[Transaction]:
    """Change the values of custom fields: all of the changes or none.

    Needs ModifyCustomField on the ticket or on the field; ModifyTicket is not enough.
    Files are stored already (``tickets.blobs``). Returns a transaction for each value
    added, deleted or, in a field with one, changed.

    Raises:
        PermissionDenied: a field may not be modified.
        ValidationError: by key of the field, what is wrong with its values.
    """
    with editing(ticket, actor=actor) as held:
        return apply_custom_fields(held, changes)


def apply_custom_fields(
    held: Held, changes: Sequence[FieldChange]
) -> list[Transaction]:
    """Change the values of custom fields of a held ticket."""
    if not changes:
        return []
    fields = [change.field for change in changes]
    _require_applied(held, fields, LookupType.TICKET)
    for field in fields:
        if not held.rights.has_on_field(Right.MODIFY_CUSTOM_FIELD, field.pk):
            raise PermissionDenied("Permission Denied")
    prefetch_related_objects(fields, "choices")
    rows = _current(held.ticket, fields)
    wanted: Wanted = {}
    problems = FieldProblems()
    for change in changes:
        before = [CleanValue.of(row) for row in rows[change.field.pk]]
        with problems.of(change.field):
            wanted[change.field.pk] = complete(
                change.field, wanted_values(change, before)
            )
    _check_together(held.ticket, fields, wanted, problems)
    problems.settle()
    return [
        row
        for field in fields
        for row in _replace(held, field, rows[field.pk], wanted[field.pk])
    ]


def insert_values(
    held: Held, values: Given, notes: list[str], *, is_strict: bool = False
) -> None:
    """Write the values a ticket is created with, defaults where none are given.

    Needs SetInitialCustomField or ModifyCustomField. Nothing is recorded: they belong
    to the Create transaction. What cannot be set is refused by key of the field, as is
    a mandatory field without a value; unless strict it is noted and left out.
    """
    given = {field.pk: entered for field, entered in values}
    queue_fields = CustomField.objects.for_queue(held.ticket.queue_id)
    applied = list(queue_fields.prefetch_related("choices"))
    wanted: Wanted = {}
    problems = FieldProblems()
    for field in applied:
        with problems.of(field):
            wanted[field.pk] = _initial(held, field, given, is_strict=is_strict)
    for field, _ in values:
        if field.pk not in {each.pk for each in applied}:
            problems.add(field, f"{field.name} does not apply to this queue.")
    _check_together(held.ticket, applied, wanted, problems)
    problems.settle(notes=None if is_strict else notes)
    for pk in problems.field_ids:
        wanted.pop(pk, None)
    CustomFieldValue.objects.bulk_create(
        CustomFieldValue(ticket=held.ticket, **_columns(held, pk, value))
        for pk, found in wanted.items()
        for value in found
    )


def insert_transaction_values(held: Held, row: Transaction, values: Given) -> None:
    """Write what a message's own fields were given, once and for all.

    Raises:
        PermissionDenied, ValidationError: as for the values of a ticket.
    """
    fields = [field for field, _ in values]
    _require_applied(held, fields, LookupType.TRANSACTION)
    prefetch_related_objects(fields, "choices")
    problems = FieldProblems()
    wanted: Wanted = {}
    for field, entered in values:
        if not any(held.rights.has_on_field(r, field.pk) for r in SETTING_FIRST):
            raise PermissionDenied("Permission Denied")
        with problems.of(field):
            wanted[field.pk] = complete(field, clean_values(field, entered))
    problems.settle()
    ObjectCustomFieldValue.objects.bulk_create(
        ObjectCustomFieldValue(transaction=row, **_columns(held, pk, value))
        for pk, found in wanted.items()
        for value in found
    )


def _columns(held: Held, field_id: int, value: CleanValue) -> dict[str, Any]:
    return value.columns() | {
        "field_id": field_id,
        "creator": held.actor,
        "created": held.now,
    }


def _initial(
    held: Held,
    field: CustomField,
    given: Mapping[int, Sequence[Entered]],
    *,
    is_strict: bool,
) -> list[CleanValue]:
    may_set = any(held.rights.has_on_field(right, field.pk) for right in SETTING_FIRST)
    entered = given.get(field.pk)
    if entered and not may_set:
        raise FieldValueError(f"You may not set {field.name}.")
    found = clean_values(field, entered_default(field) if entered is None else entered)
    return complete(field, found) if is_strict and may_set else found


def _require_applied(
    held: Held, fields: Sequence[CustomField], lookup_type: LookupType
) -> None:
    queue_fields = CustomField.objects.for_queue(held.ticket.queue_id, lookup_type)
    applied = set(queue_fields.values_list("pk", flat=True))
    problems = FieldProblems()
    for field in fields:
        if field.pk not in applied:
            problems.add(field, f"{field.name} does not apply to this queue.")
    problems.settle()


def _current(
    ticket: Ticket, fields: Iterable[CustomField]
) -> dict[int, list[CustomFieldValue]]:
    rows: dict[int, list[CustomFieldValue]] = defaultdict(list)
    found = CustomFieldValue.objects.filter(
        ticket=ticket, field__in=[field.pk for field in fields], disabled=False
    )
    for row in found.order_by("pk"):
        rows[row.field_id].append(row)
    return rows


def _replace(
    held: Held,
    field: CustomField,
    rows: list[CustomFieldValue],
    wanted: list[CleanValue],
) -> list[Transaction]:
    """Disable the rows that are not wanted any more, insert the new, record both."""

    gone, new = difference(field, rows, wanted)
    CustomFieldValue.objects.filter(pk__in=[row.pk for row in gone]).update(
        disabled=True
    )
    CustomFieldValue.objects.bulk_create(
        CustomFieldValue(ticket=held.ticket, **_columns(held, field.pk, value))
        for value in new
    )
    if not gone and not new:
        return []
    if field.is_single:
        pairs = [(gone[0].text if gone else "", new[0].text if new else "")]
    else:
        pairs = [*((row.text, "") for row in gone), *(("", v.text) for v in new)]
    return [
        record(
            held,
            TransactionType.CUSTOM_FIELD,
            field_name=str(field.pk),
            old=old,
            new=value,
        )
        for old, value in pairs
    ]


def _check_together(
    ticket: Ticket,
    fields: Iterable[CustomField],
    wanted: Wanted,
    problems: FieldProblems,
) -> None:
    current = CustomFieldValue.objects.filter(disabled=False)
    check_together(
        fields,
        wanted,
        problems,
        own=current.filter(ticket=ticket),
        others=current.exclude(ticket=ticket),
    )
