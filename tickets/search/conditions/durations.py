"""Conditions on the time between two dates: `CreatedToResolved > '2 days'`."""

import re
from typing import Any

from django.db.models import Q
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
)

from tickets.search.conditions.values import wrong_value
from tickets.search.context import Context
from tickets.search.fields import EQUALITY, Resolved
from tickets.search.moments import DURATIONS
from tickets.search.moments import duration as seconds_between
from tickets.search.nodes import Condition, Number, Operator, Text, Value

COMPARISONS: dict[Operator, Any] = {
    Operator.LESS: LessThan,
    Operator.LESS_OR_EQUAL: LessThanOrEqual,
    Operator.GREATER: GreaterThan,
    Operator.GREATER_OR_EQUAL: GreaterThanOrEqual,
}
# A month is a twelfth of a year, as in RT.
UNITS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
UNIT_SECONDS = dict(UNITS) | {
    "y": 31_557_600,
    "mo": 2_629_800,
    "wk": 604_800,
    "w": 604_800,
    "d": 86_400,
    "h": 3_600,
    "hr": 3_600,
    "min": 60,
    "m": 60,
    "sec": 1,
    "s": 1,
}
LONGEST_DURATION = 10**11
_AMOUNT = re.compile(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)\s*,?")


def duration(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the time between two dates; without both of them nothing matches."""
    dates = DURATIONS[resolved.field.name]
    # Said explicitly, so that NOT means all the others.
    is_set = Q(**{f"{path}__isnull": False for path in dates})
    operator = condition.operator
    if operator is Operator.IS:
        return ~is_set
    if operator is Operator.IS_NOT:
        return is_set
    seconds = seconds_between(resolved.field.name)
    values = [seconds_of(value) for value in condition.values]
    if operator is Operator.BETWEEN:
        low, high = values
        at_least = Q(GreaterThanOrEqual(seconds, low))
        return is_set & at_least & Q(LessThanOrEqual(seconds, high))
    if operator in EQUALITY:
        same = Exact(seconds, values[0])
        matches = Q(same if len(values) == 1 else In(seconds, values))
        return is_set & (~matches if operator is Operator.NOT_EQUAL else matches)
    return is_set & Q(COMPARISONS[operator](seconds, values[0]))


def seconds_of(value: Value) -> int:
    """Return a length of time in seconds; a bare number counts minutes."""
    if isinstance(value, Number):
        seconds: float | None = value.value * 60
    elif isinstance(value, Text):
        seconds = _written_duration(value.value.strip().lower())
    else:
        seconds = None
    if seconds is None or abs(seconds) > LONGEST_DURATION:
        raise wrong_value(value, "a length of time such as '2 days' or '1 h 30 min'")
    return int(seconds)


def _written_duration(text: str) -> float | None:
    sign = -1 if text.startswith("-") else 1
    rest = text.lstrip("+-")
    if rest.isascii() and rest.isdigit() and len(rest) < 10:
        return sign * int(rest) * 60
    total, position = 0.0, 0
    while position < len(rest):
        match = _AMOUNT.match(rest, position)
        unit = match and (UNIT_SECONDS.get(match[2]) or UNIT_SECONDS.get(match[2][:-1]))
        if not match or not unit:
            return None
        total += float(match[1]) * unit
        position = match.end()
    return sign * total if rest else None
