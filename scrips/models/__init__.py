"""Scrips and what they did; subscriptions to searches and what they saw."""

from scrips.models.scrips import (
    Outcome,
    Scrip,
    ScripRun,
    ScripTemplate,
    Stage,
    TemplateType,
)
from scrips.models.subscriptions import (
    Channel,
    EventKind,
    SubscribedTicket,
    Subscription,
    SubscriptionEvent,
    SubscriptionState,
    What,
)

__all__ = [
    "Channel",
    "EventKind",
    "Outcome",
    "Scrip",
    "ScripRun",
    "ScripTemplate",
    "Stage",
    "SubscribedTicket",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionState",
    "TemplateType",
    "What",
]
