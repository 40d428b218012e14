"""Saving, changing, disabling and deleting a search."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from tickets import commands
from tickets.forms import SaveSearch
from tickets.forms.searches import content_fields, saved_fields
from tickets.models import SavedSearch, SearchKind
from tickets.privacy import SAVED_SEARCHES, Privacy, may_change
from tickets.saved_searches import asked_for, content_of
from tickets.search import TicketSQLError
from tickets.views.answers import say
from tickets.views.searches import visible_search


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def save_search(request: StaffRequest) -> HttpResponse:
    """Save what a results page shows under a name."""
    places = SAVED_SEARCHES.places(request.user)
    if not places:
        raise PermissionDenied("You may not save searches.")
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        kind = kind if kind in SearchKind.values else SearchKind.TICKET
        content = asked_for(request.GET, kind=kind)
        form = _form(places, initial=content_fields(content))
        return _page(request, form, places=places)
    form = SaveSearch(request.POST, privacies=_choices(places))
    if form.is_valid():
        try:
            search = commands.save_search(
                actor=request.user,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                privacy=_chosen(places, form),
                content=form.content(),
            )
        except ValidationError as error:
            _add_error(form, error)
        else:
            say(request, [f"Search saved as {search.name}."])
            return redirect("tickets:open_search", search.pk)
    return _page(request, form, places=places)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Change a saved search: its name, for whom it is, what it asks for."""
    search = _changeable(request.user, search_id)
    places, here = _places(request.user, search)
    if request.method != "POST":
        form = _form(places, initial=saved_fields(search) | {"privacy": here.code})
        return _page(request, form, places=places, search=search)
    form = SaveSearch(request.POST, privacies=_choices(places))
    if form.is_valid():
        try:
            commands.update_search(
                search,
                actor=request.user,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                privacy=_chosen(places, form),
                content=form.content(),
            )
        except ValidationError as error:
            _add_error(form, error)
        else:
            say(request, ["Search saved."])
            return redirect("tickets:open_search", search.pk)
    return _page(request, form, places=places, search=search)


@logged_in
@require_POST
def update_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Save what the results page shows as what this search asks for from now on."""
    search = _changeable(request.user, search_id)
    content = asked_for(request.POST, kind=search.kind)
    try:
        commands.update_search(search, actor=request.user, content=content)
    except ValidationError as error:
        places, here = _places(request.user, search)
        typed = saved_fields(search) | content_fields(content)
        typed["privacy"] = here.code
        form = SaveSearch(typed, privacies=_choices(places))
        form.is_valid()
        _add_error(form, error)
        return _page(request, form, places=places, search=search)
    say(request, [f"{search.name} updated."])
    return redirect("tickets:open_search", search.pk)


@logged_in
@require_POST
def disable_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Disable a search, or enable it again."""
    search = _changeable(request.user, search_id)
    disabled = request.POST.get("on") != "0"
    commands.set_search_disabled(search, actor=request.user, disabled=disabled)
    say(request, [f"{search.name} {'disabled' if disabled else 'enabled'}."])
    return redirect("tickets:searches")


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete_search(request: StaffRequest, search_id: int) -> HttpResponse:
    """Ask, then delete a search for good."""
    search = _changeable(request.user, search_id)
    if request.method != "POST":
        return render(request, "tickets/search_delete.html", {"search": search})
    commands.delete_search(search, actor=request.user)
    say(request, [f"{search.name} deleted."])
    return redirect("tickets:searches")


def _changeable(user: User, search_id: int) -> SavedSearch:
    search = visible_search(user, search_id)
    if not may_change(user)(search):
        raise PermissionDenied("You may load this search but not change it.")
    return search


def _places(user: User, search: SavedSearch) -> tuple[list[Privacy], Privacy]:
    """Return where a search may go and where it is, which need not be offered."""
    here = Privacy(owner=search.owner, group=search.group)
    places = SAVED_SEARCHES.places(user)
    is_offered = any(place.code == here.code for place in places)
    return (places if is_offered else [here, *places]), here


def _form(places: list[Privacy], *, initial: dict[str, object]) -> SaveSearch:
    return SaveSearch(initial=initial, privacies=_choices(places))


def _choices(places: list[Privacy]) -> list[tuple[str, str]]:
    return [(place.code, place.label) for place in places]


def _chosen(places: list[Privacy], form: SaveSearch) -> Privacy:
    by_code = {place.code: place for place in places}
    return by_code[form.cleaned_data["privacy"]]


def _add_error(form: SaveSearch, error: ValidationError) -> None:
    """Put an error beside the field it is about."""
    if isinstance(error, TicketSQLError):
        form.add_error("order" if error.code == "order" else "query", error)
    elif not hasattr(error, "error_dict"):
        form.add_error(None, error)
    else:
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)


def _page(
    request: StaffRequest,
    form: SaveSearch,
    *,
    places: list[Privacy],
    search: SavedSearch | None = None,
) -> HttpResponse:
    ctx = {
        "form": form,
        "search": search,
        "is_chart": content_of(search).kind != SearchKind.TICKET
        if search
        else form["kind"].value() == SearchKind.TICKET_CHART,
    }
    return render(
        request,
        "tickets/search_form.html",
        ctx,
        status=422 if form.is_bound else 200,
    )
