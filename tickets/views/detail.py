"""The ticket page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from queues.models import LookupType
from queues.models.custom_fields import BUILT_IN_GROUPINGS
from tickets import forms, lists
from tickets.custom_values.reading import in_boxes, settable_fields, ticket_fields
from tickets.forms.choices import Choices, reply_status_choices
from tickets.history import HistoryPage, history_page
from tickets.models import Ticket, TicketWatcher
from tickets.rights import TicketRights
from tickets.search import quote
from tickets.views import sides
from tickets.views.answers import ticket_url
from tickets.views.lookup import seen_ticket
from tickets.views.once import new_token
from tickets.views.permitted import (
    Permitted,
    permitted,
    status_actions,
    status_kind,
)
from tickets.views.timeline import timeline
from tickets.views.walk import neighbours

WHOLE_HISTORY = 2_000
OTHER_TICKETS = 5
REPLY_ACTIONS = {"respond": "Reply to requestors", "comment": "Comment"}


@logged_in
@require_safe
def detail(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Show a ticket: head, conversation, reply box, boxes at the side."""
    user = request.user
    ticket, can = seen_ticket(user, ticket_id)
    if ticket.pk != ticket_id:
        return redirect(ticket_url(ticket))
    limit = WHOLE_HISTORY if request.GET.get("history") == "all" else 20
    page = history_page(ticket, can, limit=limit)
    watchers = sides.watchers_of(ticket)
    ctx = {
        **head(ticket, can),
        **boxes(ticket, can, watchers),
        **conversation(can, page, watchers),
        "reply": reply_form(ticket, can),
        "reply_to": recipients(watchers, besides=user),
        "walk": neighbours(request, ticket.pk),
        "queue_query": f"Queue = {quote(ticket.queue.name)} AND Status = '__Active__'",
    }
    return render(request, "tickets/detail.html", ctx)


@logged_in
@require_safe
def history(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Return the entries before one, for the gap in a long history."""
    ticket, can = seen_ticket(request.user, ticket_id)
    before, first = (request.GET.get(name, "") for name in ("before", "first"))
    if not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404("Before which entry?")
    page = history_page(ticket, can, before=int(before))
    shown = [entry for entry in page.entries if str(entry.row.pk) != first]
    watchers = sides.watchers_of(ticket)
    ctx = {
        "ticket": ticket,
        "may": permitted(ticket, can),
        "items": timeline(shown, can=can, watchers=watchers),
        "earlier": page.earlier,
        "before": page.before,
        "first_id": first,
    }
    return render(request, "tickets/_timeline.html", ctx)


def head(ticket: Ticket, can: TicketRights) -> dict[str, Any]:
    """Return what the head of the page and every box need."""
    return {
        "ticket": ticket,
        "can": can,
        "may": permitted(ticket, can),
        "status_kind": status_kind(ticket),
        "status_actions": status_actions(ticket, can),
        "is_bookmarked": getattr(ticket, "is_bookmarked", False),
    }


def boxes(
    ticket: Ticket, can: TicketRights, watchers: list[TicketWatcher]
) -> dict[str, Any]:
    """Return what the boxes show."""
    links = sides.links_of(ticket, can)
    requestors = [w.user for w in watchers if w.role == "Requestor" and w.user]
    return {
        "watchers_by_role": sides.by_role(watchers),
        "links_by_direction": links.by_direction,
        "waiting_for": links.waiting_for,
        "reminders": links.reminders,
        **field_boxes(ticket, can),
        "other_tickets": _other_tickets(requestors, ticket, can.user),
        "requestor_query": _requestor_query(requestors),
    }


def field_boxes(ticket: Ticket, can: TicketRights) -> dict[str, Any]:
    """Return the custom fields: those in boxes there are anyway, and their own."""
    found = in_boxes(ticket_fields(ticket, can))
    return {
        "grouped": {name: found.get(name) for name in BUILT_IN_GROUPINGS},
        "field_boxes": [
            box for name, box in found.items() if name not in BUILT_IN_GROUPINGS
        ],
    }


def conversation(
    can: TicketRights, page: HistoryPage, watchers: list[TicketWatcher]
) -> dict[str, Any]:
    """Return the timeline: the first entry, a gap, the newest ones."""
    first = timeline([page.first] if page.first else [], can=can, watchers=watchers)
    return {
        "first": next(iter(first), None),
        "first_id": page.first.row.pk if page.first else "",
        "items": timeline(page.entries, can=can, watchers=watchers),
        "earlier": page.earlier,
        "before": page.before,
    }


def reply_actions(may: Permitted) -> Choices:
    """Return the tabs of the reply box."""
    return [
        (name, label if may.comment else "Reply")
        for name, label in REPLY_ACTIONS.items()
        if (may.reply if name == "respond" else may.comment)
    ]


def reply_form(ticket: Ticket, can: TicketRights, **initial: Any) -> forms.Reply | None:
    """Return an empty reply form, or None for who may neither reply nor comment."""
    actions = reply_actions(permitted(ticket, can))
    if not actions:
        return None
    start = {"form_token": new_token(), "content": signature(can.user)} | initial
    return forms.Reply(
        actions=actions,
        statuses=reply_status_choices(ticket, can),
        custom_fields=settable_fields(ticket, can, lookup_type=LookupType.TRANSACTION),
        initial=start,
    )


def signature(user: User) -> str:
    """Return the signature as it stands below an empty message."""
    text = user.signature.strip()
    return f"\n\n-- \n{text}" if text else ""


def recipients(watchers: list[TicketWatcher], *, besides: User) -> list[str]:
    """Return the names of those a reply goes to."""
    found = [
        sides.party_name(watcher)
        for watcher in watchers
        if watcher.role in {"Requestor", "Cc"} and watcher.user_id != besides.pk
    ]
    return list(dict.fromkeys(found))


def _other_tickets(requestors: list[User], ticket: Ticket, user: User) -> list[Ticket]:
    if not requestors:
        return []
    found = lists.other_tickets_of(requestors, besides=ticket).visible_to(user)
    return list(found.only("subject", "status")[:OTHER_TICKETS])


def _requestor_query(requestors: list[User]) -> str:
    addresses = [user.email for user in requestors if user.email]
    return " OR ".join(
        f"Requestor.EmailAddress = {quote(address)}" for address in addresses[:5]
    )
