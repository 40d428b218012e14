"""The pages of subscriptions, and the secret links that need no login."""

from scrips.views.dashboards import (
    dashboard_subscription,
    dashboard_subscriptions,
    end_dashboard_subscription,
    send_dashboard,
)
from scrips.views.secret_links import feed, unsubscribe
from scrips.views.subscriptions import (
    change,
    end,
    pause,
    renew_links,
    resume,
    send_again,
    subscribe,
    subscription,
    subscriptions,
)

__all__ = [
    "change",
    "dashboard_subscription",
    "dashboard_subscriptions",
    "end",
    "end_dashboard_subscription",
    "feed",
    "pause",
    "renew_links",
    "resume",
    "send_again",
    "send_dashboard",
    "subscribe",
    "subscription",
    "subscriptions",
    "unsubscribe",
]
