"""When a subscription is looked at next, in the subscriber's own hours. Pure."""

from collections.abc import Collection
from datetime import datetime, time, timedelta, tzinfo

from scrips.models import Subscription

WEEK = 7


def next_time(subscription: Subscription, *, now: datetime, zone: tzinfo) -> datetime:
    """Return when to look again: after the interval, or at the next chosen hour."""
    if subscription.is_digest:
        return next_hour(
            now, zone=zone, weekdays=subscription.weekdays, hours=subscription.hours
        )
    # Whole minutes: the next tick must not find it a moment too early.
    this_minute = now.replace(second=0, microsecond=0)
    return this_minute + timedelta(minutes=subscription.interval_minutes)


def next_hour(
    now: datetime, *, zone: tzinfo, weekdays: Collection[int], hours: Collection[int]
) -> datetime:
    """Return the first of the hours on one of the weekdays after a moment.

    An hour that the clock skips in spring counts as the one after it.

    Raises:
        ValueError: no hour or no weekday is given.
    """
    today = now.astimezone(zone).date()
    for offset in range(WEEK + 1):
        day = today + timedelta(days=offset)
        if day.weekday() not in weekdays:
            continue
        for hour in sorted(hours):
            moment = datetime.combine(day, time(hour), tzinfo=zone)
            if moment > now:
                return moment.astimezone(now.tzinfo)
    raise ValueError("A digest needs a weekday and an hour.")


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def words(subscription: Subscription) -> str:
    """Return the schedule as people say it."""
    if not subscription.is_digest:
        minutes = subscription.interval_minutes
        if minutes == 1:
            return "changes, at once"
        return "changes, hourly" if minutes == 60 else f"changes, every {minutes} min"
    days = [DAYS[day] for day in subscription.weekdays]
    hours = ", ".join(f"{hour:02}:00" for hour in subscription.hours)
    if len(days) == WEEK:
        return f"digest, daily at {hours}"
    if subscription.weekdays == [0, 1, 2, 3, 4]:
        return f"digest, Mon–Fri at {hours}"
    return f"digest, {', '.join(days)} at {hours}"
