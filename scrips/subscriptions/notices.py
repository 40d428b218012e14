"""What a subscriber is told: one mail or one call for everything of one look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from mail.composing import NULL_SENDER
from mail.marks import LOOP_HEADER, friendly_from, loop_value
from mail.webhooks import queue_webhook
from queues.site import organization
from scrips.models import Channel, Subscription
from scrips.subscriptions import links
from scrips.subscriptions.membership import Difference, bounded
from tickets.messages import one_line
from tickets.models import SavedSearch, Ticket
from tickets.rights import discreet
from tickets.search import search as run
from tickets.search.context import Context

# Of more than these only the number is told.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as a notice shows it; without words where they may not be read."""

    id: int
    url: str
    subject: str = ""
    status: str = ""
    queue: str = ""
    owner: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the ticket as webhooks are told."""
        if not self.status:
            return {"id": self.id, "url": self.url}
        return {
            "id": self.id,
            "url": self.url,
            "subject": self.subject,
            "status": self.status,
            "queue": self.queue,
            "owner": self.owner,
        }


@dataclass(frozen=True)
class Notice:
    """Something to tell; ``send`` writes the row that a worker delivers."""

    subscription: Subscription
    name: str
    now: datetime
    ctx: dict[str, Any]

    def send(self) -> None:
        """Put it into the outbox of mail or of webhooks, for after the commit."""
        subscription = self.subscription
        if subscription.channel == Channel.MAIL:
            _mail(subscription, self.name, self.ctx, now=self.now)
        elif subscription.webhook is not None:
            moment = int(self.now.timestamp() * 1_000_000)
            queue_webhook(
                subscription.webhook,
                key=f"subscription-{subscription.pk}-{moment}",
                event=f"search.{self.name}",
                payload=_payload(subscription, self.ctx),
            )


def prepare(
    subscription: Subscription,
    *,
    search: SavedSearch,
    difference: Difference | None,
    now: datetime,
) -> Notice | None:
    """Read what there is to tell, if anything; a feed is read, and tells nobody.

    Without a difference it is the first look at a search that was changed: then only a
    digest has something to say. At most three queries.
    """
    if subscription.channel == Channel.FEED:
        return None
    if subscription.is_digest:
        fresh = difference or Difference([], [])
        return _digest(subscription, search, fresh, now)
    if difference is None or difference.is_empty:
        return None
    entered, left = difference.entered, difference.left
    shown = [*entered[:MOST_LISTED], *left[:MOST_LISTED]]
    by_id = lines(shown, user=subscription.user)
    ctx = {
        "entered": [by_id[pk] for pk in entered[:MOST_LISTED]],
        "left": [by_id[pk] for pk in left[:MOST_LISTED]],
        "entered_count": len(entered),
        "left_count": len(left),
        "entered_more": max(0, len(entered) - MOST_LISTED),
        "left_more": max(0, len(left) - MOST_LISTED),
    }
    return Notice(subscription, "changed", now, ctx)


def _digest(
    subscription: Subscription,
    saved: SavedSearch,
    difference: Difference,
    now: datetime,
) -> Notice | None:
    user = subscription.user
    found = run(saved.query, user=user, order_by=saved.order_by, now=now)
    with bounded():
        tickets = list(found.for_list()[: MOST_LISTED + 1])
        total = len(tickets) if len(tickets) <= MOST_LISTED else found.count()
    if not tickets and subscription.skip_empty:
        return None
    fresh = set(difference.entered)
    ctx = {
        "tickets": [(_line(each), each.pk in fresh) for each in tickets[:MOST_LISTED]],
        "total": total,
        "more": max(0, total - MOST_LISTED),
        "entered_count": len(difference.entered),
        "left_count": len(difference.left),
    }
    return Notice(subscription, "digest", now, ctx)


def lines(ids: Iterable[int], *, user: User) -> dict[int, Line]:
    """Return tickets as notices show them, by id. One query.

    What the user may not see, any more or yet, is a number and nothing else.
    """
    wanted = list(ids)
    visible = Ticket.objects.visible_to(user).filter(discreet(user), pk__in=wanted)
    known = {each.pk: _line(each) for each in visible.for_list()}
    return {pk: known.get(pk) or Line(pk, links.ticket_url(pk)) for pk in wanted}


def say_stopped(subscription: Subscription, *, reason: str) -> None:
    """Write to the owner that there will be no more, if the owner can be written to."""
    if subscription.user.email and not subscription.user.disabled:
        _mail(subscription, "stopped", {"reason": reason}, now=timezone.now())


def _line(ticket: Ticket) -> Line:
    return Line(
        id=ticket.pk,
        url=links.ticket_url(ticket.pk),
        subject=ticket.display_subject,
        status=ticket.status,
        queue=ticket.queue.name,
        owner=ticket.owner.display_name if ticket.owner else "Nobody",
    )


def _mail(
    subscription: Subscription, name: str, ctx: dict[str, Any], *, now: datetime
) -> None:
    user = subscription.user
    away = links.unsubscribe_url(subscription)
    ctx = ctx | {
        "subscription": subscription,
        "name": subscription.search_name,
        "rtname": settings.RTNAME,
        "now": now,
        "search_url": links.search_url(subscription.search_id or 0),
        "page_url": links.page_url(subscription),
        "unsubscribe_url": away,
    }  # fmt: skip
    folder = f"emails/subscription_{name}"
    with timezone.override(Context(user=user, now=now).zone):
        subject = one_line(render_to_string(f"{folder}/subject.txt", ctx))
        text = render_to_string(f"{folder}/body.txt", ctx)
        html = render_to_string(f"{folder}/body.html", ctx)
    message = EmailMultiAlternatives(
        subject=subject[:400],
        body=text,
        # Where it cannot be delivered, nobody is to be told.
        from_email=NULL_SENDER,
        to=[friendly_from(user.display_name, user.email)],
        headers={
            "From": friendly_from(organization(), settings.CORRESPOND_ADDRESS),
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
            LOOP_HEADER: loop_value(settings.RTNAME),
            "List-Unsubscribe": f"<{away}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "X-Helpdesk-Subscription": str(subscription.pk),
        },
    )
    message.attach_alternative(html, "text/html")
    message.send()


def _payload(subscription: Subscription, ctx: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "subscription": {
            "id": subscription.pk,
            "url": links.page_url(subscription),
        },
        "search": {
            "id": subscription.search_id,
            "name": subscription.search_name,
            "url": links.search_url(subscription.search_id or 0),
        },
        "entered_count": ctx["entered_count"],
        "left_count": ctx["left_count"],
    }
    if subscription.is_digest:
        payload["total"] = ctx["total"]
        payload["tickets"] = [
            line.as_json() | {"is_new": is_new} for line, is_new in ctx["tickets"]
        ]
    else:
        payload["entered"] = [line.as_json() for line in ctx["entered"]]
        payload["left"] = [line.as_json() for line in ctx["left"]]
    return payload
