"""What stands in the way of a subscription: people, rights, searches, addresses."""

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from scrips.models import Channel, Subscription
from tickets.models import SavedSearch

NO_ADDRESS = "There is no e-mail address in your preferences to write to."


def may_subscribe(user: User) -> bool:
    """Say whether a user may have searches watched: RT's SubscribeDashboard."""
    return not user.disabled and rights_of(user).has(Right.SUBSCRIBE_DASHBOARD)


def obstacle(subscription: Subscription) -> str:
    """Return why the search cannot be looked at for its owner, or nothing.

    Reads the owner's grants and whether the owner may still load the search.
    """
    user, search = subscription.user, subscription.search
    if user.disabled:
        return "The user is disabled."
    if search is None:
        return "The search was deleted."
    if search.disabled:
        return "The search was disabled."
    if not may_subscribe(user):
        return "The right SubscribeDashboard was taken away."
    if not SavedSearch.objects.visible_to(user).filter(pk=search.pk).exists():
        return "You may no longer load this search."
    return _silence(subscription)


def _silence(subscription: Subscription) -> str:
    """Return why nobody can be told, or nothing."""
    if subscription.channel == Channel.MAIL and not subscription.user.email:
        return NO_ADDRESS
    if subscription.channel == Channel.WEBHOOK:
        webhook = subscription.webhook
        if webhook is None:
            return "The webhook was removed."
        if webhook.disabled:
            return f"The webhook does not take calls: {webhook.reason}"
    return ""
