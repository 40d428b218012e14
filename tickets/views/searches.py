"""Saved searches: the list, opening one, and one's own pins."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from tickets import commands
from tickets.context import page_of
from tickets.models import SavedSearch
from tickets.pinned import counted
from tickets.privacy import may_change
from tickets.saved_searches import (
    LARGEST_ID,
    elsewhere,
    open_search,
    results_url,
    shelves,
)
from tickets.views.answers import say, say_errors

PER_PAGE = 100


@logged_in
@require_safe
def saved_searches(request: StaffRequest) -> HttpResponse:
    """List the searches a person may load, by whose they are."""
    user = request.user
    rows = SavedSearch.objects.visible_to(user).select_related("group", "owner")
    place = Case(
        When(owner__isnull=False, then=Value(0)),
        When(group__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = rows.order_by("disabled", place, Lower("group__name"), Lower("name"), "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    changeable = {search.pk for search in filter(may_change(user), shown)}
    pins = page_of(request).at_hand.searches
    ctx: dict[str, Any] = {
        "shelves": list(shelves(each for each in shown if not each.disabled)),
        "disabled": [s for s in shown if s.disabled and s.pk in changeable],
        "changeable": changeable,
        "pins": pins,
        "pinned": {search.pk for search in pins},
        "may_save": open_search(user, request.GET).may_save,
        "pager": pager_of(page),
        "subscriptions_url": elsewhere("scrips:subscriptions"),
        "subscribe_url": elsewhere("scrips:subscribe"),
    }
    return render(request, "tickets/searches.html", ctx)


@logged_in
@require_safe
def open_saved_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Show what a saved search finds; a disabled one leads to where it is enabled."""
    search = visible_search(request.user, search_id)
    if not search.disabled:
        return redirect(results_url(search))
    if not may_change(request.user)(search):
        raise Http404("This search is disabled.")
    return redirect("tickets:edit_search", search.pk)


@logged_in
@require_POST
def pin_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Put a search into one's rail, or take it out."""
    search = visible_search(request.user, search_id)
    try:
        if request.POST.get("on") == "0":
            commands.unpin_search(search, actor=request.user)
            say(request, [f"{search.name} is no longer in your rail."])
        else:
            commands.pin_search(search, actor=request.user)
            say(request, [f"{search.name} is in your rail now."])
    except ValidationError as error:
        say_errors(request, error)
    return redirect("tickets:searches")


@logged_in
@require_POST
def move_pinned_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Move a pinned search one place up or down."""
    search = visible_search(request.user, search_id)
    by = -1 if request.POST.get("to") == "up" else 1
    try:
        commands.move_pinned_search(search, actor=request.user, by=by)
    except ValidationError as error:
        say_errors(request, error)
    return redirect("tickets:searches")


@logged_in
@require_safe
def pinned_counts(request: StaffRequest) -> HttpResponse:
    """Return the rail's pinned searches with their numbers, for htmx after the page."""
    if not is_fragment(request):
        return redirect("tickets:searches")
    searches = page_of(request).at_hand.searches
    ctx = {"pinned": counted(searches, user=request.user, ask=True)}
    response = render(request, "components/pinned.html", ctx)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def visible_search(user: User, search_id: int) -> SavedSearch:
    """Return a search the user may load; for others there is none."""
    if search_id > LARGEST_ID:
        raise Http404("There is no such search.")
    visible = SavedSearch.objects.visible_to(user)
    return get_object_or_404(visible.select_related("group", "owner"), pk=search_id)


def pager_of(page: Any) -> dict[str, Any]:
    """Return the addresses of a pager for one of Django's pages."""

    def at(number: int) -> str:
        return f"?page={number}" if 1 <= number <= page.paginator.num_pages else ""

    return {
        "number": page.number,
        "pages": page.paginator.num_pages,
        "first_url": at(1),
        "previous_url": at(page.number - 1),
        "next_url": at(page.number + 1),
        "last_url": at(page.paginator.num_pages),
    }
