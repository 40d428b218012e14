"""At a glance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, logged_in
from queues.models import Queue
from queues.site import is_set_up
from tickets import commands, forms, lists
from tickets.custom_values.cleaning import CustomFieldsError
from tickets.messages import compose
from tickets.portal import requested_by
from tickets.settled import wait_for_scrips
from tickets.views.answers import place_url, say
from tickets.views.create import full_form
from tickets.views.dashboards import dashboard_page
from tickets.views.once import once
from tickets.views.panes import (
    REFRESH_MINUTES,
    creatable,
    home_pane,
    pane_named,
    show,
)

PORTAL_ROWS = 50


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
    return redirect(place_url(request))


@logged_in
@require_POST
@once
def quick_create(request: StaffRequest) -> HttpResponse:
    """Create a ticket from the small form and stay where one is."""
    form = forms.QuickCreate(
        request.POST,
        queues=creatable(request.user, lists.queue_rows(request.user)),
        me=request.user,
    )
    try:
        if form.is_valid() and _create(request, form):
            return redirect(place_url(request))
    except CustomFieldsError:
        messages.warning(request, "This queue asks for more: fill in the rest.")
        return full_form(request, form)
    pane = pane_named(request, request.POST.get("dashboard", ""))
    if pane.dashboard is not None:
        return dashboard_page(request, pane.dashboard, form=form)
    return home_page(request, form=form)


def portal(request: StaffRequest) -> HttpResponse:
    """Show a requestor's own tickets, open and closed."""
    mine = requested_by(request.user)
    open_ones = lists.first_rows(mine.filter(is_active=True), rows=PORTAL_ROWS)
    closed = lists.first_rows(mine.filter(is_active=False), rows=PORTAL_ROWS)
    ctx = {"panels": [("My open tickets", open_ones), ("My closed tickets", closed)]}
    return render(request, "tickets/portal.html", ctx)


def home_page(
    request: StaffRequest, *, form: forms.QuickCreate | None = None
) -> HttpResponse:
    """Render the page, with a form that is to be corrected if there is one."""
    invites = request.user.is_superuser and not is_set_up()
    return show(
        request,
        home_pane(request),
        template="tickets/home.html",
        form=form,
        invites_to_set_up=invites,
    )


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
