"""Parts of moments and the time between two, the same on both databases.

What a moment's hour, day or month is depends on the reader's time zone. Every part
is text of fixed width, so that it sorts as it should and compares as it is written.
"""

from datetime import tzinfo
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Func

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Zulu", "Etc/Zulu"})

# Keys are RT's names, and Weekly; a week begins on Monday and is named by that day.
_POSTGRESQL = {
    "Time": "to_char({local}, 'HH24:MI:SS')",
    "Hourly": "to_char({local}, 'YYYY-MM-DD HH24')",
    "Hour": "to_char({local}, 'HH24')",
    "Date": "to_char({local}, 'YYYY-MM-DD')",
    "Weekly": "to_char(date_trunc('week', {local}), 'YYYY-MM-DD')",
    "DayOfWeek": "CAST(CAST(EXTRACT(DOW FROM {local}) AS integer) AS text)",
    "DayOfMonth": "to_char({local}, 'DD')",
    "DayOfYear": "to_char({local}, 'DDD')",
    "Month": "to_char({local}, 'MM')",
    "Monthly": "to_char({local}, 'YYYY-MM')",
    "Year": "to_char({local}, 'YYYY')",
    "WeekOfYear": "to_char({local}, 'IW')",
}
_SQLITE = {
    "Time": "strftime('%%H:%%M:%%S', {local})",
    "Hourly": "strftime('%%Y-%%m-%%d %%H', {local})",
    "Hour": "strftime('%%H', {local})",
    "Date": "strftime('%%Y-%%m-%%d', {local})",
    "Weekly": "date({local}, 'weekday 0', '-6 days')",
    "DayOfWeek": "strftime('%%w', {local})",
    "DayOfMonth": "strftime('%%d', {local})",
    "DayOfYear": "strftime('%%j', {local})",
    "Month": "strftime('%%m', {local})",
    "Monthly": "strftime('%%Y-%%m', {local})",
    "Year": "strftime('%%Y', {local})",
    # The week of a day is that of its Thursday.
    "WeekOfYear": (
        "substr('0' || ((strftime('%%j', {local}, '-3 days', 'weekday 4') - 1)"
        " / 7 + 1), -2)"
    ),
}
_SAME = {"Daily": "Date", "Annually": "Year"}


class LocalPart(Func):
    """A part of a moment in a time zone, as text."""

    output_field = CharField()

    def __init__(self, moment: Any, *, part: str, zone: tzinfo) -> None:
        super().__init__(moment)
        self.part = _SAME.get(part, part)
        self.zone = str(zone)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Format it with PostgreSQL's functions."""
        moment, params = compiler.compile(self.source_expressions[0])
        local = f"{moment} AT TIME ZONE %s"
        return _POSTGRESQL[self.part].format(local=local), (*params, self.zone)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Format it with SQLite's functions, the zone applied by Django's."""
        local, params = compiler.compile(self.source_expressions[0])
        if self.zone not in UTC_NAMES:
            local = f"django_datetime_trunc('second', {local}, %s, 'UTC')"
            params = (*params, self.zone)
        return _SQLITE[self.part].format(local=local), tuple(params)


# RT's pairs of dates and what the time between them is called in queries.
DURATIONS: dict[str, tuple[str, str]] = {
    "CreatedToStarted": ("created", "started"),
    "CreatedToResolved": ("created", "resolved"),
    "CreatedToLastUpdated": ("created", "last_updated"),
    "StartsToStarted": ("starts", "started"),
    "DueToResolved": ("due", "resolved"),
    "StartedToResolved": ("started", "resolved"),
}


class Seconds(Func):
    """The whole seconds from one moment to another; NULL unless both are set."""

    output_field = BigIntegerField()

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(start, end)

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **extra: Any) -> Any:
        """Subtract whole seconds of the epoch."""
        start, before = compiler.compile(self.source_expressions[0])
        end, after = compiler.compile(self.source_expressions[1])
        sql = seconds_between(start, end, vendor=connection.vendor)
        return sql, (*after, *before)


_EPOCH = {
    "postgresql": "CAST(FLOOR(date_part('epoch', {})) AS bigint)",
    "sqlite": "CAST(strftime('%%s', {}) AS integer)",
}


def seconds_between(start: str, end: str, *, vendor: str) -> str:
    """Return the SQL for the whole seconds from one column to another."""
    epoch = _EPOCH[vendor]
    return f"({epoch.format(end)} - {epoch.format(start)})"


def duration(name: str) -> Seconds:
    """Return the seconds between the two dates of one of ``DURATIONS``."""
    start, end = DURATIONS[name]
    return Seconds(F(start), F(end))
