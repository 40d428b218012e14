"""Status, owner and priority changed inside a list; without script, in the box."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets import commands, forms
from tickets.columns import FormatError, Table, columns_of
from tickets.forms.choices import owner_choices, status_choices
from tickets.models import Ticket
from tickets.rights import TicketRights
from tickets.roles import possible_owners
from tickets.settled import wait_for_scrips
from tickets.views.answers import ticket_url
from tickets.views.lookup import seen_ticket


@dataclass(frozen=True)
class Editor:
    """How one kind of cell is edited: its form, and the one command that saves it."""

    form: Callable[[Ticket, TicketRights, QueryDict | None], Any]
    save: Callable[[Ticket, User, Any], object]


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: StaffRequest, ticket_id: int, name: str) -> HttpResponse:
    """Show the form of a cell, save it, or with ``row`` show the row as it is."""
    ticket, can = seen_ticket(request.user, ticket_id)
    editor = EDITORS.get(name)
    if editor is None:
        raise Http404("There is no such cell.")
    if not is_fragment(request) and request.method != "POST":
        return redirect("tickets:basics", ticket.pk)
    if "row" in request.GET:
        return _row(request, ticket)
    form = editor.form(ticket, can, request.POST if request.method == "POST" else None)
    if form.is_valid() and _saved(editor, form, ticket, request.user):
        wait_for_scrips(ticket.pk)
        if not is_fragment(request):
            return redirect(ticket_url(ticket))
        response = _row(request, ticket)
        response.headers["HX-Retarget"] = f"#t{ticket.pk}"
        response.headers["HX-Reswap"] = "outerHTML"
        return response
    ctx = {"ticket": ticket, "form": form, "name": name}
    status = 422 if form.is_bound else 200
    return render(request, "tickets/_cell_form.html", ctx, status=status)


def _saved(editor: Editor, form: Any, ticket: Ticket, user: User) -> bool:
    try:
        editor.save(ticket, user, form.cleaned_data["value"])
    except ValidationError as error:
        form.add_error("value", ValidationError(error.messages))
    except PermissionDenied as error:
        form.add_error("value", str(error) or "Permission Denied")
    return not form.errors


def _row(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Draw the row anew; one that the reader may see no more is gone."""
    text = request.POST.get("format", request.GET.get("format", ""))
    try:
        columns = columns_of(text, user=request.user)
    except FormatError:
        columns = columns_of("", user=request.user)
    seen = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk)
    tickets = list(columns.narrowed(seen))
    picks = rights_of(request.user).has(Right.SHOW_SEARCH_BULK_UPDATE)
    table = Table(columns, tickets, edits=True, picks=picks)
    return HttpResponse(table.body)


def _status_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.StatusCell:
    return forms.StatusCell(
        data, number=ticket.pk, choices=status_choices(ticket, can, unchanged="{}")
    )


def _save_status(ticket: Ticket, user: User, value: str) -> object:
    return commands.set_status(ticket, actor=user, status=value) if value else None


def _owner_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.OwnerCell:
    owners = possible_owners(ticket.queue)
    if ticket.owner is not None and ticket.owner not in owners:
        owners.append(ticket.owner)
    return forms.OwnerCell(
        data,
        number=ticket.pk,
        choices=owner_choices(owners, me=can.user),
        initial={"value": str(ticket.owner_id or 0)},
    )


def _save_owner(ticket: Ticket, user: User, value: str) -> object:
    if value == str(ticket.owner_id or 0):
        return None
    owner = User.objects.filter(pk=value).first()
    return commands.set_owner(ticket, actor=user, owner=owner)


def _priority_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.PriorityCell:
    return forms.PriorityCell(
        data, number=ticket.pk, initial={"value": ticket.priority}
    )


def _save_priority(ticket: Ticket, user: User, value: int) -> object:
    return commands.set_properties(ticket, actor=user, priority=value)


EDITORS = {
    "status": Editor(_status_form, _save_status),
    "owner": Editor(_owner_form, _save_owner),
    "priority": Editor(_priority_form, _save_priority),
}
