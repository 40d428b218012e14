"""From the name of a grouping to its level."""

from tickets.charts.groupings import Grouping, GroupingKind
from tickets.charts.levels.base import Level
from tickets.charts.levels.columns import column_level
from tickets.charts.levels.custom_fields import custom_field_level
from tickets.charts.levels.dates import date_level
from tickets.charts.levels.durations import duration_level
from tickets.charts.levels.people import person_level, role_level
from tickets.search.context import Context


def level_for(grouping: Grouping, *, context: Context) -> Level:
    """Return how tickets fall into the groups of a grouping.

    Raises:
        ValidationError: a custom field that the reader does not have.
    """
    kind = grouping.kind
    if kind is GroupingKind.PERSON:
        return person_level(grouping)
    if kind is GroupingKind.ROLE:
        return role_level(grouping)
    if kind is GroupingKind.DATE:
        return date_level(grouping, context)
    if kind is GroupingKind.DURATION:
        return duration_level(grouping)
    if kind is GroupingKind.CUSTOM_FIELD:
        return custom_field_level(grouping, context)
    return column_level(grouping)
