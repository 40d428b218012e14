"""The rows of webhooks: writing, trying again, and putting back into use."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mail.models import DeliveryState, Webhook, WebhookDelivery
from mail.rings import ring_webhook
from mail.webhooks.addresses import check_url
from mail.webhooks.calling import new_secret


def new_webhook(url: str, *, creator: User) -> Webhook:
    """Store an address to be called, with a new secret.

    Raises:
        ValidationError: the address cannot or may not be called.
    """
    check_url(url)
    return Webhook.objects.create(url=url, secret=new_secret(), creator=creator)


def queue_webhook(
    webhook: Webhook, *, key: str, event: str, payload: Mapping[str, Any]
) -> WebhookDelivery:
    """Put a call into the outbox, once per key; it is made after the commit.

    The body is ``{"type": event, "timestamp": …, "data": payload}``.
    """
    now = timezone.now()
    body = json.dumps(
        {"type": event, "timestamp": now.isoformat(), "data": payload},
        ensure_ascii=False,
    )
    delivery, is_new = WebhookDelivery.objects.get_or_create(
        key=key,
        defaults={
            "webhook": webhook,
            "event": event,
            "body": body,
            "created": now,
            "next_try_at": now,
        },
    )
    if is_new:
        ring_webhook(delivery.pk)
    return delivery


@transaction.atomic
def send_again(delivery: WebhookDelivery) -> None:
    """Make a call again now that was not delivered.

    Raises:
        ValidationError: it was delivered, or is being made at this moment.
    """
    count = WebhookDelivery.objects.filter(
        pk=delivery.pk, state__in=(DeliveryState.FAILED, DeliveryState.QUEUED)
    ).update(
        state=DeliveryState.QUEUED, attempts=0, next_try_at=timezone.now(), error=""
    )
    if not count:
        raise ValidationError("There is nothing to send again.", code="sending")
    ring_webhook(delivery.pk)


@transaction.atomic
def enable(webhook: Webhook) -> None:
    """Put a webhook back into use and send what was left undelivered."""
    Webhook.objects.filter(pk=webhook.pk).update(disabled=False, reason="")
    failed = webhook.deliveries.filter(state=DeliveryState.FAILED).order_by("pk")
    for delivery in failed:
        send_again(delivery)
