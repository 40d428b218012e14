"""Groups by people: who owns or made a ticket, and who has a role on it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from accounts.models import NOBODY, User
from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import Group, Level
from tickets.charts.levels.columns import text_group
from tickets.models import Ticket, TicketWatcher
from tickets.search.fields import PERSON_SUBFIELDS

# What no two people have in common stands for the person, whose number is quicker.
UNIQUE = frozenset({"name", "email"})
PATHS = {"Owner": "owner", "Creator": "creator", "LastUpdatedBy": "last_updated_by"}


def person_level(grouping: Grouping) -> Level:
    """Return the level of the one person a ticket has: nobody owns it as Nobody."""
    path = f"{PATHS[grouping.field]}__{PERSON_SUBFIELDS[grouping.part]}"
    label: Any = F(path)
    if path == "owner__name":
        label = Coalesce(label, Value(NOBODY))
    return Level(
        grouping.label,
        _described(grouping),
        key=NullIf(Lower(label), Value("")),
        label=label,
    )


def role_level(grouping: Grouping) -> Level:
    """Return the level of a role: each of its people, through groups too."""
    column = PERSON_SUBFIELDS[grouping.part]
    is_unique = column in UNIQUE
    rows = TicketWatcher.objects.all()
    values: list[QuerySet[Any, Any]] = []
    if grouping.field == "Watcher":
        owned = Ticket.objects.filter(owner__isnull=False)
        values.append(_valued(owned, "pk", "owner", column))
    else:
        rows = rows.filter(role=grouping.field)
    own = rows.filter(user__isnull=False)
    values.append(_valued(own, "ticket_id", "user", column))
    through = rows.filter(group__isnull=False)
    values.append(_valued(through, "ticket_id", "group__user", column))
    return Level(
        grouping.label,
        _described(grouping),
        values=tuple(values),
        names=(lambda ids: _names(ids, column)) if is_unique else None,
    )


def _described(grouping: Grouping) -> Callable[[Any, Any], Group]:
    return lambda key, label: text_group(grouping.name, key, label)


def _valued(
    rows: "QuerySet[Any]", ticket: str, person: str, column: str
) -> "QuerySet[Any, Any]":
    """Return the tickets with what their people have, whoever has something."""
    path = f"{person}__{column}"
    if column == "name":
        named = rows.filter(**{f"{person}__isnull": False})
    else:
        # Not by exclude(), which would drop groups in which one member has nothing.
        named = rows.filter(**{f"{path}__gt": ""})
    if column in UNIQUE:
        return named.values_list(ticket, F(f"{person}__id"))
    return named.values_list(ticket, Lower(path), F(path))


def _names(ids: Sequence[int], column: str) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", column))
