"""Lists of tickets: what a query finds, page by page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.columns import Columns, FormatError, Table, columns_of
from tickets.saved_searches import open_search
from tickets.search import (
    TicketSQLError,
    search_within,
    simple_search,
    snippets,
)
from tickets.search.context import Context
from tickets.search.errors import excerpt
from tickets.search.ordering import OrderKey, order_keys
from tickets.search.paging import ResultsPage, Turn, results_page, total_of
from tickets.views.answers import ticket_url
from tickets.views.asked import Asked, asked_for, tabs
from tickets.views.downloads import downloads
from tickets.views.options import heads, options, with_column
from tickets.views.walk import remember

MINE = "Owner = '__CurrentUser__' AND Status = '__Active__'"


@logged_in
@require_safe
def results(request: StaffRequest) -> HttpResponse:
    """Show what a query finds, or what the words of the search box mean."""
    words = request.GET.get("q", "").strip()
    asked = asked_for(request.GET)
    if words and not asked.query:
        meant = simple_search(words)
        if meant.ticket_id is not None:
            return redirect(ticket_url(meant.ticket_id))
        asked = asked_for(_with(request, query=meant.query))
    if not asked.query:
        ctx = {"query": "", "title": "Search", "asked": asked}
        return render(request, "tickets/search.html", ctx)
    return _page(request, asked, title="Search", words=words)


@logged_in
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """Show the unfinished tickets the reader owns."""
    asked = asked_for(
        _with(request, query=MINE), home="tickets:mine", usual_order=("-Priority",)
    )
    return _page(request, asked, title="My tickets")


def _with(request: StaffRequest, *, query: str) -> Any:
    parameters = request.GET.copy()
    parameters["query"] = query
    parameters.pop("Query", None)
    return parameters


def _page(
    request: StaffRequest, asked: Asked, *, title: str, words: str = ""
) -> HttpResponse:
    if "set" in request.GET:
        # The form of the options sends everything; the address says what matters.
        return redirect(with_column(asked, request.GET.get("add", "")).url())
    ctx = frame(request.user, asked, here="results")
    ctx |= {"title": title, "search_text": words}
    context = context_of(request.user)
    try:
        columns = columns_of(asked.format, user=request.user, context=context)
        page = found_page(asked, columns=columns)
    except TicketSQLError as error:
        ctx["error"] = str(error)
        if error.position is not None:
            place = excerpt(asked.query, position=error.position)
            # The fault at the end of a query is shown in the sentence already.
            ctx["place"] = "" if place in str(error) else place
        return render(request, "tickets/search.html", ctx, status=400)
    except FormatError as error:
        ctx["format_error"] = str(error)
        return render(request, "tickets/search.html", ctx, status=400)
    hits = snippets(page.tickets, asked.query, user=request.user)
    table = Table(
        columns,
        page.tickets,
        edits=True,
        picks=ctx["may_bulk"],
        snippets={ticket_id: hit.html for ticket_id, hit in hits.items()},
    )
    ctx |= {
        "found": page,
        "columns": columns,
        "table": table,
        "heads": heads(columns, asked),
        "options": options(columns, asked) if asked.options else None,
        "pager": pager(page, asked),
    }
    response = render(request, "tickets/search.html", ctx)
    remember(response, asked, page)
    return response


def context_of(user: User) -> Context:
    """Return what queries, orders and columns of one request are read against."""
    return Context(user=user, now=timezone.now())


def frame(user: User, asked: Asked, *, here: str) -> dict[str, Any]:
    """Return what every page about a search has: tabs, downloads, the query."""
    may_bulk = rights_of(user).has(Right.SHOW_SEARCH_BULK_UPDATE)
    return {
        "asked": asked,
        "query": asked.query,
        "opened": open_search(user, asked.as_query_dict(), query=asked.query),
        "may_bulk": may_bulk,
        "search_tabs": tabs(asked, here=here, may_bulk=may_bulk),
        "downloads": downloads(asked),
        "refresh_seconds": 60 * asked.refresh,
    }


def found_page(asked: Asked, *, columns: Columns) -> ResultsPage:
    """Return the page of a search that is asked for, with what the columns show.

    Raises:
        TicketSQLError: the query or the order cannot be understood.
    """
    context = columns.context
    found = search_within(context, asked.query, rt_precedence=asked.is_rt)
    keys: list[OrderKey] = order_keys(asked.ordered, context=context)
    return results_page(
        columns.narrowed(found),
        keys=keys,
        turn=asked.turn,
        rows=asked.rows,
        count=lambda: total_of(
            found, user=context.user, query=f"{asked.is_rt}:{asked.query}"
        ),
    )


def pager(page: ResultsPage, asked: Asked) -> dict[str, Any]:
    """Return the addresses of the pages around this one."""
    first = asked.url()
    previous, following, last = "", "", ""
    if page.has_previous:
        number = page.number - 1
        turn = Turn(number) if number == 1 else Turn(number, before=page.start)
        previous = asked.url(turn=turn)
    if page.has_next:
        following = asked.url(turn=Turn(page.number + 1, after=page.end))
        last = asked.url(turn=Turn(page.pages))
    return {
        "number": page.number,
        "pages": page.pages,
        "first_url": first,
        "previous_url": previous,
        "next_url": following,
        "last_url": last,
    }
