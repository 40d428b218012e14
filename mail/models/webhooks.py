"""Webhooks: where programs want to be told, and what they were told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User

LONGEST_URL = 2_000


class Webhook(models.Model):
    """An address of another program, and the secret our calls are signed with.

    ``disabled`` comes with a ``reason``: the program said that it is gone, or did not
    answer for a day.
    """

    url = models.CharField(max_length=LONGEST_URL)
    secret = models.CharField(max_length=100)
    creator = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    disabled = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    """Where a call is on its way."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class WebhookDelivery(models.Model):
    """One call to be made; the outbox of webhooks.

    ``key`` is unique, so that the same thing is told once; the receiver sees it as the
    id of the message and can drop what it has had before.
    """

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries"
    )
    key = models.CharField(max_length=100, unique=True)
    event = models.CharField(max_length=64)
    body = models.TextField()
    state = models.CharField(
        max_length=16, choices=DeliveryState, default=DeliveryState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveSmallIntegerField(
        "HTTP status of the answer", null=True, blank=True
    )
    error = models.TextField(blank=True, default="")
    created = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "webhook deliveries"
        indexes = (
            models.Index(
                fields=["next_try_at", "id"],
                name="webhook_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="webhook_delivery_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id}"
