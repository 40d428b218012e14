"""Arranging a dashboard: one action for each change, by button, mouse or keyboard."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from tickets import commands
from tickets.context import page_of
from tickets.dashboards.arranging import EditedRow, edited_rows
from tickets.dashboards.layout import Direction, Layout, Shape
from tickets.forms import dashboards as forms
from tickets.models import Dashboard, SavedSearch
from tickets.privacy import DASHBOARDS
from tickets.views.answers import say, say_errors
from tickets.views.panes import dashboard_url, pane_of, visible_dashboard

MOST_OFFERED = 500
Change = Callable[[Layout, dict[str, Any]], Layout]


@logged_in
@require_POST
def add_part(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Add a part at the end of a column."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        (kind, target), (row, column) = fields["what"], fields["where"]
        return layout.with_portlet(kind, row=row, column=column, target=target)

    return _arrange(request, dashboard_id, forms.AddPart, change, "Added.")


@logged_in
@require_POST
def move_part(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Move a part one place up, down, left or right."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.moved(fields["key"], Direction(fields["to"]))

    return _arrange(request, dashboard_id, forms.MovePart, change)


@logged_in
@require_POST
def place_part(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Put a part where it was dropped."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.placed(
            fields["key"],
            row=fields["row"],
            column=fields["column"],
            position=fields["position"],
        )

    return _arrange(request, dashboard_id, forms.PlacePart, change)


@logged_in
@require_POST
def remove_part(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Take a part away; what it shows is not touched."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.without_portlet(fields["key"])

    return _arrange(request, dashboard_id, forms.OnePart, change, "Removed.")


@logged_in
@require_POST
def set_part(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Give a part a title of its own and a number of rows."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.with_settings(
            fields["key"], title=fields["title"], rows=fields["rows"]
        )

    return _arrange(request, dashboard_id, forms.PartSettings, change, "Saved.")


@logged_in
@require_POST
def add_row(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Add an empty row."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.with_row(Shape(fields["shape"]))

    return _arrange(request, dashboard_id, forms.RowShape, change, "Row added.")


@logged_in
@require_POST
def reshape_row(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Give a row other columns."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.reshaped(fields["key"], Shape(fields["shape"]))

    return _arrange(request, dashboard_id, forms.ReshapeRow, change, "Row changed.")


@logged_in
@require_POST
def move_row(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Move a row up or down."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.with_row_moved(fields["key"], Direction(fields["to"]))

    return _arrange(request, dashboard_id, forms.MoveRow, change, "Row moved.")


@logged_in
@require_POST
def remove_row(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Take a row away; its parts go to the row above, or below."""

    def change(layout: Layout, fields: dict[str, Any]) -> Layout:
        return layout.without_row(fields["key"])

    return _arrange(request, dashboard_id, forms.OnePart, change, "Row removed.")


def changeable_dashboard(user: User, dashboard_id: int) -> Dashboard:
    """Return a dashboard the user may change; 404 if it cannot even be seen."""
    dashboard = visible_dashboard(user, dashboard_id)
    if not DASHBOARDS.allows(user, dashboard):
        raise PermissionDenied("You may look at this dashboard but not change it.")
    return dashboard


def edit_page(request: StaffRequest, dashboard: Dashboard) -> HttpResponse:
    """Render the editor."""
    layout = pane_of(dashboard).layout
    home = page_of(request).at_hand.home
    is_home = home.is_own and home.dashboard_id == dashboard.pk
    ctx = {
        **_arrangement(request, dashboard, layout),
        "is_home": is_home,
        "done_url": reverse("tickets:home") if is_home else dashboard_url(dashboard),
        "parts": forms.part_choices(*_offered(request.user, dashboard)),
    }
    return render(request, "tickets/dashboard_edit.html", ctx)


def _arrange(
    request: StaffRequest,
    dashboard_id: int,
    form_class: type[django_forms.Form],
    change: Change,
    said: str = "",
) -> HttpResponse:
    """Carry out one change and show the editor again, or the part of it htmx wants."""
    dashboard = changeable_dashboard(request.user, dashboard_id)
    form = form_class(request.POST)
    error: ValidationError | None = None
    layout = pane_of(dashboard).layout
    if not form.is_valid():
        error = ValidationError([e for errors in form.errors.values() for e in errors])
    else:
        fields = form.cleaned_data
        try:
            layout = commands.arrange_dashboard(
                dashboard, actor=request.user, change=lambda now: change(now, fields)
            )
        except ValidationError as refused:
            error = refused
    if not is_fragment(request):
        if error is not None:
            say_errors(request, error)
        elif said:
            say(request, [said])
        return redirect("tickets:edit_dashboard", dashboard.pk)
    ctx = _arrangement(request, dashboard, layout)
    ctx["errors"] = error.messages if error else []
    ctx["said"] = "" if error else said or _where(ctx["rows"], request.POST.get("key"))
    ctx["in_place"] = True
    return render(request, "tickets/_arrangement.html", ctx)


def _arrangement(
    request: StaffRequest, dashboard: Dashboard, layout: Layout
) -> dict[str, Any]:
    rows = edited_rows(layout, dashboard=dashboard, user=request.user)
    places = [place for row in rows for place in row.places]
    where = request.POST.get("where", "")
    return {
        "dashboard": dashboard,
        "rows": rows,
        "places": places,
        "where": where if where in dict(places) else places[0][0],
        "shapes": forms.SHAPES,
    }


def _where(rows: list[EditedRow], key: str | None) -> str:
    """Say where a part is now, for those who do not see it move."""
    for row in rows:
        for column, parts in enumerate(row.columns, start=1):
            for position, part in enumerate(parts, start=1):
                if str(part.portlet.key) == key:
                    return (
                        f"{part.name}: row {row.number}, column {column}, "
                        f"place {position} of {len(parts)}."
                    )
    return ""


def _offered(
    user: User, dashboard: Dashboard
) -> tuple[list[SavedSearch], list[Dashboard]]:
    searches = SavedSearch.objects.visible_to(user).enabled()
    dashboards = Dashboard.objects.visible_to(user).enabled().exclude(pk=dashboard.pk)
    return (
        list(searches.order_by(Lower("name"), "pk")[:MOST_OFFERED]),
        list(dashboards.defer("layout").order_by(Lower("name"), "pk")[:MOST_OFFERED]),
    )
