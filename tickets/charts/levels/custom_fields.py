"""Groups by the values of a custom field, where the reader may see them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, F, TextField, When
from django.db.models.functions import Cast, Lower

from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import Group, Level
from tickets.charts.levels.columns import text_group
from tickets.search.conditions.custom_fields import visible_values
from tickets.search.context import Context, CustomFieldName
from tickets.search.errors import nearest
from tickets.search.nodes import quote

# Long texts and files are not what tickets have in common.
UNGROUPED = ("Text", "HTML", "Wikitext", "Image", "Binary")


def custom_field_level(grouping: Grouping, context: Context) -> Level:
    """Return the level of a custom field.

    Raises:
        ValidationError: no such field, none the reader may see, or one of long texts.
    """
    fields = _named(grouping.field, context)
    content = Case(
        When(content="", then=F("large_content")),
        default=Cast("content", TextField()),
        output_field=TextField(),
    )
    values = visible_values(fields, context).values_list(
        "ticket_id", Lower(content), content
    )
    return Level(grouping.field, _described(grouping, fields), values=(values,))


def groupable(context: Context) -> list[str]:
    """Return the names of the custom fields a form offers."""
    names = [f.name for f in context.custom_fields if not _is_ungrouped(f)]
    return sorted(dict.fromkeys(names), key=str.lower)


def _named(name: str, context: Context) -> list[CustomFieldName]:
    wanted = name.lower()
    found = [
        field
        for field in context.custom_fields
        if (field.name.lower() == wanted or str(field.id) == wanted)
        and not _is_ungrouped(field)
    ]
    if not found:
        near = nearest(name, known=groupable(context))
        hint = f" Did you mean CF.{{{near}}}?" if near else ""
        raise ValidationError(
            f"Tickets cannot be grouped by a custom field “{name[:60]}”.{hint}",
            code="group_by",
        )
    return found


def _is_ungrouped(field: CustomFieldName) -> bool:
    return field.type.startswith(UNGROUPED)


def _described(grouping: Grouping, fields: list[CustomFieldName]) -> Any:
    kinds = {field.type for field in fields}
    name = grouping.name

    def described(key: Any, label: Any) -> Group:
        group = text_group(name, key, label)
        if key is None:
            return group
        text = quote(str(label))
        if all(kind.startswith("DateTime") for kind in kinds):
            moment = quote(f"{label} UTC")
            return _with(group, f"{name} BETWEEN {moment} AND {moment}")
        if any(kind.startswith("IPAddress") for kind in kinds):
            # `=` would find every range that holds the address, too.
            return _with(group, f"{name} STARTSWITH {text} AND {name} ENDSWITH {text}")
        return group

    return described


def _with(group: Group, condition: str) -> Group:
    return Group(group.key, group.label, condition, group.order)
