"""Groups by the time between two dates, or between a date and now."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Expression,
    Func,
    IntegerField,
    Value,
    When,
)
from django.db.models.lookups import IsNull, LessThan

from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import NO_VALUE, Group, Level
from tickets.search.moments import duration

HOUR, DAY, WEEK, MONTH, YEAR = 3_600, 86_400, 604_800, 2_629_800, 31_557_600
UNITS = {"Hour": HOUR, "Day": DAY, "Week": WEEK, "Month": MONTH, "Year": YEAR}
# The steps of the usual grouping: where each begins, and as people say it.
LADDER = (
    (0, "0"),
    (HOUR, "1 hour"),
    (4 * HOUR, "4 hours"),
    (DAY, "1 day"),
    (2 * DAY, "2 days"),
    (4 * DAY, "4 days"),
    (WEEK, "1 week"),
    (2 * WEEK, "2 weeks"),
    (MONTH, "1 month"),
    (3 * MONTH, "3 months"),
    (6 * MONTH, "6 months"),
    (YEAR, "1 year"),
)
BEFORE = -1


class _Floor(Func):
    """A whole number rounded down to a multiple; also right below zero."""

    output_field = BigIntegerField()

    def __init__(self, expression: Expression, *, unit: int) -> None:
        super().__init__(expression)
        self.unit = unit

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **extra: Any) -> Any:
        """Write the number three times, which is the price of plain arithmetic."""
        value, params = compiler.compile(self.source_expressions[0])
        unit = self.unit
        # %% for the drivers, which read % as a place for a value.
        sql = f"({value} - (({value} %% {unit}) + {unit}) %% {unit})"
        return sql, (*params, *params)


def duration_level(grouping: Grouping) -> Level:
    """Return the level of the time between two dates, by one of RT's units."""
    seconds = duration(grouping.field)
    if grouping.part == "Default":
        return Level(
            grouping.label,
            lambda key, _label: _step_group(grouping.field, key),
            key=_step(seconds),
            fill=lambda groups: _filled(
                groups, lambda step: _step_group(grouping.field, step)
            ),
        )
    unit = grouping.part
    return Level(
        grouping.label,
        lambda key, _label: _unit_group(grouping.field, unit, key),
        key=_Floor(seconds, unit=UNITS[unit]),
    )


def age_level(now: datetime) -> Level:
    """Return the level of how long ago tickets were created, in the same steps."""
    now = now.replace(microsecond=0)
    bounds = [now - timedelta(seconds=start) for start, _ in LADDER]
    steps = [
        When(created__gt=bound, then=Value(index))
        for index, bound in enumerate(bounds[1:])
    ]
    last = Value(len(LADDER) - 1)
    key = Case(*steps, default=last, output_field=IntegerField())
    return Level(
        "Age",
        lambda step, _label: _age_group(step, bounds),
        key=key,
        fill=lambda groups: _filled(groups, lambda step: _age_group(step, bounds)),
    )


def _step(seconds: Expression) -> Expression:
    """Return the index of the last step begun, BEFORE below zero, or NULL."""
    indexes = list(range(BEFORE, len(LADDER)))
    return Case(
        When(IsNull(seconds, True), then=Value(None)),
        default=_halved(seconds, indexes),
        output_field=IntegerField(),
    )


def _halved(seconds: Expression, indexes: Sequence[int]) -> Expression:
    """Ask for the middle first: four questions a ticket instead of twelve."""
    if len(indexes) == 1:
        return Value(indexes[0], output_field=IntegerField())
    lower, upper = indexes[: len(indexes) // 2], indexes[len(indexes) // 2 :]
    is_less = LessThan(seconds, Value(LADDER[upper[0]][0]))
    return Case(
        When(is_less, then=_halved(seconds, lower)),
        default=_halved(seconds, upper),
        output_field=IntegerField(),
    )


def _step_group(field: str, index: int | None) -> Group:
    if index is None:
        return Group(None, NO_VALUE, f"{field} IS NULL", "")
    if index == BEFORE:
        return Group(index, "before", f"{field} < 0", index)
    start = LADDER[index][1]
    if index + 1 == len(LADDER):
        return Group(index, f"{start} or more", f"{field} >= '{start}'", index)
    end = LADDER[index + 1][1]
    condition = f"{field} >= '{start}' AND {field} < '{end}'"
    return Group(index, _between(start, end), condition, index)


def _between(start: str, end: str) -> str:
    if start == "0":
        return f"under {end}"
    number, unit = start.split()
    return f"{number if unit[:3] == end.split()[1][:3] else start} to {end}"


def _unit_group(field: str, unit: str, seconds: int | None) -> Group:
    if seconds is None:
        return Group(None, NO_VALUE, f"{field} IS NULL", "")
    count = seconds // UNITS[unit]
    name = unit.lower()
    condition = f"{field} >= '{count} {name}s' AND {field} < '{count + 1} {name}s'"
    label = f"{count} {name}" if count == 1 else f"{count} {name}s"
    return Group(seconds, label, condition, seconds)


def _age_group(index: int, bounds: Sequence[datetime]) -> Group:
    """Name the moments themselves: what is a day old now is not when it is clicked."""
    newest = bounds[index].astimezone(UTC)
    # A ticket from the future, by a clock that is wrong, is as good as new.
    parts = [f"Created <= {_written(newest)}"] if index > 0 else []
    if index + 1 < len(bounds):
        parts.append(f"Created > {_written(bounds[index + 1].astimezone(UTC))}")
    start = LADDER[index][1]
    if index + 1 == len(LADDER):
        label = f"{start} or more"
    else:
        label = _between(start, LADDER[index + 1][1])
    return Group(index, label, " AND ".join(parts), index)


def _written(moment: datetime) -> str:
    return f"'{moment:%Y-%m-%d %H:%M:%S} UTC'"


def _filled(groups: Sequence[Group], described: Callable[[int], Group]) -> list[Group]:
    """Add the steps between those there are, where nothing was."""
    known = {group.key: group for group in groups}
    keys = [key for key in known if key is not None]
    if not keys:
        return list(groups)
    between = range(min(keys), max(keys) + 1)
    return [*groups, *(described(key) for key in between if key not in known)]
