"""Celery's way in: deliver a mail, process a mail, sweep up what was left behind."""

from celery import shared_task
from django.utils import timezone

from mail import delivery, gateway
from mail.rings import ring_delivery, ring_processing, ring_webhook
from mail.webhooks import delivery as webhooks


@shared_task(name="mail.tasks.deliver")
def deliver(*, mail_id: int) -> None:
    """Send an outgoing mail, if it is due and nobody else is at it."""
    delivery.deliver(mail_id)


@shared_task(name="mail.tasks.process")
def process(*, mail_id: int) -> None:
    """Turn an incoming mail into what it asks for, once."""
    gateway.process(mail_id)


@shared_task(name="mail.tasks.call_webhook")
def call_webhook(*, delivery_id: int) -> None:
    """Call a webhook, if it is due and nobody else is at it."""
    webhooks.deliver(delivery_id)


@shared_task(name="mail.tasks.sweep")
def sweep() -> None:
    """Ring again for mail and webhooks whose ring was lost or time has come."""
    now = timezone.now()
    for mail_id in delivery.due(now):
        ring_delivery(mail_id)
    for mail_id in gateway.due(now):
        ring_processing(mail_id)
    for delivery_id in webhooks.due(now):
        ring_webhook(delivery_id)
