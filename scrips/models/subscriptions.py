"""Subscriptions: who wants to know what enters and leaves a search, and how."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from mail.models import Webhook
from tickets.models import SavedSearch, Ticket


class What(models.TextChoices):
    """What the subscriber is told."""

    CHANGES = "changes", "Tickets that enter or leave the search"
    DIGEST = "digest", "A digest of what it finds"


class Channel(models.TextChoices):
    """How the subscriber is told."""

    MAIL = "mail", "Mail"
    WEBHOOK = "webhook", "Webhook"
    FEED = "feed", "Feed"


class SubscriptionState(models.TextChoices):
    """Whether the search is looked at."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"


class EventKind(models.TextChoices):
    """What a ticket did."""

    ENTERED = "entered", "Entered"
    LEFT = "left", "Left"


class Subscription(models.Model):
    """One person's wish to be told about one saved search.

    ``watched_query`` is the query that the rows of SubscribedTicket were made with:
    when the search asks for something else, they are made anew and nobody is told. The
    search is NULL when it was deleted; ``search_name`` is what its owner knew it by.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="subscriptions"
    )
    search = models.ForeignKey(
        SavedSearch, on_delete=models.SET_NULL, null=True, related_name="subscriptions"
    )
    search_name = models.CharField(max_length=200)
    what = models.CharField(max_length=16, choices=What, default=What.CHANGES)
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.MAIL)
    webhook = models.OneToOneField(
        Webhook,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="subscription",
    )
    interval_minutes = models.PositiveSmallIntegerField(default=1)
    weekdays = models.JSONField("days of the week, Monday is 0", default=list)
    hours = models.JSONField("hours of the subscriber's day", default=list)
    skip_empty = models.BooleanField(default=True)

    state = models.CharField(
        max_length=16, choices=SubscriptionState, default=SubscriptionState.ACTIVE
    )
    reason = models.TextField("why it was stopped", blank=True, default="")
    watched_query = models.TextField(blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    nonce = models.CharField(
        "what the secret links are made from", max_length=32, editable=False
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                name="subscription_waiting",
                condition=Q(state="active"),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(what__in=What.values), name="subscription_what_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values),
                name="subscription_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SubscriptionState.values),
                name="subscription_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(channel="feed") | Q(what="changes"),
                name="subscription_feed_of_changes",
            ),
            models.CheckConstraint(
                condition=Q(channel="webhook") | Q(webhook=None),
                name="subscription_webhook_by_webhook",
            ),
            models.CheckConstraint(
                condition=Q(interval_minutes__gte=1), name="subscription_interval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.search_name} for {self.user}"

    @property
    def is_digest(self) -> bool:
        """Say whether it is a digest."""
        return self.what == What.DIGEST

    @property
    def is_active(self) -> bool:
        """Say whether the search is looked at."""
        return self.state == SubscriptionState.ACTIVE

    def is_due(self, now: datetime) -> bool:
        """Say whether the search is to be looked at."""
        return self.is_active and self.next_at <= now


class SubscribedTicket(models.Model):
    """A ticket that was in the search when it was last looked at."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="tickets"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["subscription", "ticket"], name="subscribed_ticket_once"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.ticket_id} in {self.subscription_id}"


class SubscriptionEvent(models.Model):
    """A ticket that entered or left the search; the feed is made of these."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="events"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=EventKind)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["subscription", "-id"], name="events_newest_first"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values),
                name="subscription_event_kind_known",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"
