"""Celery's way in: run scrips, look at subscriptions, sweep up what was left behind."""

from celery import shared_task
from django.utils import timezone

from mail.webhooks.delivery import purge
from scrips import engine
from scrips.dashboards import engine as dashboards
from scrips.subscriptions.engine import check, due, forget_old_events

# What waited longer for a worker is rung for by the next tick.
TICK_SECONDS = 60.0


@shared_task(name="scrips.tasks.run_scrips")
def run_scrips(*, ticket_id: int) -> None:
    """Drain the ticket's pending transactions through the scrips."""
    engine.drain(ticket_id)


@shared_task(name="scrips.tasks.sweep")
def sweep() -> None:
    """Ring again for tickets whose transactions were left pending."""
    for ticket_id in engine.left_behind():
        run_scrips.delay(ticket_id=ticket_id)


@shared_task(name="scrips.tasks.look_at_subscriptions")
def look_at_subscriptions() -> None:
    """Ring for every subscription whose time has come."""
    for subscription_id in due(timezone.now()):
        check_subscription.apply_async(
            kwargs={"subscription_id": subscription_id}, expires=TICK_SECONDS
        )


@shared_task(name="scrips.tasks.check_subscription")
def check_subscription(*, subscription_id: int) -> None:
    """Look at one subscription, if it is due and nobody else is at it."""
    check(subscription_id)


@shared_task(name="scrips.tasks.look_at_dashboards")
def look_at_dashboards() -> None:
    """Ring for every dashboard that is to be mailed now."""
    for subscription_id in dashboards.due(timezone.now()):
        mail_dashboard.apply_async(
            kwargs={"subscription_id": subscription_id}, expires=TICK_SECONDS
        )


@shared_task(name="scrips.tasks.mail_dashboard")
def mail_dashboard(*, subscription_id: int) -> None:
    """Mail one dashboard, if it is due and nobody else is at it."""
    dashboards.mail(subscription_id)


@shared_task(name="scrips.tasks.forget")
def forget() -> None:
    """Forget events of subscriptions and calls of webhooks that are old and done."""
    now = timezone.now()
    forget_old_events(now)
    purge(now)
