"""At a glance."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from queues.site import is_set_up
from tickets import commands, forms, lists
from tickets.context import page_of
from tickets.custom_values.cleaning import CustomFieldsError
from tickets.messages import compose
from tickets.models import Ticket
from tickets.portal import requested_by
from tickets.rail import rail_of
from tickets.search import quote
from tickets.settled import wait_for_scrips
from tickets.views.answers import say
from tickets.views.create import full_form
from tickets.views.once import new_token, once

REFRESH_MINUTES = (0, 2, 5, 10, 20, 60, 120)
REFRESH_CHOICES = [
    (minutes, f"Every {minutes} minutes" if minutes else "Don't refresh this page")
    for minutes in REFRESH_MINUTES
]
UNOWNED_QUERY = "Owner = 'Nobody' AND Status = '__Active__'"
PORTAL_ROWS = 50
TAKING = (Right.TAKE_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET)


@logged_in
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show staff what to do next, and others the tickets they wait for."""
    if not request.user.is_privileged:
        return portal(request)
    return home_page(request)


@logged_in
@require_POST
def refresh(request: StaffRequest) -> HttpResponse:
    """Keep for this session how often the page reloads itself."""
    minutes = request.POST.get("minutes", "0")
    known = {str(choice): choice for choice in REFRESH_MINUTES}
    request.session["refresh_minutes"] = known.get(minutes, 0)
    return redirect("tickets:home")


@logged_in
@require_POST
@once
def quick_create(request: StaffRequest) -> HttpResponse:
    """Create a ticket from the small form and stay where one is."""
    form = forms.QuickCreate(
        request.POST,
        queues=_creatable(request.user, lists.queue_rows(request.user)),
        me=request.user,
    )
    try:
        if form.is_valid() and _create(request, form):
            return redirect("tickets:home")
    except CustomFieldsError:
        messages.warning(request, "This queue asks for more: fill in the rest.")
        return full_form(request, form)
    return home_page(request, form=form, status=422)


def portal(request: StaffRequest) -> HttpResponse:
    """Show a requestor's own tickets, open and closed."""
    mine = requested_by(request.user)
    open_ones = lists.first_rows(mine.filter(is_active=True), rows=PORTAL_ROWS)
    closed = lists.first_rows(mine.filter(is_active=False), rows=PORTAL_ROWS)
    ctx = {"panels": [("My open tickets", open_ones), ("My closed tickets", closed)]}
    return render(request, "tickets/portal.html", ctx)


def home_page(
    request: StaffRequest, *, form: forms.QuickCreate | None = None, status: int = 200
) -> HttpResponse:
    """Render the page, with a form that is to be corrected if there is one."""
    user = request.user
    minutes = request.session.get("refresh_minutes", 0)
    rows = lists.queue_rows(user)
    quick = form or forms.QuickCreate(
        queues=_creatable(user, rows), me=user, token=new_token()
    )
    shown = panels(user)
    # The rail says the same: it need not ask again.
    page_of(request).rail = rail_of(rows, owned=shown["owned"].total)
    ctx = {
        **shown,
        "invites_to_set_up": user.is_superuser and not is_set_up(),
        "reminders": reminders(user),
        "queue_tables": _queue_tables(rows),
        "quick": quick,
        "refresh_minutes": minutes,
        "refresh_seconds": 60 * minutes,
        "refresh_choices": REFRESH_CHOICES,
    }
    return render(request, "tickets/home.html", ctx, status=status)


def panels(user: User) -> dict[str, Any]:
    """Return the three lists of tickets, which also htmx asks for after a Take."""
    owned = lists.first_rows(lists.my_tickets(user))
    unowned = lists.first_rows(lists.unowned_tickets(user))
    bookmarked = lists.first_rows(lists.bookmarked_tickets(user))
    lists.mark_pending(owned.tickets, unowned.tickets, bookmarked.tickets)
    rights = rights_of(user)
    takeable = {
        ticket.pk
        for ticket in unowned.tickets
        if any(rights.has(right, ticket.queue_id) for right in TAKING)
        and rights.has(Right.OWN_TICKET, ticket.queue_id)
    }
    return {
        "owned": owned,
        "unowned": unowned,
        "unowned_query": UNOWNED_QUERY,
        "bookmarked": bookmarked,
        "takeable": takeable,
    }


def reminders(user: User) -> list[Ticket]:
    """Return the user's open reminders, each with the ticket it is about."""
    found = list(lists.my_reminders(user).prefetch_related("links_out")[: lists.ROWS])
    for reminder in found:
        about = [link.target_id for link in reminder.links_out.all()]
        reminder.about_id = next(iter(about), None)  # type: ignore[attr-defined]
    return found


def _creatable(user: User, rows: list[lists.QueueRow]) -> list[Queue]:
    rights = rights_of(user)
    return [row.queue for row in rows if rights.has(Right.CREATE_TICKET, row.queue.pk)]


def _create(request: StaffRequest, form: forms.QuickCreate) -> bool:
    fields, user = form.cleaned_data, request.user
    queue = Queue.objects.select_related("lifecycle").get(pk=fields["queue"])
    new = commands.NewTicket(
        queue=queue,
        subject=fields["subject"],
        requestors=tuple(fields["requestors"]),
        owner=user if fields["owner"] == "me" else None,
        message=compose(text=fields["content"], subject=fields["subject"]),
        is_strict=True,
    )
    try:
        created = commands.create_ticket(new, actor=user)
    except CustomFieldsError:
        raise
    except ValidationError as error:
        form.add_error(None, error)
        return False
    wait_for_scrips(created.ticket.pk)
    line = f"Ticket {created.ticket.pk} created in queue '{queue.name}'"
    say(request, [line], draft=f"{user.pk}-quick")
    for note in created.notes:
        messages.warning(request, note)
    return True


def _queue_tables(rows: list[lists.QueueRow]) -> list[dict[str, Any]]:
    """Return one table for each lifecycle: its unfinished statuses are its columns."""
    by_lifecycle: dict[int, list[lists.QueueRow]] = {}
    for row in rows:
        by_lifecycle.setdefault(row.queue.lifecycle_id, []).append(row)
    return [_queue_table(group) for group in by_lifecycle.values()]


def _queue_table(rows: list[lists.QueueRow]) -> dict[str, Any]:
    rules = rows[0].queue.lifecycle.rules
    statuses = rules.initial + rules.active
    return {
        "statuses": [rules.label(status) for status in statuses],
        "rows": [
            {
                "name": row.queue.name,
                "cells": [
                    {
                        "count": row.counts.get(status, 0),
                        "query": f"Queue = {quote(row.queue.name)} "
                        f"AND Status = {quote(status)}",
                    }
                    for status in statuses
                ],
            }
            for row in rows
        ],
    }
