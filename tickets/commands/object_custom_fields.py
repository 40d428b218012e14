"""Values of custom fields on queues, users and groups."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import Group, User
from accounts.rights import Right
from queues.held_rights import EVERYWHERE
from queues.models import CustomField, LookupType, Queue
from queues.rights import rights_of
from tickets.commands._field_values import (
    FieldChange,
    Wanted,
    check_together,
    complete,
    difference,
    wanted_values,
)
from tickets.custom_values.cleaning import FieldProblems
from tickets.custom_values.entered import CleanValue
from tickets.models import ObjectCustomFieldValue

Thing: TypeAlias = Queue | User | Group


def lookup_type_of(thing: Thing) -> LookupType:
    """Return what kind of thing has fields."""
    if isinstance(thing, Queue):
        return LookupType.QUEUE
    return LookupType.USER if isinstance(thing, User) else LookupType.GROUP


def column_of(thing: Thing) -> str:
    """Return the column of the values that names such a thing."""
    names = {LookupType.QUEUE: "queue", LookupType.USER: "user"}
    return names.get(lookup_type_of(thing), "group")


def may_on_field(actor: User, right: Right, field: CustomField, thing: Thing) -> bool:
    """Say whether a user holds a right on a field of a queue, a user or a group."""
    place = thing.pk if isinstance(thing, Queue) else EVERYWHERE
    return rights_of(actor).has_on_field(right, field.pk, place)


@transaction.atomic
def set_object_fields(
    thing: Thing, *, actor: User, changes: Sequence[FieldChange]
) -> list[CustomField]:
    """Change values of custom fields; return the fields whose values did change.

    Needs ModifyCustomField on the field, or everywhere, or on the queue.

    Raises:
        PermissionDenied: a field may not be modified.
        CustomFieldsError: by key of the field, what is wrong with its values.
    """
    fields = [change.field for change in changes]
    type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    for field in fields:
        if not may_on_field(actor, Right.MODIFY_CUSTOM_FIELD, field, thing):
            raise PermissionDenied("Permission Denied")
    prefetch_related_objects(fields, "choices")
    lookup_type, column = lookup_type_of(thing), column_of(thing)
    current = ObjectCustomFieldValue.objects.filter(disabled=False)
    own = current.filter(**{column: thing})
    rows: dict[int, list[ObjectCustomFieldValue]] = defaultdict(list)
    for row in own.order_by("pk"):
        rows[row.field_id].append(row)
    wanted: Wanted = {}
    problems = FieldProblems()
    for change in changes:
        field = change.field
        if field.lookup_type != lookup_type or not field.is_global:
            problems.add(field, f"{field.name} does not apply here.")
            continue
        before = [CleanValue.of(row) for row in rows[field.pk]]
        with problems.of(field):
            wanted[field.pk] = complete(field, wanted_values(change, before))
    others = current.exclude(**{column: thing})
    check_together(fields, wanted, problems, own=own, others=others)
    problems.settle()
    return [
        field
        for field in fields
        if _replace(thing, field, rows[field.pk], wanted[field.pk], actor)
    ]


def _replace(
    thing: Thing,
    field: CustomField,
    rows: list[ObjectCustomFieldValue],
    wanted: list[CleanValue],
    actor: User,
) -> bool:
    gone, new = difference(field, rows, wanted)
    ids = [row.pk for row in gone]
    ObjectCustomFieldValue.objects.filter(pk__in=ids).update(disabled=True)
    now = timezone.now()
    ObjectCustomFieldValue.objects.bulk_create(
        ObjectCustomFieldValue(
            field=field,
            creator=actor,
            created=now,
            **{column_of(thing): thing},
            **value.columns(),
        )
        for value in new
    )
    return bool(gone or new)
