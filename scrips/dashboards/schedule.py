"""When a dashboard is mailed next, in the subscriber's own hours. Pure."""

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from scrips.models import Frequency
from scrips.subscriptions.schedule import WEEK, next_hour

WEEKDAY_NAMES = tuple(calendar.day_name)


@dataclass(frozen=True, kw_only=True)
class Times:
    """How often, on which days, and at which hour."""

    frequency: str = Frequency.DAILY
    weekdays: Collection[int] = (0, 1, 2, 3, 4)
    weekday: int = 0
    every_weeks: int = 1
    monthday: int = 1
    hour: int = 6


def next_mail(
    times: Times, *, now: datetime, zone: tzinfo, last: date | None
) -> datetime | None:
    """Return the first moment after ``now``, or None for never.

    ``last`` is the day of the last planned mail. However many were missed, there is one
    next; a mail of every second week stays in its rhythm.
    """
    if times.frequency == Frequency.DAILY:
        days = times.weekdays
        return next_hour(now, zone=zone, weekdays=days, hours=[times.hour])
    if times.frequency == Frequency.WEEKLY:
        return _weekly(times, now, zone, last)
    if times.frequency == Frequency.MONTHLY:
        return _monthly(times, now, zone)
    return None


def _weekly(
    times: Times, now: datetime, zone: tzinfo, last: date | None
) -> datetime | None:
    if last is None:
        return next_hour(now, zone=zone, weekdays=[times.weekday], hours=[times.hour])
    monday = last - timedelta(days=last.weekday())
    step = timedelta(days=WEEK * times.every_weeks)
    day = monday + step + timedelta(days=times.weekday)
    behind = (now.astimezone(zone).date() - day).days
    if behind > 0:
        day += behind // step.days * step
    while (moment := _moment(day, times.hour, zone)) <= now:
        day += step
    return moment


def _monthly(times: Times, now: datetime, zone: tzinfo) -> datetime:
    """A day that a month does not have is its last."""
    today = now.astimezone(zone).date()
    year, month = today.year, today.month
    while True:
        day = min(times.monthday, calendar.monthrange(year, month)[1])
        moment = _moment(date(year, month, day), times.hour, zone)
        if moment > now:
            return moment
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _moment(day: date, hour: int, zone: tzinfo) -> datetime:
    """An hour the clock skips is the one after; of one it repeats, the first."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def words(times: Times) -> str:
    """Return the times as a sentence: ``Monday, every 2 weeks, 06:00``."""
    clock = f"{times.hour:02}:00"
    if times.frequency == Frequency.DAILY:
        days = sorted(times.weekdays)
        if days == list(range(WEEK)):
            return f"Every day, {clock}"
        if days == [0, 1, 2, 3, 4]:
            return f"Monday to Friday, {clock}"
        return f"{', '.join(WEEKDAY_NAMES[day][:3] for day in days)}, {clock}"
    if times.frequency == Frequency.WEEKLY:
        weeks = "week" if times.every_weeks == 1 else f"{times.every_weeks} weeks"
        return f"{WEEKDAY_NAMES[times.weekday]}, every {weeks}, {clock}"
    if times.frequency == Frequency.MONTHLY:
        return f"Day {times.monthday} of every month, {clock}"
    return "Never"
