"""Dashboards that are mailed, and the passing of hours."""

from datetime import datetime
from typing import Any

from accounts.models import User
from mail.models import OutgoingMail
from scrips.dashboards.commands import MailWishes, subscribe_to_dashboard
from scrips.dashboards.engine import due, mail
from scrips.dashboards.schedule import Times
from scrips.models import DashboardSubscription
from tickets.models import Dashboard


def mailed(
    user: User, dashboard: Dashboard, *, times: Times | None = None, **wishes: Any
) -> DashboardSubscription:
    """Have a dashboard mailed, every day unless told."""
    times = times or Times(weekdays=tuple(range(7)))
    wish = MailWishes(times=times, **wishes)
    return subscribe_to_dashboard(dashboard, actor=user, wishes=wish)


def tick(now: datetime) -> int:
    """Do what beat and workers do at a moment; return how many were due."""
    ids = due(now)
    for subscription_id in ids:
        mail(subscription_id, now=now)
    return len(ids)


def run(subscription: DashboardSubscription) -> list[OutgoingMail]:
    """Mail it at its next time; return what has gone out by then."""
    subscription.refresh_from_db()
    assert subscription.next_at is not None
    tick(subscription.next_at)
    return list(OutgoingMail.objects.order_by("pk"))
