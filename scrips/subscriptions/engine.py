"""Looking at a subscribed search: claim, compare, then commit all of it at once.

A subscription is claimed by a conditional UPDATE and the search runs outside of any
write transaction. What it found is applied only while the claim is still the own one,
so two workers never tell the same thing; who is killed in between has changed nothing,
and the next tick finds the same difference.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from scrips.models import (
    EventKind,
    Subscription,
    SubscriptionEvent,
    SubscriptionState,
)
from scrips.subscriptions import membership, notices
from scrips.subscriptions.access import obstacle
from scrips.subscriptions.membership import Difference
from scrips.subscriptions.schedule import next_time
from tickets.models import SavedSearch
from tickets.search import TicketSQLError
from tickets.search.context import Context

logger = logging.getLogger(__name__)

# Longer than looking at one may take; after it the claim of a dead worker is void.
CLAIM_HOLDS = timedelta(minutes=10)
MOST_PER_TICK = 2_000
MOST_FAILURES = 6
KEPT = timedelta(days=30)


def due(now: datetime) -> list[int]:
    """Return the subscriptions whose time has come, those of one person together."""
    waiting = Subscription.objects.filter(_claimable(now)).order_by("next_at", "pk")
    found = waiting.values_list("user_id", "pk")[:MOST_PER_TICK]
    return [pk for _, pk in sorted(found)]


def check(subscription_id: int, *, now: datetime | None = None) -> None:
    """Look at one subscription and tell its owner what has happened. Never raises.

    What stands in the way for good stops it, with a reason its owner can read; anything
    else is tried again, later each time, and stops it in the end.
    """
    now = now or timezone.now()
    subscription = _claim(subscription_id, now)
    if subscription is None:
        return
    try:
        _look(subscription, now)
    except ValidationError as error:
        reason = " ".join(error.messages)
        if isinstance(error, TicketSQLError):
            reason = f"The query cannot be understood any more. {reason}"
        _stop(subscription, reason)
    except Exception as error:
        logger.exception(
            "A subscription could not be looked at",
            extra={"subscription": subscription_id},
        )
        _postpone(subscription, error, now)


def forget_old_events(now: datetime) -> int:
    """Forget what is too old for any feed; return how many rows went."""
    return SubscriptionEvent.objects.filter(at__lt=now - KEPT).delete()[0]


def _claimable(now: datetime) -> Q:
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_HOLDS)
    return Q(state=SubscriptionState.ACTIVE, next_at__lte=now) & is_free


def _claim(subscription_id: int, now: datetime) -> Subscription | None:
    mine = Subscription.objects.filter(_claimable(now), pk=subscription_id)
    if not mine.update(claimed_at=now):
        return None
    claimed = Subscription.objects.select_related("user", "search", "webhook")
    return claimed.get(pk=subscription_id)


def _look(subscription: Subscription, now: datetime) -> None:
    search, user = subscription.search, subscription.user
    reason = obstacle(subscription)
    if reason or search is None:
        _stop(subscription, reason)
        return
    if search.query != subscription.watched_query:
        ids = membership.all_found(search.query, user=user, now=now)
        difference, is_new = Difference(entered=ids, left=[]), True
    else:
        difference = membership.compare(
            subscription, user=user, query=search.query, now=now
        )
        is_new = False
    notice = notices.prepare(
        subscription,
        search=search,
        difference=None if is_new else difference,
        now=now,
    )
    with transaction.atomic():
        held = _held(subscription)
        if held is None:
            return
        if is_new:
            membership.replace(held, difference.entered)
        else:
            membership.apply(held, difference)
            _record(held, difference, now)
        if notice is not None:
            notice.send()
            held.told_at = now
        _conclude(held, now, user=user, search=search)


def _held(subscription: Subscription) -> Subscription | None:
    """Lock a subscription that is still ours to look at."""
    return (
        Subscription.objects.select_for_update()
        .filter(
            pk=subscription.pk,
            state=SubscriptionState.ACTIVE,
            claimed_at=subscription.claimed_at,
        )
        .first()
    )


def _record(subscription: Subscription, difference: Difference, now: datetime) -> None:
    pairs = [(pk, EventKind.ENTERED) for pk in difference.entered]
    pairs += [(pk, EventKind.LEFT) for pk in difference.left]
    SubscriptionEvent.objects.bulk_create(
        (
            SubscriptionEvent(
                subscription=subscription, ticket_id=pk, kind=kind, at=now
            )
            for pk, kind in pairs
        ),
        batch_size=500,
    )


def _conclude(
    held: Subscription, now: datetime, *, user: User, search: SavedSearch
) -> None:
    zone = Context(user=user, now=now).zone
    held.next_at = next_time(held, now=now, zone=zone)
    held.watched_query, held.search_name = search.query, search.name
    held.claimed_at, held.checked_at, held.failures = None, now, 0
    held.save(
        update_fields=[
            "next_at", "watched_query", "claimed_at", "checked_at", "failures",
            "told_at", "search_name",
        ]
    )  # fmt: skip


@transaction.atomic
def _stop(subscription: Subscription, reason: str) -> None:
    """Stop for good, say why on its page, and in a mail to its owner."""
    held = _held(subscription)
    if held is None:
        return
    held.state, held.reason, held.claimed_at = SubscriptionState.STOPPED, reason, None
    held.save(update_fields=["state", "reason", "claimed_at"])
    notices.say_stopped(subscription, reason=reason)


def _postpone(subscription: Subscription, error: Exception, now: datetime) -> None:
    """Try again later, later each time; in the end stop."""
    if subscription.failures + 1 >= MOST_FAILURES:
        words = f"{type(error).__name__}: {error}"[:500]
        _stop(subscription, f"The search could not be run, time and again. {words}")
        return
    Subscription.objects.filter(
        pk=subscription.pk, claimed_at=subscription.claimed_at
    ).update(
        failures=F("failures") + 1,
        claimed_at=None,
        next_at=now + timedelta(minutes=2**subscription.failures),
    )
