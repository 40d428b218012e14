"""Reminders: added on the ticket, ticked off there or at home."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from tickets import commands, forms
from tickets.dashboards.kinds import Kind
from tickets.models import Ticket, TicketType
from tickets.rights import TicketRights, rights_on
from tickets.views import sides
from tickets.views.answers import back, say, say_errors
from tickets.views.detail import boxes, head
from tickets.views.lookup import LARGEST_ID, seen_ticket, visible_ticket
from tickets.views.once import new_token, once
from tickets.views.panes import box_again
from tickets.views.permitted import permitted


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_reminder(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Show the form for a reminder about the ticket, or add it."""
    user = request.user
    ticket, can = seen_ticket(user, ticket_id)
    if not permitted(ticket, can).remind:
        raise PermissionDenied(f"You may not add one: {Right.MODIFY_TICKET} is needed.")
    owners = _possible_owners(ticket, user)
    if request.method != "POST":
        empty = forms.NewReminder(owners=owners, initial={"form_token": new_token()})
        return _box(request, ticket, can, empty)
    form = forms.NewReminder(request.POST, owners=owners)
    if not (form.is_valid() and _add(form, ticket, user)):
        return _box(request, ticket, can, form)
    if is_fragment(request):
        return _box(request, ticket, can, None)
    say(request, [f"Reminder '{form.cleaned_data['subject']}' added"])
    return back(request, ticket)


@logged_in
@require_POST
def complete_reminder(request: StaffRequest, reminder_id: int) -> HttpResponse:
    """Tick a reminder off, on the home page or on its ticket's."""
    user = request.user
    if reminder_id > LARGEST_ID:
        raise Http404("There is no such reminder.")
    mine = Ticket.objects.filter(
        pk=reminder_id, type=TicketType.REMINDER, owner=user
    ).select_related("queue__lifecycle")
    reminder = mine.first() or visible_ticket(user, reminder_id)
    place = request.POST.get("next", "")
    try:
        commands.complete_reminder(reminder, actor=user)
    except ValidationError as error:
        say_errors(request, error)
    if is_fragment(request) and place == "home":
        return box_again(request, Kind.MY_REMINDERS)
    about = (
        visible_ticket(user, int(place))
        if place.isascii() and place.isdigit() and len(place) < 19
        else reminder
    )
    if is_fragment(request):
        return _box(request, about, rights_on(about, user), None)
    say(request, [f"Reminder '{reminder.subject}' completed"])
    return back(request, about)


def _possible_owners(ticket: Ticket, me: User) -> list[tuple[str, str]]:
    owner = ticket.owner
    mine = (str(me.pk), f"{me.display_name} (me)")
    if owner is None or owner == me:
        return [mine]
    return [mine, (str(owner.pk), owner.display_name)]


def _add(form: forms.NewReminder, ticket: Ticket, user: User) -> bool:
    fields = form.cleaned_data
    try:
        commands.add_reminder(
            ticket,
            actor=user,
            subject=fields["subject"],
            owner=User.objects.filter(pk=fields["owner"] or user.pk).first(),
            due=fields["due"],
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
    return form.is_valid()


def _box(
    request: StaffRequest,
    ticket: Ticket,
    can: TicketRights,
    form: forms.NewReminder | None,
) -> HttpResponse:
    ctx = {
        **head(ticket, can),
        **boxes(ticket, can, sides.watchers_of(ticket)),
        "reminder_form": form,
    }
    in_box = is_fragment(request) or form is None
    name = "boxes/reminders.html" if in_box else "reminder_page.html"
    status = 422 if form and form.errors else 200
    return render(request, f"tickets/{name}", ctx, status=status)
