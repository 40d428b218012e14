"""Having dashboards mailed: one's own subscriptions, which nobody else sees."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from scrips.dashboards import commands
from scrips.dashboards.recipients import typed
from scrips.dashboards.schedule import words
from scrips.dashboards.times import times_of, zone_of
from scrips.forms.dashboards import MailDashboard, as_typed, at_first
from scrips.models import DashboardSubscription
from scrips.subscriptions.access import may_subscribe
from scrips.subscriptions.links import LARGEST_ID
from tickets.models import Dashboard


@logged_in
@require_safe
def dashboard_subscriptions(request: StaffRequest) -> HttpResponse:
    """List the dashboards that are mailed for a person, and how that fares."""
    rows = DashboardSubscription.objects.filter(user=request.user)
    found = rows.order_by("dashboard_name", "pk")
    ctx = {
        "rows": [(each, words(times_of(each))) for each in found],
        "may_subscribe": may_subscribe(request.user),
    }
    return render(request, "scrips/dashboard_subscriptions.html", ctx)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def dashboard_subscription(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Have a dashboard mailed, or change when and to whom."""
    user = request.user
    dashboard = _dashboard(user, dashboard_id)
    mine = DashboardSubscription.objects.filter(user=user, dashboard=dashboard).first()
    if request.method != "POST":
        initial = as_typed(mine, to=typed(mine)) if mine else at_first(user)
        return _page(request, MailDashboard(initial=initial), dashboard, mine)
    form = MailDashboard(request.POST)
    if form.is_valid():
        try:
            commands.subscribe_to_dashboard(dashboard, actor=user, wishes=form.wishes())
        except ValidationError as error:
            _add_error(form, error)
        else:
            messages.success(request, "Subscription saved.")
            return redirect("scrips:dashboard_subscription", dashboard.pk)
    return _page(request, form, dashboard, mine)


@logged_in
@require_POST
def send_dashboard(request: StaffRequest, dashboard_id: int) -> HttpResponse:
    """Mail a dashboard to oneself, now."""
    dashboard = _dashboard(request.user, dashboard_id)
    try:
        commands.send_dashboard_now(dashboard, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"A mail is on its way to {request.user.email}.")
    return redirect("scrips:dashboard_subscription", dashboard.pk)


@logged_in
@require_POST
def end_dashboard_subscription(
    request: StaffRequest, subscription_id: int
) -> HttpResponse:
    """Mail a dashboard no more."""
    if subscription_id > LARGEST_ID:
        raise Http404("There is no such subscription.")
    mine = get_object_or_404(
        DashboardSubscription, pk=subscription_id, user=request.user
    )
    commands.end_dashboard_subscription(mine, actor=request.user)
    messages.success(request, f"{mine.dashboard_name} is mailed no more.")
    return redirect("scrips:dashboard_subscriptions")


def _dashboard(user: User, dashboard_id: int) -> Dashboard:
    if dashboard_id > LARGEST_ID:
        raise Http404("There is no such dashboard.")
    visible = Dashboard.objects.visible_to(user).enabled()
    dashboard = get_object_or_404(visible, pk=dashboard_id)
    if not may_subscribe(user):
        raise PermissionDenied("That needs the right SubscribeDashboard.")
    return dashboard


def _add_error(form: MailDashboard, error: ValidationError) -> None:
    """Put an error beside the field it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _page(
    request: StaffRequest,
    form: MailDashboard,
    dashboard: Dashboard,
    mine: DashboardSubscription | None,
) -> HttpResponse:
    ctx: dict[str, Any] = {
        "form": form,
        "dashboard": dashboard,
        "subscription": mine,
        "zone": zone_of(request.user, timezone.now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "scrips/dashboard_subscription.html", ctx, status=status)
