"""Conditions on a part of a date: `Created.DayOfWeek = 'Monday'`, in the user's zone.

Parts that name a stretch of time (a year, a month, a day, an hour) are ranges, which
indexes serve; those that come again (the weekday, the hour of the day) are computed.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import (
    ExtractDay,
    ExtractHour,
    ExtractIsoWeekDay,
    ExtractMonth,
    ExtractWeek,
    TruncDate,
)
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from tickets.search.conditions import columns
from tickets.search.conditions.columns import any_of
from tickets.search.conditions.values import integer_of, text_of, wrong_value
from tickets.search.context import Context
from tickets.search.dates import MONTHS, WEEKDAYS
from tickets.search.fields import NULLNESS, Resolved
from tickets.search.moments import LocalPart
from tickets.search.nodes import Condition, Operator, Text, Value

SPANS = {
    "year": (re.compile(r"(\d{4})"), "2026"),
    "month": (re.compile(r"(\d{4})-(\d\d?)"), "'2026-05'"),
    "day": (re.compile(r"(\d{4})-(\d\d?)-(\d\d?)"), "'2026-05-13'"),
    "week": (re.compile(r"(\d{4})-(\d\d?)-(\d\d?)"), "'2026-05-11', its Monday"),
    "hour": (
        re.compile(r"(\d{4})-(\d\d?)-(\d\d?)[ T](\d\d?)(?::00){0,2}"),
        "'2026-05-13 14:00'",
    ),
}


class DayOfYear(Func):
    """The number of a day in its year, of a date."""

    output_field = IntegerField()

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        """Ask PostgreSQL's function."""
        template = "EXTRACT(doy FROM %(expressions)s)::integer"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        """Ask SQLite's function."""
        template = "CAST(strftime('%%j', %(expressions)s) AS integer)"
        return self.as_sql(compiler, connection, template=template, **extra)


COMPUTED: dict[str, Callable[..., Func]] = {
    "hour_of_day": ExtractHour,
    "day_of_week": ExtractIsoWeekDay,
    "day_of_month": ExtractDay,
    "day_of_year": lambda path, tzinfo: DayOfYear(TruncDate(path, tzinfo=tzinfo)),
    "month_of_year": ExtractMonth,
    "week_of_year": ExtractWeek,
}
COMPARED: dict[Operator, Any] = {
    Operator.LESS: LessThan,
    Operator.LESS_OR_EQUAL: LessThanOrEqual,
    Operator.GREATER: GreaterThan,
    Operator.GREATER_OR_EQUAL: GreaterThanOrEqual,
}
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
NAMED = {"day_of_week": WEEKDAYS, "month_of_year": MONTHS}


def date(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare a date, or a part of it."""
    is_about_null = condition.operator in NULLNESS
    if not resolved.part or is_about_null:
        return columns.date(resolved, condition, context)
    return date_part(resolved, condition, context)


def date_part(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare a part of a date; a date that is not set matches nothing."""
    part, path = resolved.part, resolved.field.path
    is_set = Q(**{f"{path}__isnull": False})
    if condition.operator is Operator.NOT_EQUAL:
        same = Condition(condition.field, Operator.EQUAL, condition.values)
        return is_set & ~date_part(resolved, same, context)
    if part in SPANS:
        spans = [_span(value, part, context) for value in condition.values]
        return is_set & _in_spans(path, condition.operator, spans)
    if part == "time_of_day":
        times = [_time(value) for value in condition.values]
        clock = LocalPart(path, part="Time", zone=context.zone)
        return is_set & _compared(clock, condition.operator, times)
    numbers = [_number(value, part) for value in condition.values]
    computed = COMPUTED[part](F(path), tzinfo=context.zone)
    return is_set & _compared(computed, condition.operator, numbers)


def _compared(computed: Func, operator: Operator, numbers: Sequence[int | str]) -> Q:
    if operator in {Operator.EQUAL, Operator.IN}:
        return any_of(Q(Exact(computed, number)) for number in numbers)
    if operator is Operator.BETWEEN:
        low, high = numbers
        return Q(GreaterThanOrEqual(computed, low), LessThanOrEqual(computed, high))
    return Q(COMPARED[operator](computed, numbers[0]))


def _in_spans(
    path: str, operator: Operator, spans: list[tuple[datetime, datetime]]
) -> Q:
    start, end = spans[0]
    if operator in {Operator.EQUAL, Operator.IN}:
        return any_of(
            Q(**{f"{path}__gte": low, f"{path}__lt": high}) for low, high in spans
        )
    if operator is Operator.BETWEEN:
        return Q(**{f"{path}__gte": start, f"{path}__lt": spans[1][1]})
    return {
        Operator.LESS: Q(**{f"{path}__lt": start}),
        Operator.LESS_OR_EQUAL: Q(**{f"{path}__lt": end}),
        Operator.GREATER: Q(**{f"{path}__gte": end}),
        Operator.GREATER_OR_EQUAL: Q(**{f"{path}__gte": start}),
    }[operator]


def _span(value: Value, part: str, context: Context) -> tuple[datetime, datetime]:
    """Return the first moment of the stretch and of the next one."""
    pattern, example = SPANS[part]
    match = pattern.fullmatch(text_of(value).strip())
    if not match:
        raise wrong_value(value, f"the {part} written as {example}")
    numbers = [int(number) for number in match.groups()]
    year, month, day, hour = (*numbers, *(1, 1, 0)[len(numbers) - 1 :])
    try:
        start = datetime(year, month, day, hour, tzinfo=context.zone)
        if part == "week":
            start -= timedelta(days=start.weekday())
        end = _next(start, part)
        return start.astimezone(UTC), end.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong_value(value, f"the {part} written as {example}") from error


def _next(start: datetime, part: str) -> datetime:
    if part == "year":
        return start.replace(year=start.year + 1)
    if part == "month":
        following = start + timedelta(days=31)
        return following.replace(day=1)
    if part == "day":
        return start + timedelta(days=1)
    if part == "week":
        return start + timedelta(days=7)
    # When clocks are put back, an hour comes twice and ends with the second.
    last = start.replace(fold=1).astimezone(UTC)
    return (last + timedelta(hours=1)).astimezone(start.tzinfo)


def _time(value: Value) -> str:
    match = CLOCK.fullmatch(text_of(value).strip())
    if not match:
        raise wrong_value(value, "a time of day such as '14:30' or '14:30:15'")
    return f"{int(match[1]):02}:{match[2]}:{match[3] or '00'}"


def _number(value: Value, part: str) -> int:
    names = NAMED.get(part)
    if names and isinstance(value, Text):
        word = value.value.strip().lower()
        for number, name in enumerate(names, 1):
            if len(word) >= 3 and name.startswith(word):
                return number
        if not word.isdigit():
            raise wrong_value(value, f"a name such as {names[0].title()}, or a number")
    return integer_of(value)
