"""Making a dashboard, naming it, putting it away."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from tickets import commands
from tickets.forms.dashboards import DashboardForm
from tickets.models import Dashboard
from tickets.privacy import DASHBOARDS, Privacy
from tickets.views.answers import say
from tickets.views.arranging import changeable_dashboard, edit_page


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def create_dashboard(request: StaffRequest) -> HttpResponse:
    """Make a dashboard; what is on it is chosen on the page that follows."""
    places = DASHBOARDS.places(request.user)
    if not places:
        raise PermissionDenied("You may not save dashboards.")
    form = DashboardForm(request.POST or None, privacies=_choices(places))
    if request.method == "POST" and form.is_valid():
        try:
            dashboard = commands.create_dashboard(
                actor=request.user, **_fields(form, places)
            )
        except ValidationError as error:
            _add_error(form, error)
        else:
            return redirect("tickets:edit_dashboard", dashboard.pk)
    status = 422 if form.errors else 200
    ctx = {"form": form}
    return render(request, "tickets/dashboard_form.html", ctx, status=status)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def name_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Change a dashboard's name, description, and for whom it is."""
    dashboard = changeable_dashboard(request.user, dashboard_id)
    places, here = _places(request.user, dashboard)
    initial = {
        "name": dashboard.name,
        "description": dashboard.description,
        "privacy": here.code,
    }
    form = DashboardForm(
        request.POST or None, initial=initial, privacies=_choices(places)
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.update_dashboard(
                dashboard, actor=request.user, **_fields(form, places)
            )
        except ValidationError as error:
            _add_error(form, error)
        else:
            say(request, ["Dashboard saved."])
            return redirect("tickets:edit_dashboard", dashboard.pk)
    status = 422 if form.errors else 200
    ctx = {"form": form, "dashboard": dashboard}
    return render(request, "tickets/dashboard_form.html", ctx, status=status)


@logged_in
@require_http_methods(["GET", "HEAD"])
def edit_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Show what is on a dashboard, to be arranged."""
    dashboard = changeable_dashboard(request.user, dashboard_id)
    return edit_page(request, dashboard)


@logged_in
@require_POST
def disable_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Disable a dashboard, or enable it again."""
    dashboard = changeable_dashboard(request.user, dashboard_id)
    disabled = request.POST.get("on") != "0"
    commands.set_dashboard_disabled(dashboard, actor=request.user, disabled=disabled)
    say(request, [f"{dashboard.name} {'disabled' if disabled else 'enabled'}."])
    return redirect("tickets:dashboards")


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Ask, then delete a dashboard for good."""
    dashboard = changeable_dashboard(request.user, dashboard_id)
    if request.method != "POST":
        ctx = {"dashboard": dashboard}
        return render(request, "tickets/dashboard_delete.html", ctx)
    commands.delete_dashboard(dashboard, actor=request.user)
    say(request, [f"{dashboard.name} deleted."])
    return redirect("tickets:dashboards")


def _places(user: User, dashboard: Dashboard) -> tuple[list[Privacy], Privacy]:
    """Return where a dashboard may go and where it is, which need not be offered."""
    here = Privacy(owner=dashboard.owner, group=dashboard.group)
    places = DASHBOARDS.places(user)
    is_offered = any(place.code == here.code for place in places)
    return (places if is_offered else [here, *places]), here


def _choices(places: list[Privacy]) -> list[tuple[str, str]]:
    return [(place.code, place.label) for place in places]


def _fields(form: DashboardForm, places: list[Privacy]) -> dict[str, Any]:
    by_code = {place.code: place for place in places}
    fields = form.cleaned_data
    return {
        "name": fields["name"],
        "description": fields["description"],
        "privacy": by_code[fields["privacy"]],
    }


def _add_error(form: DashboardForm, error: ValidationError) -> None:
    """Put an error beside the field it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
