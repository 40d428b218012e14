"""From a ticket to the next one of the list it was found in.

The list's page leaves a small cookie for the ticket pages: the query and the numbers it
showed. A ticket page reads its neighbours there, which costs nothing; the search itself
is asked only where the page of the list ends.
"""

import base64
import binascii
import json
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from tickets.messages import storable
from tickets.models import Ticket
from tickets.search import TicketSQLError, search_within
from tickets.search.context import Context
from tickets.search.ordering import OrderKey, order_keys
from tickets.search.paging import OrderedResult, ResultsPage
from tickets.views.answers import ticket_url
from tickets.views.asked import Asked
from tickets.views.lookup import LARGEST_ID

COOKIE = "helpdesk_found"
LONGEST_COOKIE = 3_000
MOST_NUMBERS = 200
ROWS = 50
FORWARD = frozenset({"first", "next"})
SECONDS = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class Found:
    """What the cookie says: the search, and a stretch of its tickets in order."""

    query: str
    order: tuple[str, ...]
    is_rt: bool
    ids: tuple[int, ...]
    is_start: bool
    is_end: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a ticket page leads to in the list; empty where there is no such ticket."""

    first_url: str
    previous_url: str
    next_url: str
    last_url: str
    list_url: str


def remember(response: HttpResponse, asked: Asked, page: ResultsPage) -> None:
    """Leave the cookie; a query too long for one leaves none."""
    numbers = [ticket.pk for ticket in page.tickets]
    found = Found(
        query=asked.query,
        order=asked.ordered,
        is_rt=asked.is_rt,
        ids=tuple(numbers[:MOST_NUMBERS]),
        is_start=page.number == 1,
        is_end=not page.has_next and len(numbers) <= MOST_NUMBERS,
    )
    _leave(response, found)


def neighbours(request: HttpRequest, ticket_id: int) -> Neighbours | None:
    """Return where to go from a ticket, or None if no list has it. No query."""
    found = _read(request)
    if found is None or ticket_id not in found.ids:
        return None
    at = found.ids.index(ticket_id)
    is_first = at == 0 and found.is_start
    is_last = at == len(found.ids) - 1 and found.is_end
    asked = Asked(query=found.query, order=found.order, is_rt=found.is_rt)
    return Neighbours(
        first_url="" if is_first else _to(ticket_id, "first"),
        previous_url=""
        if is_first
        else ticket_url(found.ids[at - 1])
        if at
        else _to(ticket_id, "previous"),
        next_url=""
        if is_last
        else ticket_url(found.ids[at + 1])
        if at + 1 < len(found.ids)
        else _to(ticket_id, "next"),
        last_url="" if is_last else _to(ticket_id, "last"),
        list_url=asked.url(),
    )


@logged_in
@require_safe
def walk(request: StaffRequest, ticket_id: int, to: str) -> HttpResponse:
    """Go to the first, previous, next or last ticket of the list; ask the search."""
    found = _read(request)
    if found is None:
        raise Http404("There is no list to walk through.")
    try:
        stretch = _stretch(found, ticket_id, to, request.user)
    except TicketSQLError as error:
        raise Http404("There is no list to walk through.") from error
    if not stretch.ids:
        return redirect(ticket_url(ticket_id))
    response = redirect(ticket_url(stretch.ids[0 if to in FORWARD else -1]))
    _leave(response, stretch)
    return response


def _stretch(found: Found, ticket_id: int, to: str, user: User) -> Found:
    """Return the tickets behind or before one, or at either end."""
    context = Context(user=user, now=timezone.now())
    tickets = search_within(context, found.query, rt_precedence=found.is_rt)
    keys = order_keys(found.order, context=context)
    result = OrderedResult(tickets.only("id"), keys)
    if to == "first":
        rows = result.forward(0, ROWS + 1)
    elif to == "last":
        rows = result.backward(0, ROWS + 1)
    else:
        cursor = _cursor(keys, ticket_id, user)
        reach = result.after if to == "next" else result.before
        rows = reach(cursor, ROWS + 1)
    has_more = len(rows) > ROWS
    if to in FORWARD:
        rows, is_start, is_end = rows[:ROWS], to == "first", not has_more
    else:
        rows, is_start, is_end = rows[-ROWS:], not has_more, to == "last"
    ids = tuple(ticket.pk for ticket in rows)
    return replace(found, ids=ids, is_start=is_start, is_end=is_end)


def _cursor(keys: list[OrderKey], ticket_id: int, user: User) -> str:
    """Return the place of the ticket one stands on, found by the search or not."""
    seen = Ticket.objects.visible_to(user).filter(pk=ticket_id).only("id")
    here = OrderedResult(seen, keys)
    tickets = here.forward(0, 1)
    if not tickets:
        raise Http404("There is no such ticket.")
    return here.cursor(tickets[0])


def _to(ticket_id: int, to: str) -> str:
    return reverse("tickets:walk", args=[ticket_id, to])


def _leave(response: HttpResponse, found: Found) -> None:
    fields = [found.query, found.order, found.is_rt, found.ids, found.is_start,
              found.is_end]  # fmt: skip
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    value = base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(value) > LONGEST_COOKIE:
        response.delete_cookie(COOKIE, path=_path())
        return
    response.set_cookie(
        COOKIE, value, max_age=SECONDS, path=_path(), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _read(request: HttpRequest) -> Found | None:
    value = request.COOKIES.get(COOKIE, "")
    if not value or len(value) > LONGEST_COOKIE:
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(value))
        query, order, is_rt, ids, is_start, is_end = fields
        found = Found(
            query=storable(str(query)),
            order=tuple(storable(str(name)) for name in order),
            is_rt=bool(is_rt),
            ids=tuple(map(int, ids)),
            is_start=bool(is_start),
            is_end=bool(is_end),
        )
    except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError):
        return None
    return found if all(0 < pk <= LARGEST_ID for pk in found.ids) else None


def _path() -> str:
    """The ticket pages, and nothing else, are sent the cookie."""
    return reverse("tickets:home") + "tickets/"
