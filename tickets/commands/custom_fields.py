"""Values of custom fields: set, added and deleted by RT's rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.db.models import Q, prefetch_related_objects

from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, LookupType
from tickets.commands._record import Held, editing, record
from tickets.custom_values.cleaning import (
    FieldProblems,
    FieldValueError,
    category_of,
    clean_value,
    clean_values,
    entered_default,
    is_mandatory,
    limited,
    pattern_message,
)
from tickets.custom_values.entered import SHORT, CleanValue, Entered
from tickets.models import (
    CustomFieldValue,
    ObjectCustomFieldValue,
    Ticket,
    Transaction,
    TransactionType,
)

SETTING_FIRST = (Right.SET_INITIAL_CUSTOM_FIELD, Right.MODIFY_CUSTOM_FIELD)
Given: TypeAlias = Sequence[tuple[CustomField, Sequence[Entered]]]
Wanted: TypeAlias = dict[int, list[CleanValue]]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What is to become of the values of one field.

    ``values`` replaces them all, empty takes them away; None leaves them, for ``add``
    and ``remove``. One value more than the field may have takes the oldest away.
    """

    field: CustomField
    values: Sequence[Entered] | None = None
    add: Sequence[Entered] = ()
    remove: Sequence[Entered] = ()


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
            wanted[change.field.pk] = _complete(change.field, _wanted(change, before))
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
            wanted[field.pk] = _complete(field, clean_values(field, entered))
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
    return _complete(field, found) if is_strict and may_set else found


def _complete(field: CustomField, found: list[CleanValue]) -> list[CleanValue]:
    if not found and is_mandatory(field):
        raise FieldValueError(pattern_message(field))
    return found


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


def _wanted(change: FieldChange, before: list[CleanValue]) -> list[CleanValue]:
    field = change.field
    if change.values is not None:
        # What is there already stays, even if it could not be entered any more. A
        # moment is stored in another zone than it is typed in.
        kept = (
            {} if field.kind == "DateTime" else {value.text: value for value in before}
        )
        values = [
            kept.get(each) or clean_value(field, each)
            if isinstance(each, str)
            else clean_value(field, each)
            for each in change.values
        ]
        return limited(field, [value for value in values if value is not None])
    gone = {_removed_key(field, each) for each in change.remove}
    stay = [value for value in before if value.key not in gone]
    return limited(field, [*stay, *clean_values(field, change.add)])


def _removed_key(field: CustomField, entered: Entered) -> tuple[str, str]:
    try:
        value = clean_value(field, entered)
    except FieldValueError:
        value = None
    if value is not None:
        return value.key
    return (entered.casefold() if isinstance(entered, str) else "", "")


def _replace(
    held: Held,
    field: CustomField,
    rows: list[CustomFieldValue],
    wanted: list[CleanValue],
) -> list[Transaction]:
    """Disable the rows that are not wanted any more, insert the new, record both."""

    def same(one: CleanValue, other: CleanValue) -> bool:
        # The one value of a field may be corrected from small letters to large.
        return one == other if field.is_single else one.key == other.key

    gone = [row for row in rows if not any(same(CleanValue.of(row), w) for w in wanted)]
    stay = [CleanValue.of(row) for row in rows if row not in gone]
    new = [value for value in wanted if not any(same(value, s) for s in stay)]
    if not gone and not new:
        return []
    CustomFieldValue.objects.filter(pk__in=[row.pk for row in gone]).update(
        disabled=True
    )
    CustomFieldValue.objects.bulk_create(
        CustomFieldValue(ticket=held.ticket, **_columns(held, field.pk, value))
        for value in new
    )
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
    """Compare with the values of other fields and of other tickets."""
    fields = [field for field in fields if wanted.get(field.pk)]
    dependent = [field for field in fields if field.based_on_id is not None]
    if dependent:
        _check_categories(ticket, dependent, wanted, problems)
    unique = [field for field in fields if field.unique_values]
    if unique:
        # Two tickets at once would not see each other's value.
        ids = sorted(field.pk for field in unique)
        list(CustomField.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for field in unique:
        for value in wanted[field.pk]:
            if _is_used(field, value, besides=ticket):
                problems.add(
                    field, f"'{value.text[:60]}' is the value of another ticket."
                )


def _check_categories(
    ticket: Ticket,
    fields: list[CustomField],
    wanted: Wanted,
    problems: FieldProblems,
) -> None:
    parents = {f.based_on_id for f in fields if f.based_on_id is not None}
    texts = {pk: [value.text for value in wanted[pk]] for pk in parents if pk in wanted}
    stored = CustomFieldValue.objects.filter(
        ticket=ticket, field_id__in=parents - set(texts), disabled=False
    )
    for pk, text in stored.values_list("field_id", "content"):
        texts.setdefault(pk, []).append(text)
    for field in fields:
        chosen = {text.casefold() for text in texts.get(field.based_on_id or 0, [])}
        for value in wanted[field.pk]:
            category = category_of(field, value.text)
            if category and category.casefold() not in chosen:
                problems.add(field, f"'{value.text[:60]}' belongs to {category}.")


def _is_used(field: CustomField, value: CleanValue, *, besides: Ticket) -> bool:
    same = Q(content__iexact=value.text)
    if len(value.text) > SHORT:
        same = Q(large_content__iexact=value.text)
    others = CustomFieldValue.objects.filter(same, field=field, disabled=False)
    return others.exclude(ticket=besides).exists()
