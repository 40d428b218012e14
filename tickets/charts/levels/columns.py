"""Groups by the ticket's own columns: status, SLA, queue and the priorities."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Lower, NullIf

from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import NO_VALUE, Group, Level
from tickets.search.nodes import quote

PRIORITIES = {
    "Priority": "priority",
    "InitialPriority": "initial_priority",
    "FinalPriority": "final_priority",
}


def column_level(grouping: Grouping) -> Level:
    """Return the level of a column of the ticket."""
    if grouping.field == "Status":
        return Level(grouping.label, _text("Status"), key=F("status"))
    if grouping.field == "Queue":
        label = F("queue__name")
        return Level(grouping.label, _queue, key=F("queue_id"), label=label)
    if grouping.field == "SLA":
        key = NullIf(Lower("sla"), Value(""))
        return Level(grouping.label, _text("SLA"), key=key, label=F("sla"))
    key_of_priority = F(PRIORITIES[grouping.field])
    return Level(grouping.label, _number(grouping.field), key=key_of_priority)


def text_group(field: str, key: Any, label: Any) -> Group:
    """Return the group of a text, which searches find in any case."""
    if key is None:
        return Group(None, NO_VALUE, f"{field} IS NULL", "")
    text = str(key if label is None else label)
    return Group(key, text or "(empty)", f"{field} = {quote(text)}", text.lower())


def _text(field: str) -> Any:
    return lambda key, label: text_group(field, key, label)


def _queue(key: Any, label: Any) -> Group:
    return Group(key, str(label), f"Queue = {quote(str(label))}", str(label).lower())


def _number(field: str) -> Any:
    return lambda key, _label: Group(key, str(key), f"{field} = {key}", key)
