"""Lists of tickets: what a query finds, page by page."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from tickets import lists
from tickets.saved_searches import open_search
from tickets.search import TicketSQLError, search, simple_search, tickets_page
from tickets.search.errors import excerpt
from tickets.views.answers import ticket_url

PER_PAGE = 50
MINE = "Owner = '__CurrentUser__' AND Status = '__Active__'"
# Header of a column -> what it sorts by.
COLUMNS = (
    ("#", "id"),
    ("Subject", "Subject"),
    ("Priority", "Priority"),
    ("Queue", "Queue"),
    ("Status", "Status"),
    ("Owner", "Owner"),
    ("Due", "Due"),
    ("Updated", "LastUpdated"),
)


@logged_in
@require_safe
def results(request: StaffRequest) -> HttpResponse:
    """Show what a query finds, or what the words of the search box mean."""
    words = request.GET.get("q", "").strip()
    query = request.GET.get("query", request.GET.get("Query", "")).strip()
    if words and not query:
        meant = simple_search(words)
        if meant.ticket_id is not None:
            return redirect(ticket_url(meant.ticket_id))
        query = meant.query
    if not query:
        return render(request, "tickets/search.html", {"query": "", "title": "Search"})
    return _page(request, query, title="Search", words=words)


@logged_in
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """Show the unfinished tickets the reader owns."""
    return _page(request, MINE, title="My tickets", order="-Priority")


def _page(
    request: StaffRequest,
    query: str,
    *,
    title: str,
    words: str = "",
    order: str = "-id",
) -> HttpResponse:
    order = request.GET.get("order") or _rt_order(request) or order
    ctx: dict[str, Any] = {
        "query": query,
        "title": title,
        "search_text": words,
        "order": order,
        "opened": open_search(request.user, request.GET, query=query),
    }
    try:
        found = search(query, user=request.user, order_by=[order])
        page = tickets_page(found.for_list(), page=_number(request), per_page=PER_PAGE)
    except TicketSQLError as error:
        ctx["error"] = str(error)
        if error.position is not None:
            ctx["place"] = excerpt(query, position=error.position)
        return render(request, "tickets/search.html", ctx, status=400)
    lists.mark_pending(page.tickets)
    here = request.resolver_match
    address = reverse(here.view_name) if here else ""
    ctx |= {
        "found": page,
        "columns": _columns(address, query, order),
        "pager": _pager(address, query, order, page.number, page.pages),
    }
    return render(request, "tickets/search.html", ctx)


def _number(request: StaffRequest) -> int:
    text = request.GET.get("page", request.GET.get("Page", "1"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _rt_order(request: StaffRequest) -> str:
    """Read RT's OrderBy and Order; of several the first counts."""
    name = request.GET.get("OrderBy", "").partition("|")[0]
    descending = request.GET.get("Order", "").partition("|")[0].upper() == "DESC"
    return f"-{name}" if name and descending else name


def _columns(address: str, query: str, order: str) -> list[dict[str, str]]:
    columns = []
    for label, name in COLUMNS:
        is_current = order.removeprefix("-").lower() == name.lower()
        descending = is_current and order.startswith("-")
        turned = name if descending else f"-{name}"
        wanted = turned if is_current else name
        columns.append(
            {
                "label": label,
                "url": _url(address, query, wanted, 1),
                "sort": ("descending" if descending else "ascending")
                if is_current
                else "",
            }
        )
    return columns


def _pager(
    address: str, query: str, order: str, number: int, pages: int
) -> dict[str, Any]:
    def at(wanted: int) -> str:
        return _url(address, query, order, wanted) if 1 <= wanted <= pages else ""

    return {
        "number": number,
        "pages": pages,
        "first_url": at(1),
        "previous_url": at(number - 1),
        "next_url": at(number + 1),
        "last_url": at(pages),
    }


def _url(address: str, query: str, order: str, page: int) -> str:
    parameters = {"query": query, "order": order, "page": page}
    return f"{address}?{urlencode(parameters)}"
