"""Tickets: searching, and showing one."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from accounts.models import User
from api.errors import json_answer
from api.v2.collections import Paging, envelope, merged_parameters, orders
from api.v2.hyperlinks import ticket_hyperlinks
from api.v2.records import Json, reference
from api.v2.ticket_fields import (
    COLUMNS,
    ROLES,
    TicketFields,
    column_value,
    loaded_for,
)
from api.v2.wanted import Wanted, wanted_fields
from tickets.history import visible_transactions
from tickets.models import Link, LinkType, Ticket
from tickets.rights import TicketRights, may_see, rights_on
from tickets.search import search, simple_search, tickets_page

# In the record of one ticket these are left out while they are not set.
ONLY_WHEN_SET = {"Told": "told", "SLA": "sla"}


def search_tickets(request: HttpRequest, user: User) -> HttpResponse:
    """Return a page of the tickets that a query asks for; no query, no tickets.

    Mixed AND and OR are read as RT reads them: existing scripts mean that.
    """
    params = merged_parameters(request)
    paging = Paging.of(params)
    text = params.get("query", "").strip()
    if text and params.get("simple") not in {None, "", "0"}:
        text = _from_simple(text)
    if not text:
        return json_answer(envelope(request, params, [], total=0, paging=paging))
    found = search(text, user=user, order_by=orders(params), rt_precedence=True)
    wanted = wanted_fields(params)
    page = tickets_page(
        loaded_for(found, wanted), page=paging.page, per_page=paging.per_page
    )
    is_past_end = page.number < paging.page
    tickets = [] if is_past_end else page.tickets
    fields = TicketFields(tickets, wanted=wanted, caller=user)
    items = [_item(ticket, fields, wanted) for ticket in tickets]
    return json_answer(
        envelope(request, params, items, total=page.total, paging=paging)
    )


def show_ticket(request: HttpRequest, user: User, *, number: int) -> HttpResponse:
    """Return one ticket; a merged one is its survivor."""
    ticket = visible_ticket(number, user=user)
    can = rights_on(ticket, user)
    newest = visible_transactions(ticket, can).order_by("-pk").values_list("pk")
    etag = f'"{(newest.first() or (0,))[0]}"'
    if request.headers.get("If-None-Match", "").strip('"') == etag.strip('"'):
        return HttpResponseNotModified(headers={"ETag": etag})
    record = ticket_record(
        ticket, can=can, caller=user, wanted=wanted_fields(request.GET)
    )
    return json_answer(record, headers={"ETag": etag})


def visible_ticket(number: int, *, user: User) -> Ticket:
    """Return the ticket of that number, or the one it was merged into.

    Raises:
        Ticket.DoesNotExist: there is none that this user may see. RT says 403 to the
            one and 404 to the other, which tells strangers what exists.
    """
    ticket = _loaded(number)
    while ticket.merged_into_id is not None:
        ticket = _loaded(ticket.merged_into_id)
    if not may_see(ticket, rights_on(ticket, user)):
        raise Ticket.DoesNotExist
    return ticket


def ticket_record(
    ticket: Ticket, *, can: TicketRights, caller: User, wanted: Wanted
) -> Json:
    """Return the record of one ticket in RT's shape."""
    fields = TicketFields([ticket], wanted=wanted, caller=caller)
    record: Json = {
        name: column_value(ticket, name)
        for name in COLUMNS
        if name not in ONLY_WHEN_SET or getattr(ticket, ONLY_WHEN_SET[name])
    }
    record["TotalTimeWorked"] = str(ticket.time_worked + _worked_on_children(ticket))
    for name in ("EffectiveId", "Queue", "Owner", "Creator", "LastUpdatedBy"):
        record[name] = fields.value(ticket, name)
    for name in ROLES:
        record[name] = fields.role(ticket, name)
    record["CustomFields"] = fields.custom_fields(ticket)
    record["CustomRoles"] = {}
    record["_hyperlinks"] = ticket_hyperlinks(ticket, can)
    return record


def _loaded(number: int) -> Ticket:
    return Ticket.objects.select_related(
        "queue__lifecycle", "owner", "creator", "last_updated_by"
    ).get(pk=number)


def _worked_on_children(ticket: Ticket) -> int:
    children = Link.objects.filter(
        type=LinkType.MEMBER_OF, target=ticket, base__isnull=False
    )
    return sum(children.values_list("base__time_worked", flat=True))


def _item(ticket: Ticket, fields: TicketFields, wanted: Wanted) -> Json:
    item = reference("ticket", ticket.pk)
    for name in wanted.names:
        item[name] = fields.value(ticket, name)
    return item


def _from_simple(words: str) -> str:
    meaning = simple_search(words)
    return meaning.query or f"id = {meaning.ticket_id}"
