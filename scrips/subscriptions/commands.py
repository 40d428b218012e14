"""The changes people make to their subscriptions; nobody changes another's."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mail.models import Webhook
from mail.webhooks import check_url, enable, new_webhook
from scrips.models import Channel, Subscription, SubscriptionState, What
from scrips.subscriptions import membership
from scrips.subscriptions.access import NO_ADDRESS, may_subscribe, obstacle
from scrips.subscriptions.schedule import next_time
from tickets.models import SavedSearch
from tickets.search.context import Context

MOST_PER_USER = 50
INTERVALS = (1, 5, 15, 60)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a subscriber wants to be told, how and when.

    ``url`` is for webhooks; the interval for changes; days and hours for digests.
    """

    what: str = What.CHANGES
    channel: str = Channel.MAIL
    url: str = ""
    interval_minutes: int = 1
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    hours: tuple[int, ...] = (8,)
    skip_empty: bool = True


@transaction.atomic
def subscribe(search: SavedSearch, *, actor: User, wishes: Wishes) -> Subscription:
    """Begin to watch a search; what it finds now is where it begins.

    Raises:
        PermissionDenied: the actor may not subscribe, or not load the search.
        TicketSQLError: the query cannot be understood.
        TooManyTicketsError: it finds more than can be watched.
        ValidationError: nobody can be told like this, or the actor is already.
    """
    if not may_subscribe(actor):
        raise PermissionDenied("Subscribing needs the right SubscribeDashboard.")
    if not SavedSearch.objects.visible_to(actor).filter(pk=search.pk).exists():
        raise PermissionDenied("You may not load this search.")
    if search.disabled:
        raise ValidationError("This search is disabled.", code="disabled")
    _make_room(search, actor, wishes)
    subscription = Subscription(
        user=actor,
        search=search,
        search_name=search.name,
        nonce=secrets.token_hex(16),
    )
    _grant(subscription, wishes)
    _begin(subscription, search)
    subscription.save(force_insert=True)
    membership.replace(subscription, _found(subscription, search))
    return subscription


@transaction.atomic
def change_subscription(
    subscription: Subscription, *, actor: User, wishes: Wishes
) -> Subscription:
    """Change what, how and when; what has been seen stays seen.

    Raises:
        PermissionDenied: it is somebody else's.
        ValidationError: nobody can be told like this.
    """
    held = _locked(subscription, actor)
    before = (held.what, held.hours, held.weekdays, held.interval_minutes)
    unused = _grant(held, wishes)
    if before != (held.what, held.hours, held.weekdays, held.interval_minutes):
        held.next_at = _next(held)
    # A look that is under way was told to do something else.
    held.claimed_at = None
    held.save(
        update_fields=[
            "what", "channel", "webhook", "interval_minutes", "weekdays", "hours",
            "skip_empty", "next_at", "claimed_at",
        ]
    )  # fmt: skip
    if unused is not None:
        unused.delete()
    return held


@transaction.atomic
def pause_subscription(
    subscription: Subscription, *, actor: User, reason: str = ""
) -> Subscription:
    """Look no more at the search until it is resumed."""
    held = _locked(subscription, actor)
    held.state, held.reason, held.claimed_at = SubscriptionState.PAUSED, reason, None
    held.save(update_fields=["state", "reason", "claimed_at"])
    return held


@transaction.atomic
def resume_subscription(subscription: Subscription, *, actor: User) -> Subscription:
    """Watch again, from what the search finds now; a webhook is put back into use.

    Raises:
        PermissionDenied: it is somebody else's.
        ValidationError: what stopped it is still in the way, or something else is.
    """
    held = _locked(subscription, actor)
    webhook = held.webhook
    if held.channel == Channel.WEBHOOK and webhook is not None and webhook.disabled:
        enable(webhook)
        webhook.refresh_from_db()
    reason = obstacle(held)
    if reason or held.search is None:
        raise ValidationError(reason, code="obstacle")
    held.state, held.reason, held.failures = SubscriptionState.ACTIVE, "", 0
    held.claimed_at = None
    _begin(held, held.search)
    held.save(
        update_fields=[
            "state", "reason", "failures", "claimed_at", "watched_query", "next_at",
            "search_name",
        ]
    )  # fmt: skip
    membership.replace(held, _found(held, held.search))
    return held


