"""The days a report is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.core.exceptions import ValidationError

from tickets.charts.levels.dates import days_between, first_day_of

LONGEST_DAYS = 3_660
# Time zones and the day after still have room.
FIRST_YEAR, LAST_YEAR = 1970, 9000
MOST_DAYS_BY_DAY, MOST_DAYS_BY_WEEK = 62, 400
RANGES = {
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "month": "This month",
    "last_month": "Last month",
    "year": "This year",
}
USUAL_RANGE = "30"
GRAINS = {"Daily": "Day", "Weekly": "Week", "Monthly": "Month"}


class PeriodError(ValidationError):
    """Dates that are none, or make no period: messages by the names of the fields."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included, in the reader's time zone."""

    first: date
    last: date
    zone: tzinfo
    name: str = ""

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], *, today: date, zone: tzinfo
    ) -> "Period":
        """Read ``from`` and ``to``, or else ``range``; the last 30 days by default.

        Raises:
            PeriodError: no such days, in the wrong order, or too many.
        """
        first, last = query.get("from", "").strip(), query.get("to", "").strip()
        if first or last:
            return cls._between(first, last, today, zone)
        name = query.get("range") or USUAL_RANGE
        if name not in RANGES:
            raise PeriodError({"range": [f"Choose one of {', '.join(RANGES)}."]})
        first_day, last_day = _named(name, today)
        return cls(first_day, last_day, zone, name)

    @classmethod
    def _between(cls, first: str, last: str, today: date, zone: tzinfo) -> "Period":
        errors = {}
        days: dict[str, date] = {"from": today - timedelta(days=29), "to": today}
        for name, text in (("from", first), ("to", last)):
            try:
                days[name] = date.fromisoformat(text) if text else days[name]
            except ValueError:
                errors[name] = [f"“{text[:40]}” is no day such as {today}."]
        for name, day in days.items():
            if name not in errors and not FIRST_YEAR <= day.year <= LAST_YEAR:
                errors[name] = [f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}."]
        if not first and not errors:
            days["from"] = days["to"] - timedelta(days=29)
        if not errors and days["from"] > days["to"]:
            errors["to"] = ["The last day is before the first."]
        if not errors and (days["to"] - days["from"]).days >= LONGEST_DAYS:
            errors["to"] = [f"Choose at most {LONGEST_DAYS} days."]
        if errors:
            raise PeriodError(errors)
        return cls(days["from"], days["to"], zone)

    @property
    def days(self) -> int:
        """Return how many days there are."""
        return (self.last - self.first).days + 1

    @property
    def after(self) -> date:
        """Return the day after the last."""
        return self.last + timedelta(days=1)

    @property
    def grain(self) -> str:
        """Return the step that gives a readable number of columns."""
        if self.days <= MOST_DAYS_BY_DAY:
            return "Daily"
        return "Weekly" if self.days <= MOST_DAYS_BY_WEEK else "Monthly"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment of the period and of what comes after it."""
        return self.midnight(self.first), self.midnight(self.after)

    def midnight(self, day: date) -> datetime:
        """Return the first moment of a local day, in UTC."""
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)

    def condition(self, field: str) -> str:
        """Return the TicketSQL for a date in the period."""
        return f"{field} >= '{self.first}' AND {field} < '{self.after}'"

    def keys(self, grain: str) -> Iterator[str]:
        """Yield the key of each step, as charts have them."""
        yield from days_between(
            grain, key_of(self.first, grain), key_of(self.last, grain)
        )

    def end_of(self, key: str, grain: str) -> date:
        """Return the day after a step, or after the period if that is sooner."""
        return min(first_day_of(key, after=grain), self.after)

    def to_query(self) -> list[tuple[str, str]]:
        """Return URL parameters."""
        if self.name:
            return [] if self.name == USUAL_RANGE else [("range", self.name)]
        return [("from", str(self.first)), ("to", str(self.last))]


def key_of(day: date, grain: str) -> str:
    """Return the key of the step that holds a day."""
    if grain == "Weekly":
        return str(day - timedelta(days=day.weekday()))
    return str(day)[:7] if grain == "Monthly" else str(day)


def _named(name: str, today: date) -> tuple[date, date]:
    first_of_month = today.replace(day=1)
    if name == "month":
        return first_of_month, today
    if name == "last_month":
        last = first_of_month - timedelta(days=1)
        return last.replace(day=1), last
    if name == "year":
        return today.replace(month=1, day=1), today
    return today - timedelta(days=int(name) - 1), today
