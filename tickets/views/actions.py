"""One button, one change: owner, status, bookmark."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, is_fragment, logged_in
from tickets import commands
from tickets.descriptions import describe
from tickets.models import Ticket, Transaction
from tickets.settled import wait_for_scrips
from tickets.views.answers import back, say, say_errors
from tickets.views.lookup import visible_ticket
from tickets.views.panes import lists_again

Command = Callable[[Ticket], Transaction | None]


@logged_in
@require_POST
def take(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Make the reader the owner of an unowned ticket, in place on the home page."""
    return _act(request, ticket_id, lambda t: commands.take(t, actor=request.user))


@logged_in
@require_POST
def steal(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Make the reader the owner of somebody else's ticket."""
    return _act(request, ticket_id, lambda t: commands.steal(t, actor=request.user))


@logged_in
@require_POST
def untake(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Give the reader's ticket back to Nobody."""
    return _act(request, ticket_id, lambda t: commands.untake(t, actor=request.user))


@logged_in
@require_POST
def set_status(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Move the ticket along its lifecycle."""
    status = request.POST.get("status", "")
    return _act(
        request,
        ticket_id,
        lambda t: commands.set_status(t, actor=request.user, status=status),
    )


@logged_in
@require_POST
def bookmark(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Put or remove the reader's bookmark."""
    ticket = visible_ticket(request.user, ticket_id)
    on = bool(request.POST.get("on"))
    commands.set_bookmark(ticket, actor=request.user, on=on)
    if not is_fragment(request):
        return back(request, ticket)
    ctx = {"ticket": ticket, "is_bookmarked": on}
    return render(request, "tickets/_bookmark_form.html", ctx)


def _act(request: StaffRequest, ticket_id: int, command: Command) -> HttpResponse:
    """Carry out one command; what it refuses is said on the page that follows."""
    ticket = visible_ticket(request.user, ticket_id)
    try:
        row = command(ticket)
    except ValidationError as error:
        say_errors(request, error)
    else:
        wait_for_scrips(ticket.pk)
        done = describe(row) if row else "That is already the current value"
        say(request, [f"#{ticket.pk} {ticket.display_subject}: {done}"])
    if is_fragment(request):
        return lists_again(request)
    return back(request, ticket)