@transaction.atomic
def end_subscription(subscription: Subscription, *, actor: User) -> None:
    """Delete a subscription, its events and its webhook."""
    held = _locked(subscription, actor)
    webhook = held.webhook
    held.delete()
    if webhook is not None:
        webhook.delete()


@transaction.atomic
def renew_links(subscription: Subscription, *, actor: User) -> Subscription:
    """Make the secret links void that are known, and new ones."""
    held = _locked(subscription, actor)
    held.nonce = secrets.token_hex(16)
    held.save(update_fields=["nonce"])
    return held


def _make_room(search: SavedSearch, actor: User, wishes: Wishes) -> None:
    """Refuse one too many, and the same one twice, as a button pressed twice asks for.

    The user's row is locked, so that two requests at once do not both find room.
    """
    User.objects.select_for_update().only("pk").get(pk=actor.pk)
    mine = Subscription.objects.filter(user=actor)
    if mine.count() >= MOST_PER_USER:
        raise ValidationError(
            f"At most {MOST_PER_USER} subscriptions each.", code="too_many"
        )
    same = mine.filter(search=search, what=wishes.what, channel=wishes.channel)
    if wishes.channel == Channel.WEBHOOK:
        same = same.filter(webhook__url=wishes.url)
    if same.exists():
        raise ValidationError(
            "You are subscribed to this search like this already.", code="twice"
        )


def _locked(subscription: Subscription, actor: User) -> Subscription:
    held = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("user", "search", "webhook")
        .filter(pk=subscription.pk)
        .first()
    )
    if held is None:
        raise ValidationError("This subscription has ended.", code="ended")
    if held.user_id != actor.pk:
        raise PermissionDenied("This is somebody else's subscription.")
    return held


def _grant(subscription: Subscription, wishes: Wishes) -> Webhook | None:
    """Set what is wished, if it can be; return a webhook that is no longer used."""
    _check(subscription, wishes)
    subscription.what, subscription.channel = wishes.what, wishes.channel
    subscription.interval_minutes = wishes.interval_minutes
    subscription.weekdays = sorted(set(wishes.weekdays))
    subscription.hours = sorted(set(wishes.hours))
    subscription.skip_empty = wishes.skip_empty
    webhook = subscription.webhook
    if wishes.channel != Channel.WEBHOOK:
        subscription.webhook = None
        return webhook
    if webhook is None:
        subscription.webhook = new_webhook(wishes.url, creator=subscription.user)
    elif webhook.url != wishes.url:
        check_url(wishes.url)
        webhook.url = wishes.url
        webhook.save(update_fields=["url"])
    return None


def _check(subscription: Subscription, wishes: Wishes) -> None:
    if wishes.what not in What.values or wishes.channel not in Channel.values:
        raise ValidationError("There is no such kind of subscription.", code="kind")
    if wishes.channel == Channel.FEED and wishes.what != What.CHANGES:
        _refuse("channel", "A feed tells of changes; it has no digest.")
    if wishes.channel == Channel.MAIL and not subscription.user.email:
        _refuse("channel", NO_ADDRESS)
    if wishes.interval_minutes not in INTERVALS:
        _refuse("interval", "Choose one of the intervals.")
    if wishes.what == What.DIGEST and not wishes.weekdays:
        _refuse("weekdays", "Choose at least one day.")
    if wishes.what == What.DIGEST and not wishes.hours:
        _refuse("hours", "Choose at least one hour.")
    if set(wishes.weekdays) - set(range(7)) or set(wishes.hours) - set(range(24)):
        raise ValidationError("There is no such day or hour.", code="schedule")
    if wishes.channel == Channel.WEBHOOK:
        try:
            check_url(wishes.url)
        except ValidationError as error:
            raise ValidationError({"url": error}) from error


def _begin(subscription: Subscription, search: SavedSearch) -> None:
    subscription.watched_query = search.query
    subscription.search_name = search.name
    subscription.next_at = _next(subscription)


def _next(subscription: Subscription) -> datetime:
    now = timezone.now()
    zone = Context(user=subscription.user, now=now).zone
    return next_time(subscription, now=now, zone=zone)


def _found(subscription: Subscription, search: SavedSearch) -> list[int]:
    return membership.all_found(
        search.query, user=subscription.user, now=timezone.now()
    )


def _refuse(field_name: str, message: str) -> None:
    raise ValidationError({field_name: ValidationError(message, code="invalid")})
