"""Groups by people: who owns or made a ticket, and who has a role on it."""

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from accounts.models import NOBODY
from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import Level
from tickets.charts.levels.columns import text_group
from tickets.models import Ticket, TicketWatcher
from tickets.search.fields import PERSON_SUBFIELDS

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
    rows = TicketWatcher.objects.all()
    values: list[QuerySet[Any, Any]] = []
    if grouping.field == "Watcher":
        values.append(_owners(column))
    else:
        rows = rows.filter(role=grouping.field)
    values += [_of_rows(rows, f"user__{column}"), _of_groups(rows, column)]
    return Level(grouping.label, _described(grouping), values=tuple(values))


def _described(grouping: Grouping) -> Any:
    return lambda key, label: text_group(grouping.name, key, label)


def _of_rows(rows: "QuerySet[TicketWatcher]", path: str) -> "QuerySet[Any, Any]":
    named = rows.filter(user__isnull=False).exclude(**{path: ""})
    return named.values_list("ticket_id", Lower(path), F(path))


def _of_groups(rows: "QuerySet[TicketWatcher]", column: str) -> "QuerySet[Any, Any]":
    path = f"group__user__{column}"
    # In one filter, so that it is the same member who has the value; exclude() would
    # drop groups in which one member has none.
    named = rows.filter(**{"group__isnull": False, f"{path}__gt": ""})
    return named.values_list("ticket_id", Lower(path), F(path))


def _owners(column: str) -> "QuerySet[Any, Any]":
    path = f"owner__{column}"
    owned = Ticket.objects.filter(owner__isnull=False).exclude(**{path: ""})
    return owned.values_list("pk", Lower(path), F(path))
