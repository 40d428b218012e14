"""What a secret link opens without a login: the feed, and the way out of the mails."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from scrips.models import Channel, EventKind, Subscription
from scrips.subscriptions import commands, links
from scrips.subscriptions.access import obstacle
from scrips.subscriptions.notices import Line, lines
from tickets.feeds import speakable

ENTRIES = 100
BY_LINK = "Unsubscribed by the link in a mail."


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Show what entered and left, as Atom, with the subscriber's rights of now.

    Three or four queries, and nothing is written: whoever polls it costs little.
    """
    subscription = links.subscription_of(token, "feed")
    if subscription is None or subscription.channel != Channel.FEED:
        raise Http404("There is no such feed.")
    if subscription.user.disabled or not subscription.is_active:
        return _stopped(subscription)
    if reason := obstacle(subscription):
        return HttpResponse(reason, status=403, content_type="text/plain")
    events = list(subscription.events.order_by("-pk")[:ENTRIES])
    by_id = lines({each.ticket_id for each in events}, user=subscription.user)
    atom = Atom1Feed(
        title=speakable(f"{subscription.search_name} ({settings.RTNAME})"),
        link=links.search_url(subscription.search_id or 0),
        description="",
        feed_url=links.feed_url(subscription),
        feed_guid=f"tag:{settings.ORGANIZATION},2026:subscription-{subscription.pk}",
    )
    for each in events:
        line = by_id[each.ticket_id]
        word = "Entered" if each.kind == EventKind.ENTERED else "Left"
        atom.add_item(
            title=speakable(f"{word}: #{line.id} {line.subject}".rstrip()),
            link=line.url,
            description=speakable(_facts(line)),
            unique_id=f"tag:{settings.ORGANIZATION},2026:subscription-event-{each.pk}",
            pubdate=each.at,
            updateddate=each.at,
        )
    return _private(
        HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
    )


# Mail programs post here on their user's behalf: no session, so no token to check.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on a post (also a mail program's one click) pause the subscription."""
    subscription = links.subscription_of(token, "unsubscribe")
    if subscription is None:
        raise Http404("There is no such subscription.")
    is_done = request.method == "POST"
    if is_done and subscription.is_active:
        commands.pause_subscription(
            subscription, actor=subscription.user, reason=BY_LINK
        )
    ctx = {"subscription": subscription, "is_done": is_done}
    return _private(render(request, "scrips/unsubscribe.html", ctx))


def _stopped(subscription: Subscription) -> HttpResponse:
    """Tell a reader that polls to leave it for a while."""
    words = subscription.reason or "This subscription is paused."
    response = HttpResponse(words, status=503, content_type="text/plain")
    response.headers["Retry-After"] = str(int(timedelta(hours=1).total_seconds()))
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _facts(line: Line) -> str:
    if not line.status:
        return "You may not see this ticket."
    return f"{line.status}, {line.queue}, {line.owner}"
