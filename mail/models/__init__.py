"""What came in and what goes out: mail in both directions, and webhooks."""

from mail.models.incoming import IncomingMail, IncomingState
from mail.models.outgoing import OutgoingFile, OutgoingMail, OutgoingState
from mail.models.webhooks import DeliveryState, Webhook, WebhookDelivery

__all__ = [
    "DeliveryState",
    "IncomingMail",
    "IncomingState",
    "OutgoingFile",
    "OutgoingMail",
    "OutgoingState",
    "Webhook",
    "WebhookDelivery",
]
