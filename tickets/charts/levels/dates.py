"""Groups by dates, in every grain, in the reader's time zone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from tickets.charts.groupings import Grouping
from tickets.charts.levels.base import NO_VALUE, Group, Level
from tickets.search.context import Context
from tickets.search.moments import LocalPart

MOST_FILLED = 1_000
WEEKDAYS = (
    *("Sunday", "Monday", "Tuesday", "Wednesday"),
    *("Thursday", "Friday", "Saturday"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
PATHS = {
    **{
        n: n.lower()
        for n in ("Created", "Starts", "Started", "Resolved", "Due", "Told")
    },
    "LastUpdated": "last_updated",
}
# A part of these goes on without end; the others come round again.
SERIES = frozenset({"Hourly", "Date", "Daily", "Weekly", "Monthly", "Year", "Annually"})


def date_level(grouping: Grouping, context: Context) -> Level:
    """Return the level of a date by one of RT's grains."""
    part = grouping.part
    return Level(
        grouping.label,
        lambda key, _label: date_group(grouping.field, part, key),
        key=LocalPart(PATHS[grouping.field], part=part, zone=context.zone),
        fill=lambda groups: _filled(grouping.field, part, groups),
        is_series=part in SERIES,
    )


def date_group(field: str, part: str, key: str | None) -> Group:
    """Return the group of the key that a grain has in the database."""
    if key is None:
        return Group(None, NO_VALUE, f"{field} IS NULL", "")
    label = _label(part, key)
    order = (int(key) - 1) % 7 if part == "DayOfWeek" else key
    return Group(key, label, _condition(field, part, key, label), order)


def _label(part: str, key: str) -> str:
    if part == "DayOfWeek":
        return WEEKDAYS[int(key)]
    if part == "Month":
        return MONTHS[int(key) - 1]
    if part == "Hourly":
        return f"{key}:00"
    if part in {"DayOfMonth", "DayOfYear", "WeekOfYear"}:
        return str(int(key))
    return f"{key}:00" if part == "Hour" else key


def _condition(field: str, part: str, key: str, label: str) -> str:
    """Prefer plain dates, which an index serves, where a part is a stretch of days."""
    if part in {"Date", "Daily"}:
        return f"{field} = '{key}'"
    if part in {"Weekly", "Monthly", "Year", "Annually"}:
        day = _first_day(key)
        after = NEXT[part](day)
        return f"{field} >= '{day:%Y-%m-%d}' AND {field} < '{after:%Y-%m-%d}'"
    if part in {"DayOfMonth", "DayOfYear", "WeekOfYear", "Hour"}:
        return f"{field}.{part} = {int(key)}"
    value = label if part in {"DayOfWeek", "Month"} else key
    return f"{field}.{part} = '{value}'"


def first_day_of(key: str, *, after: str = "") -> date:
    """Return the first day that a key stands for, or the one after its grain."""
    day = _first_day(key)
    return NEXT[after](day) if after else day


def _first_day(key: str) -> date:
    year, month, day = (*(int(text) for text in key.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, month=1, day=1)


NEXT: dict[str, Callable[[date], date]] = {
    "Daily": lambda day: day + timedelta(days=1),
    "Date": lambda day: day + timedelta(days=1),
    "Weekly": lambda day: day + timedelta(days=7),
    "Monthly": _next_month,
    "Year": _next_year,
    "Annually": _next_year,
}
KEYS = {"Monthly": "%Y-%m", "Year": "%Y", "Annually": "%Y"}


def _filled(field: str, part: str, groups: Sequence[Group]) -> list[Group]:
    """Add the days on which nothing was, unless they would be too many."""
    known = {group.key: group for group in groups}
    keys = sorted(key for key in known if key is not None)
    if not keys or part == "Time":
        return list(groups)
    between: list[str] = []
    for key in _keys(part, keys[0], keys[-1]):
        between.append(key)
        if len(between) > MOST_FILLED:
            return list(groups)
    return [*groups, *(date_group(field, part, k) for k in between if k not in known)]


def _keys(part: str, first: str, last: str) -> Iterator[str]:
    if part == "Hourly":
        yield from _hours(first, last)
    elif part in SERIES:
        yield from days_between(part, first, last)
    else:
        yield from _cycle(part)


def days_between(part: str, first: str, last: str) -> Iterator[str]:
    """Yield the keys of a grain of days or longer, both ends included."""
    shape = KEYS.get(part, "%Y-%m-%d")
    day = _first_day(first)
    end = _first_day(last)
    while day <= end:
        # %Y is not padded everywhere.
        yield day.strftime(shape).rjust(len(first), "0")
        day = NEXT[part](day)


def _hours(first: str, last: str) -> Iterator[str]:
    hour = datetime.strptime(first, "%Y-%m-%d %H")  # noqa: DTZ007 - a local clock
    while (key := f"{hour:%Y-%m-%d %H}") <= last:
        yield key
        hour += timedelta(hours=1)


def _cycle(part: str) -> Iterator[str]:
    least, most, width = {
        "Hour": (0, 23, 2),
        "DayOfWeek": (0, 6, 1),
        "DayOfMonth": (1, 31, 2),
        "DayOfYear": (1, 366, 3),
        "Month": (1, 12, 2),
        "WeekOfYear": (1, 53, 2),
    }[part]
    for number in range(least, most + 1):
        yield f"{number:0{width}}"
