"""Dashboards: the list, one shown, a box of one, and where they are shown besides."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets import commands, forms
from tickets.models import Dashboard, DashboardPlace, Spot
from tickets.privacy import DASHBOARDS
from tickets.saved_searches import elsewhere, shelves
from tickets.views.answers import say, say_errors
from tickets.views.panes import (
    around,
    dashboard_url,
    fill,
    pane_named,
    pane_of,
    show,
    visible_dashboard,
)
from tickets.views.searches import pager_of

PER_PAGE = 100


@logged_in
@require_safe
def dashboards(request: StaffRequest) -> HttpResponse:
    """List the dashboards a person may see, by whose they are."""
    user = request.user
    rows = Dashboard.objects.visible_to(user).select_related("group", "owner")
    whose = Case(
        When(owner__isnull=False, then=Value(0)),
        When(group__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = rows.defer("layout").order_by(
        "disabled", whose, Lower("group__name"), Lower("name"), "pk"
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    changeable = {each.pk for each in shown if DASHBOARDS.allows(user, each)}
    places = _Places.of(user)
    ctx: dict[str, Any] = {
        "shelves": list(shelves(each for each in shown if not each.disabled)),
        "disabled": [d for d in shown if d.disabled and d.pk in changeable],
        "changeable": changeable,
        "may_create": bool(DASHBOARDS.places(user)),
        "own_home": places.own_home,
        "site_home": places.site_home,
        "pager": pager_of(page),
        "subscriptions_url": elsewhere("scrips:dashboard_subscriptions"),
        "may_subscribe": may_subscribe(user),
        **places.ctx(user),
    }
    return render(request, "tickets/dashboards.html", ctx)


@logged_in
@require_safe
def show_dashboard(
    request: StaffRequest, dashboard_id: int, name: str = ""
) -> HttpResponse:
    """Show a dashboard; its name in the address is for people only."""
    dashboard = visible_dashboard(request.user, dashboard_id)
    if dashboard.disabled:
        if not DASHBOARDS.allows(request.user, dashboard):
            raise Http404("This dashboard is disabled.")
        return redirect("tickets:edit_dashboard", dashboard.pk)
    if not name:
        query = request.META.get("QUERY_STRING", "")
        return redirect(dashboard_url(dashboard) + (f"?{query}" if query else ""))
    return dashboard_page(request, dashboard)


@logged_in
@require_safe
def dashboard_box(request: StaffRequest, key: str) -> HttpResponse:
    """Return one box that was left for later, for htmx."""
    pane = pane_named(request, request.GET.get("dashboard", ""))
    if not is_fragment(request):
        return redirect(f"{pane.url}?all=1#box-{key}")
    filled = fill(request.user, pane, wanted=lambda box: box.key == key)
    if not filled.boxes:
        # Somebody has rearranged the page meanwhile.
        return HttpResponse("")
    box = filled.boxes[0]
    ctx = {"box": box, **around(request, filled)}
    return render(request, box.template, ctx)


@logged_in
@require_POST
def set_home(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Make a dashboard one's home page."""
    return _place(
        request,
        dashboard_id,
        lambda d: commands.set_home(d, actor=request.user),
        "{} is your home page now.",
    )


@logged_in
@require_POST
def set_home_of_all(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Make a dashboard everybody's home page, or no longer."""
    on = request.POST.get("on") != "0"
    return _place(
        request,
        dashboard_id,
        lambda d: commands.set_home_of_all(d if on else None, actor=request.user),
        "{} is everybody's home page now." if on else "Everybody's home page is reset.",
    )


@logged_in
@require_POST
def rail_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Put a dashboard into one's rail, or take it out."""
    on = request.POST.get("on") != "0"
    return _place(
        request,
        dashboard_id,
        lambda d: commands.set_in_rail(d, actor=request.user, on=on),
        "{} is in your rail now." if on else "{} is no longer in your rail.",
    )


@logged_in
@require_POST
def rail_dashboard_of_all(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Put a dashboard into everybody's rail, or take it out."""
    on = request.POST.get("on") != "0"
    return _place(
        request,
        dashboard_id,
        lambda d: commands.set_in_rail_of_all(d, actor=request.user, on=on),
        "{} is in everybody's rail now."
        if on
        else "{} is no longer in everybody's rail.",
    )


@logged_in
@require_POST
def arrange_home(request: StaffRequest) -> HttpResponse:
    """Give a person a home page of their own and let them arrange it."""
    dashboard = commands.arrange_home(actor=request.user)
    return redirect("tickets:edit_dashboard", dashboard.pk)


@logged_in
@require_POST
def reset_home(request: StaffRequest) -> HttpResponse:
    """Give a person the usual home page again."""
    commands.reset_home(actor=request.user)
    say(
        request,
        ["Your home page is the usual one again. Yours is kept under Dashboards."],
    )
    return redirect("tickets:home")


def dashboard_page(
    request: StaffRequest,
    dashboard: Dashboard,
    *,
    form: forms.QuickCreate | None = None,
) -> HttpResponse:
    """Render a dashboard that is not disabled."""
    user = request.user
    subscribing = may_subscribe(user)
    return show(
        request,
        pane_of(dashboard),
        template="tickets/dashboard.html",
        form=form,
        dashboard=dashboard,
        may_change=DASHBOARDS.allows(user, dashboard),
        subscribe_url=elsewhere("scrips:dashboard_subscription", dashboard.pk)
        if subscribing
        else "",
        **_Places.of(user).ctx(user),
    )


def may_subscribe(user: User) -> bool:
    """Say whether a person may have dashboards mailed."""
    return rights_of(user).has(Right.SUBSCRIBE_DASHBOARD)


@dataclass
class _Places:
    """Where dashboards are shown to one person and to all. One query."""

    homes: dict[bool, Dashboard] = field(default_factory=dict)
    rails: dict[bool, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, user: User) -> "_Places":
        """Read them; what is one's own stands under True."""
        found = cls()
        seen = Q(user=user, dashboard__in=Dashboard.objects.visible_to(user))
        rows = DashboardPlace.objects.filter(seen | Q(user=None))
        rows = rows.filter(dashboard__disabled=False)
        for place in rows.select_related("dashboard").defer("dashboard__layout"):
            is_own = place.user_id is not None
            if place.spot == Spot.HOME:
                found.homes[is_own] = place.dashboard
            else:
                found.rails[is_own].add(place.dashboard_id)
        return found

    @property
    def own_home(self) -> Dashboard | None:
        """The home page the person has chosen."""
        return self.homes.get(True)

    @property
    def site_home(self) -> Dashboard | None:
        """The home page of those who have chosen none."""
        return self.homes.get(False)

    def ctx(self, user: User) -> dict[str, Any]:
        """Return what the menu of a dashboard wants."""
        return {
            "home_id": self.own_home.pk if self.own_home else None,
            "home_of_all": self.site_home.pk if self.site_home else None,
            "in_rail": self.rails[True],
            "in_rail_of_all": self.rails[False],
            "may_admin": rights_of(user).has(Right.ADMIN_DASHBOARD),
        }


def _place(
    request: StaffRequest,
    dashboard_id: int,
    command: Callable[[Dashboard], None],
    said: str,
) -> HttpResponse:
    dashboard = visible_dashboard(request.user, dashboard_id)
    try:
        command(dashboard)
    except ValidationError as error:
        say_errors(request, error)
    else:
        say(request, [said.format(dashboard.name)])
    return redirect("tickets:dashboards")
