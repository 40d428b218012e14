"""Mailing the dashboards whose time has come: claim, read, then commit all at once.

A subscription is claimed by a conditional UPDATE and the dashboard is read outside of
any write transaction. The mails and the next time are written together, and only while
the claim is still the own one: two workers never mail the same twice, and who is killed
in between has mailed nothing, which the next tick makes up for.
"""

import logging
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from scrips.dashboards.letters import letters, missing_letter
from scrips.dashboards.times import plan, zone_of
from scrips.models import DashboardSubscription
from scrips.subscriptions.access import may_subscribe
from tickets.dashboards.layout import LayoutError
from tickets.models import Dashboard

logger = logging.getLogger(__name__)

# Longer than making the mails may take; after it the claim of a dead worker is void.
CLAIM_HOLDS = timedelta(minutes=15)
MOST_PER_TICK = 1_000
MOST_FAILURES = 5


def due(now: datetime) -> list[int]:
    """Return the subscriptions whose time has come. Two queries.

    Those whose subscriber has moved to another time zone are planned anew before.
    """
    plan_anew(now)
    waiting = DashboardSubscription.objects.filter(_claimable(now))
    ids = waiting.order_by("next_at", "pk").values_list("pk", flat=True)
    return list(ids[:MOST_PER_TICK])


def plan_anew(now: datetime) -> None:
    """Work out the next time of those whose user has moved to another time zone."""
    moved = DashboardSubscription.objects.filter(enabled=True, next_at__gt=now)
    for subscription in moved.exclude(zone=F("user__timezone")).select_related("user"):
        plan(subscription, now=now)
        subscription.save(update_fields=["zone", "next_at"])


def mail(subscription_id: int, *, now: datetime | None = None) -> None:
    """Mail one dashboard, if it is due and nobody else is at it. Never raises.

    What goes wrong is tried again, later each time, and in the end left for the next
    planned time.
    """
    now = now or timezone.now()
    subscription = _claim(subscription_id, now)
    if subscription is None:
        return
    try:
        _run(subscription, now)
    except LayoutError as error:
        _conclude(subscription, now, [], outcome=" ".join(error.messages))
    except Exception as error:
        logger.exception(
            "A dashboard could not be mailed", extra={"subscription": subscription_id}
        )
        _postpone(subscription, error, now)


def _claimable(now: datetime) -> Q:
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_HOLDS)
    return Q(enabled=True, next_at__lte=now) & is_free


def _claim(subscription_id: int, now: datetime) -> DashboardSubscription | None:
    mine = DashboardSubscription.objects.filter(_claimable(now), pk=subscription_id)
    if not mine.update(claimed_at=now):
        return None
    claimed = DashboardSubscription.objects.select_related("user", "dashboard")
    return claimed.get(pk=subscription_id)


def _run(subscription: DashboardSubscription, now: datetime) -> None:
    user, dashboard = subscription.user, subscription.dashboard
    if user.disabled:
        return _conclude(subscription, now, [], outcome="The user is disabled.")
    if not may_subscribe(user):
        reason = "The right SubscribeDashboard was taken away."
        return _conclude(subscription, now, [], outcome=reason)
    visible = Dashboard.objects.visible_to(user)
    if dashboard is None or not visible.filter(pk=dashboard.pk).exists():
        return _remove(subscription)
    if dashboard.disabled:
        return _conclude(subscription, now, [], outcome="The dashboard is disabled.")
    made = letters(subscription, dashboard, now=now)
    count = f"{len(made)} mail{'' if len(made) == 1 else 's'}"
    outcome = f"{count} sent." if made else "Nobody to write to, or nothing to show."
    return _conclude(subscription, now, made, outcome=outcome)


@transaction.atomic
def _conclude(
    subscription: DashboardSubscription,
    now: datetime,
    made: list[EmailMultiAlternatives],
    *,
    outcome: str,
) -> None:
    held = _held(subscription)
    if held is None:
        return
    for message in made:
        message.send()
    planned = held.next_at or now
    held.last_date = planned.astimezone(zone_of(subscription.user, now)).date()
    held.user = subscription.user
    plan(held, now=now)
    held.claimed_at, held.looked_at, held.failures = None, now, 0
    held.outcome = outcome[:255]
    if subscription.dashboard is not None:
        held.dashboard_name = subscription.dashboard.name
    held.save(
        update_fields=[
            "last_date", "next_at", "zone", "claimed_at", "looked_at", "failures",
            "outcome", "dashboard_name",
        ]
    )  # fmt: skip


@transaction.atomic
def _remove(subscription: DashboardSubscription) -> None:
    """End a subscription to what is no more, and say so."""
    held = _held(subscription)
    if held is None:
        return
    if subscription.user.email:
        missing_letter(subscription).send()
    held.delete()


def _held(subscription: DashboardSubscription) -> DashboardSubscription | None:
    """Lock a subscription that is still ours to mail."""
    return (
        DashboardSubscription.objects.select_for_update()
        .filter(pk=subscription.pk, enabled=True, claimed_at=subscription.claimed_at)
        .first()
    )


def _postpone(
    subscription: DashboardSubscription, error: Exception, now: datetime
) -> None:
    words = f"{type(error).__name__}: {error}"[:200]
    if subscription.failures + 1 >= MOST_FAILURES:
        _conclude(subscription, now, [], outcome=f"It could not be made. {words}")
        return
    DashboardSubscription.objects.filter(
        pk=subscription.pk, claimed_at=subscription.claimed_at
    ).update(
        failures=F("failures") + 1,
        claimed_at=now - CLAIM_HOLDS + timedelta(minutes=2**subscription.failures),
        outcome=f"To be tried again. {words}",
    )
