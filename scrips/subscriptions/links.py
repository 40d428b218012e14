"""Secret links of a subscription: its feed, and the way out of its mails.

Made from a nonce in the row and the site's secret key, so that the row alone does not
give them away and a new nonce makes all of them void.
"""

import hmac
from typing import Literal

from django.conf import settings
from django.utils.crypto import salted_hmac

from scrips.models import Subscription
from tickets.saved_searches import number_in

Purpose = Literal["feed", "unsubscribe"]
_SIGNS = 40
LARGEST_ID = 2**63 - 1


def feed_url(subscription: Subscription) -> str:
    """Return the whole address of the feed."""
    return f"{settings.WEB_URL}/subscriptions/feed/{token(subscription, 'feed')}/"


def unsubscribe_url(subscription: Subscription) -> str:
    """Return the whole address that ends the mails."""
    secret = token(subscription, "unsubscribe")
    return f"{settings.WEB_URL}/subscriptions/unsubscribe/{secret}/"


def page_url(subscription: Subscription) -> str:
    """Return the whole address of the subscription's page."""
    return f"{settings.WEB_URL}/subscriptions/{subscription.pk}/"


def ticket_url(ticket_id: int) -> str:
    """Return the whole address of a ticket."""
    return f"{settings.WEB_URL}/tickets/{ticket_id}/"


def search_url(search_id: int) -> str:
    """Return the whole address of a saved search."""
    return f"{settings.WEB_URL}/searches/{search_id}/"


def token(subscription: Subscription, purpose: Purpose) -> str:
    """Return the secret part of a link."""
    return f"{subscription.pk}-{_sign(subscription, purpose)}"


def subscription_of(text: str, purpose: Purpose) -> Subscription | None:
    """Return the subscription a secret part stands for, or None. One query."""
    digits, _, sign = text.partition("-")
    number = number_in(digits)
    if number is None:
        return None
    subscription = (
        Subscription.objects.select_related("user", "search").filter(pk=number).first()
    )
    if subscription is None or not sign.isascii():
        return None
    is_right = hmac.compare_digest(sign, _sign(subscription, purpose))
    return subscription if is_right else None


def _sign(subscription: Subscription, purpose: Purpose) -> str:
    signed = salted_hmac(
        f"subscription-{purpose}",
        f"{subscription.pk}:{subscription.nonce}",
        algorithm="sha256",
    )
    return signed.hexdigest()[:_SIGNS]
