"""The query builder: rows and text of one query, and how many tickets it finds."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.builder.changes import CHANGES
from tickets.builder.draft import (
    Draft,
    draft_of,
    draft_posted,
    settled,
    with_change,
    with_rows_kept,
    with_text_read,
)
from tickets.builder.offers import Offers
from tickets.builder.options import options
from tickets.builder.rows import ROOT
from tickets.builder.shown import MODES, Shower, custom_names
from tickets.models import Ticket
from tickets.privacy import SAVED_SEARCHES
from tickets.search.bounded import count_in_time
from tickets.search.context import Context
from tickets.search.errors import excerpt
from tickets.views.asked import asked_for, tabs

COUNT_SECONDS = 2.0
SAVING_RIGHTS = (SAVED_SEARCHES.own, SAVED_SEARCHES.group, SAVED_SEARCHES.system)
MOST_CARRIED = 4_000
# Everything else in the address belongs to the result and comes back with it.
# What is written here needs no reading of RT's any more.
NOT_CARRIED = frozenset({"query", "Query", "q", "page", "Page", "reading"})


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def build_search(request: StaffRequest) -> HttpResponse:
    """Show the rows of a query, or do what a button of the form says."""
    context = _context(request)
    if request.method != "POST":
        asked = asked_for(request.GET)
        draft = draft_of(asked.query, context=context, rt_precedence=asked.is_rt)
        return _page(request, draft, context, carried=_carried(request.GET))
    carried = request.POST.get("carried", "")[:MOST_CARRIED]
    draft = draft_posted(request.POST, context=context)
    action, _, key = request.POST.get("do", "").partition(":")
    if action in CHANGES and key.isascii() and key.isdigit() and len(key) < 7:
        draft = with_change(draft, action, int(key), context=context)
    elif action == "read":
        draft = with_text_read(draft, context=context)
    elif action == "keep":
        draft = with_rows_kept(draft)
    else:
        draft = settled(draft, context=context)
    if action == "search" and draft.query:
        return _to(request, _results_url(draft.query, carried))
    return _page(request, draft, context, carried=carried)


@logged_in
@require_POST
def check_built_search(request: StaffRequest) -> HttpResponse:
    """Say what the rows make while somebody fills them in: text, count, errors."""
    context = _context(request)
    draft = settled(draft_posted(request.POST, context=context), context=context)
    ctx = _ctx(draft, context, carried=request.POST.get("carried", "")[:MOST_CARRIED])
    return render(request, "tickets/builder/checked.html", ctx)


@logged_in
@require_POST
def read_built_search(request: StaffRequest) -> HttpResponse:
    """Make the rows anew from the text while somebody edits it."""
    context = _context(request)
    draft = draft_posted(request.POST, context=context)
    draft = with_text_read(draft, context=context)
    ctx = _ctx(draft, context, carried=request.POST.get("carried", "")[:MOST_CARRIED])
    return render(request, "tickets/builder/read.html", ctx)


def _context(request: StaffRequest) -> Context:
    if not request.user.is_privileged:
        raise PermissionDenied("The query builder is for staff.")
    return Context(user=request.user, now=timezone.now())


def _page(
    request: StaffRequest, draft: Draft, context: Context, *, carried: str
) -> HttpResponse:
    ctx = _ctx(draft, context, carried=carried)
    name = "tickets/builder/_builder.html" if is_fragment(request) else "edit.html"
    if not is_fragment(request):
        name = f"tickets/builder/{name}"
    return render(request, name, ctx)


def _ctx(draft: Draft, context: Context, *, carried: str) -> dict[str, Any]:
    """Return what the templates show; the count is asked for last and in time."""
    offers = Offers(context, custom_names(draft.whole))
    shower = Shower(offers, draft.checked.errors)
    ctx: dict[str, Any] = {
        "draft": draft,
        "steps": shower.steps(draft.whole),
        "modes": options(MODES, {draft.whole.mode.value}),
        "root": ROOT,
        "carried": carried,
        "place": "",
    }
    if draft.error is not None and draft.error.position is not None:
        ctx["place"] = excerpt(draft.text, position=draft.error.position)
    if draft.query and draft.checked.condition is not None:
        matching = Ticket.objects.filter(draft.checked.condition)
        found = matching.visible_to(context.user)
        ctx["count"] = count_in_time(found, seconds=COUNT_SECONDS)
        parameters = QueryDict(_parameters(draft.query, carried))
        may_bulk = rights_of(context.user).has(Right.SHOW_SEARCH_BULK_UPDATE)
        asked = asked_for(parameters)
        ctx["search_tabs"] = tabs(asked, here="edit", may_bulk=may_bulk)
        ctx["save_url"] = _save_url(context.user, draft.query, carried)
    return ctx


def _carried(parameters: QueryDict) -> str:
    pairs = [
        (name, value)
        for name, values in parameters.lists()
        for value in values
        if name not in NOT_CARRIED
    ]
    return urlencode(pairs)[:MOST_CARRIED]


def _results_url(query: str, carried: str) -> str:
    return f"{reverse('tickets:search')}?{_parameters(query, carried)}"


def _save_url(user: User, query: str, carried: str) -> str:
    """Return where the search can be saved, for who may save any."""
    rights = rights_of(user)
    may = any(rights.has(right) for right in SAVING_RIGHTS)
    return (
        f"{reverse('tickets:save_search')}?{_parameters(query, carried)}" if may else ""
    )


def _parameters(query: str, carried: str) -> str:
    kept = parse_qsl(carried, keep_blank_values=True)
    return urlencode([("query", query), *kept])


def _to(request: StaffRequest, url: str) -> HttpResponse:
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
