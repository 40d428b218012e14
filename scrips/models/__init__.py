"""Scrips and what they did; subscriptions to searches and what they saw."""

from scrips.models.dashboard_subscriptions import (
    DashboardSubscription,
    Frequency,
    RunAs,
)
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
    "DashboardSubscription",
    "EventKind",
    "Frequency",
    "Outcome",
    "RunAs",
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
