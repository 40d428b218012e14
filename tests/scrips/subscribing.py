"""Subscribing, and the passing of minutes."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from scrips.models import Subscription, SubscriptionEvent
from scrips.subscriptions.commands import Wishes, subscribe
from scrips.subscriptions.engine import check, due
from tickets.models import SavedSearch

OPEN = "Queue = 'General' AND Status = '__Active__'"


def make_search(owner: User | None, **fields: Any) -> SavedSearch:
    """Store a search as it is."""
    fields = {"name": "Open ones", "query": OPEN} | fields
    return SavedSearch.objects.create(owner=owner, **fields)


def subscribed(
    user: User, search: SavedSearch | None = None, **wishes: Any
) -> Subscription:
    """Subscribe somebody, by mail to changes unless told."""
    search = search or make_search(user)
    return subscribe(search, actor=user, wishes=Wishes(**wishes))


def tick(minutes: float = 2, *, now: datetime | None = None) -> int:
    """Do what beat and workers do some minutes from now; return how many were due."""
    moment = now or timezone.now() + timedelta(minutes=minutes)
    ids = due(moment)
    for subscription_id in ids:
        check(subscription_id, now=moment)
    return len(ids)


def happened(subscription: Subscription) -> list[tuple[str, int]]:
    """Return what a subscription has seen, oldest first."""
    events = SubscriptionEvent.objects.filter(subscription=subscription).order_by("pk")
    return [(event.kind, event.ticket_id) for event in events]
