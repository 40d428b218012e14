"""The pages of subscriptions, and the secret links that need no login."""

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
    "end",
    "feed",
    "pause",
    "renew_links",
    "resume",
    "send_again",
    "subscribe",
    "subscription",
    "subscriptions",
    "unsubscribe",
]
