"""Editing the boxes of a ticket, one at a time: in place or, without script, apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import RoleName, User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import queues_with_right
from tickets import commands, forms
from tickets.commands.update import UNCHANGED
from tickets.descriptions import describe, names_for
from tickets.forms.choices import owner_choices, queue_choices, status_choices
from tickets.forms.errors import take_errors
from tickets.models import Ticket, TicketWatcher, Transaction, TransactionType
from tickets.rights import TicketRights, rights_on
from tickets.roles import possible_owners
from tickets.settled import wait_for_scrips
from tickets.views import sides
from tickets.views.answers import say, ticket_url
from tickets.views.detail import boxes, head
from tickets.views.lookup import seen_ticket

Rows = list[Transaction]


@dataclass(frozen=True)
class Box:
    """One box: how its form is made, and the one command that saves it."""

    id: str
    title: str
    rights: tuple[Right, ...]
    form: Callable[[Ticket, TicketRights, QueryDict | None], Any]
    save: Callable[[Any, Ticket, User], Rows]
    removable: Callable[[Ticket, User], list[tuple[str, str]]] | None = None


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def basics(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Edit subject, queue, owner, status, priorities and times."""
    return _edit(request, ticket_id, BASICS)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Add and remove Requestors, Ccs and AdminCcs."""
    return _edit(request, ticket_id, PEOPLE)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Edit the dates."""
    return _edit(request, ticket_id, DATES)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Add and remove links."""
    return _edit(request, ticket_id, LINKS)


def _edit(request: StaffRequest, ticket_id: int, box: Box) -> HttpResponse:
    ticket, can = seen_ticket(request.user, ticket_id)
    if not can.has_any(box.rights):
        raise PermissionDenied(f"You may not change this: {box.rights[0]} is needed.")
    if request.GET.get("show") and is_fragment(request):
        return show_box(request, ticket.pk, box.id)
    form = box.form(ticket, can, request.POST if request.method == "POST" else None)
    if form.is_valid():
        rows = _save(box, form, ticket, request.user)
        if rows is not None:
            return _saved(request, ticket, box, rows)
    url = reverse(f"tickets:{box.id}", args=[ticket.pk])
    ctx = {
        "ticket": ticket,
        "box": {
            "id": box.id,
            "title": box.title,
            "url": url,
            "show_url": f"{url}?show=1",
        },
        "form": form,
        "removable": box.removable(ticket, request.user) if box.removable else [],
        "in_place": is_fragment(request),
    }
    name = "boxes/form.html" if is_fragment(request) else "box_page.html"
    status = 422 if form.is_bound else 200
    return render(request, f"tickets/{name}", ctx, status=status)


def _save(box: Box, form: Any, ticket: Ticket, user: User) -> Rows | None:
    try:
        return box.save(form, ticket, user)
    except ValidationError as error:
        take_errors(form, error)
        return None


def _saved(request: StaffRequest, ticket: Ticket, box: Box, rows: Rows) -> HttpResponse:
    wait_for_scrips(ticket.pk)
    if is_fragment(request) and box.id != "basics":
        return show_box(request, ticket.pk, box.id)
    names = names_for(rows)
    shown = [row for row in rows if row.type != TransactionType.SET_WATCHER]
    say(request, [describe(row, names=names) for row in shown])
    if is_fragment(request):
        # Status, owner and subject stand in the head too: show the page anew.
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = ticket_url(ticket)
        return response
    return redirect(ticket_url(ticket))


def show_box(request: StaffRequest, ticket_id: int, name: str) -> HttpResponse:
    """Render one box as the page shows it."""
    ticket, can = seen_ticket(request.user, ticket_id)
    ctx = {**head(ticket, can), **boxes(ticket, can, sides.watchers_of(ticket))}
    return render(request, f"tickets/boxes/{name}.html", ctx)


def _basics_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.Basics:
    creatable = queues_with_right(can.user, Right.CREATE_TICKET)
    others = [queue for queue in creatable if queue.pk != ticket.queue_id]
    owners = possible_owners(ticket.queue)
    if ticket.owner and ticket.owner not in owners:
        owners.append(ticket.owner)
    initial = {name: getattr(ticket, name) for name in forms.Basics.PROPERTIES}
    form = forms.Basics(
        data,
        queues=queue_choices([ticket.queue, *others]),
        owners=owner_choices(owners, me=can.user),
        statuses=status_choices(ticket, can),
        initial=initial
        | {"owner": str(ticket.owner_id or 0), "queue": str(ticket.queue_id)},
    )
    if not can.has(Right.MODIFY_TICKET):
        for name in [name for name in form.fields if name != "owner"]:
            del form.fields[name]
    return form


def _save_basics(form: forms.Basics, ticket: Ticket, user: User) -> Rows:
    fields = form.cleaned_data
    # Only what this form changed: a colleague's edit meanwhile is not undone.
    changed = set(form.changed_data)
    owner = UNCHANGED
    if "owner" in changed:
        owner = User.objects.filter(pk=fields["owner"] or 0).first()
    queue = None
    if "queue" in changed and fields["queue"]:
        queue = Queue.objects.select_related("lifecycle").get(pk=fields["queue"])
    change = commands.TicketUpdate(
        owner=owner,
        queue=queue,
        properties={name: fields[name] for name in form.PROPERTIES if name in changed},
        status=fields.get("status", ""),
    )
    return commands.update_ticket(ticket, actor=user, update=change)


def _people_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.People:
    return forms.People(data)


def _removable_people(ticket: Ticket, user: User) -> list[tuple[str, str]]:
    return [
        (_removal(watcher), f"{sides.party_name(watcher)} ({watcher.role})")
        for watcher in sides.watchers_of(ticket)
    ]


def _removal(watcher: TicketWatcher) -> str:
    """Return what the box for removing a watcher is called in the form."""
    kind = "user" if watcher.user else "group"
    return f"{watcher.role}:{kind}:{sides.party(watcher).pk}"


def _save_people(form: forms.People, ticket: Ticket, user: User) -> Rows:
    wanted = set(form.removed)
    gone = [
        (RoleName(watcher.role), sides.party(watcher))
        for watcher in sides.watchers_of(ticket)
        if _removal(watcher) in wanted
    ]
    return commands.change_watchers(ticket, actor=user, add=form.added(), remove=gone)


def _dates_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.Dates:
    # To the minute, as the browser's control has it: else every date seems changed.
    initial = {
        name: value.replace(second=0, microsecond=0) if value else None
        for name in forms.Dates.base_fields
        for value in [getattr(ticket, name)]
    }
    return forms.Dates(data, initial=initial)


def _save_dates(form: forms.Dates, ticket: Ticket, user: User) -> Rows:
    values = {name: form.cleaned_data[name] for name in form.changed_data}
    return commands.set_properties(ticket, actor=user, **values)


def _links_form(
    ticket: Ticket, can: TicketRights, data: QueryDict | None
) -> forms.Links:
    return forms.Links(data)


def _removable_links(ticket: Ticket, user: User) -> list[tuple[str, str]]:
    return [
        (
            f"{end.direction}:{end.text}",
            f"{sides.LINK_LABELS[end.direction]} {_named(end)}",
        )
        for end in sides.links_of(ticket, rights_on(ticket, user)).ends
    ]


def _named(end: sides.FarEnd) -> str:
    if end.ticket is not None:
        return f"#{end.ticket.pk} {end.ticket.display_subject}"
    return end.uri or f"#{end.ticket_id}"


def _save_links(form: forms.Links, ticket: Ticket, user: User) -> Rows:
    gone = []
    for value in form.removed:
        direction, _, far = value.partition(":")
        if direction in sides.LINK_LABELS:
            gone.append((direction, far))
    return commands.change_links(ticket, actor=user, add=form.added(), remove=gone)


MODIFY = (Right.MODIFY_TICKET,)
BASICS = Box(
    "basics",
    "Basics",
    (Right.MODIFY_TICKET, Right.REASSIGN_TICKET),
    _basics_form,
    _save_basics,
)
PEOPLE = Box(
    "people",
    "People",
    (Right.MODIFY_TICKET, Right.WATCH, Right.WATCH_AS_ADMIN_CC),
    _people_form,
    _save_people,
    _removable_people,
)
DATES = Box("dates", "Dates", MODIFY, _dates_form, _save_dates)
LINKS = Box("links", "Links", MODIFY, _links_form, _save_links, _removable_links)
