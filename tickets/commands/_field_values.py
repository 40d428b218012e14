"""What the values of custom fields are to become: the rules, whatever has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from django.db.models import Q, QuerySet

from queues.models import CustomField
from tickets.custom_values.cleaning import (
    FieldProblems,
    FieldValueError,
    category_of,
    clean_value,
    clean_values,
    is_mandatory,
    limited,
    pattern_message,
)
from tickets.custom_values.entered import SHORT, CleanValue, Entered
from tickets.models.custom_values import CustomValue

Wanted: TypeAlias = dict[int, list[CleanValue]]
Row = TypeVar("Row", bound=CustomValue)


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


def complete(field: CustomField, found: list[CleanValue]) -> list[CleanValue]:
    """Return the values, or refuse that there are none where there must be one."""
    if not found and is_mandatory(field):
        raise FieldValueError(pattern_message(field))
    return found


def wanted_values(change: FieldChange, before: list[CleanValue]) -> list[CleanValue]:
    """Return what a change makes of the values that are there.

    Raises:
        FieldValueError: one of the new values does not fit.
    """
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


def difference(
    field: CustomField, rows: Sequence[Row], wanted: list[CleanValue]
) -> tuple[list[Row], list[CleanValue]]:
    """Return the rows that are not wanted any more, and the values that have none."""

    def same(one: CleanValue, other: CleanValue) -> bool:
        # The one value of a field may be corrected from small letters to large.
        return one == other if field.is_single else one.key == other.key

    gone = [row for row in rows if not any(same(CleanValue.of(row), w) for w in wanted)]
    stay = [CleanValue.of(row) for row in rows if row not in gone]
    return gone, [value for value in wanted if not any(same(value, s) for s in stay)]


def check_together(
    fields: Iterable[CustomField],
    wanted: Wanted,
    problems: FieldProblems,
    *,
    own: "QuerySet[Any]",
    others: "QuerySet[Any]",
) -> None:
    """Compare with the values of other fields and of other objects.

    ``own`` are the current values of the object itself, ``others`` those of the rest.
    """
    fields = [field for field in fields if wanted.get(field.pk)]
    dependent = [field for field in fields if field.based_on_id is not None]
    if dependent:
        _check_categories(dependent, wanted, problems, own)
    unique = [field for field in fields if field.unique_values]
    if unique:
        # Two tickets at once would not see each other's value.
        ids = sorted(field.pk for field in unique)
        list(CustomField.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for field in unique:
        for value in wanted[field.pk]:
            if _is_used(field, value, others):
                problems.add(field, f"'{value.text[:60]}' is in use elsewhere.")


def _check_categories(
    fields: list[CustomField],
    wanted: Wanted,
    problems: FieldProblems,
    own: "QuerySet[Any]",
) -> None:
    parents = {f.based_on_id for f in fields if f.based_on_id is not None}
    texts = {pk: [value.text for value in wanted[pk]] for pk in parents if pk in wanted}
    stored = own.filter(field_id__in=parents - set(texts))
    for pk, text in stored.values_list("field_id", "content"):
        texts.setdefault(pk, []).append(text)
    for field in fields:
        chosen = {text.casefold() for text in texts.get(field.based_on_id or 0, [])}
        for value in wanted[field.pk]:
            category = category_of(field, value.text)
            if category and category.casefold() not in chosen:
                problems.add(field, f"'{value.text[:60]}' belongs to {category}.")


def _is_used(field: CustomField, value: CleanValue, others: "QuerySet[Any]") -> bool:
    same = Q(content__iexact=value.text)
    if len(value.text) > SHORT:
        same = Q(large_content__iexact=value.text)
    return others.filter(same, field=field).exists()
