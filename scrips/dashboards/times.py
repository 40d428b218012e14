"""The times of a subscription's row."""

from datetime import datetime, tzinfo

from accounts.models import User
from scrips.dashboards.schedule import Times, next_mail
from scrips.models import DashboardSubscription
from tickets.search.context import Context

TIME_FIELDS = ("frequency", "weekdays", "weekday", "every_weeks", "monthday", "hour")


def times_of(subscription: DashboardSubscription) -> Times:
    """Return how often a dashboard is mailed."""
    return Times(**{name: getattr(subscription, name) for name in TIME_FIELDS})


def zone_of(user: User, now: datetime) -> tzinfo:
    """Return the time zone a user lives in, or the site's."""
    return Context(user=user, now=now).zone


def plan(subscription: DashboardSubscription, *, now: datetime) -> None:
    """Set the next time on a row that is saved next; its user is loaded."""
    user = subscription.user
    subscription.zone = user.timezone
    subscription.next_at = next_mail(
        times_of(subscription),
        now=now,
        zone=zone_of(user, now),
        last=subscription.last_date,
    )
