"""One's own subscriptions; nobody sees another's."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from mail import webhooks
from mail.models import WebhookDelivery
from scrips.forms import Subscribe, as_typed, at_first
from scrips.models import Channel, SubscribedTicket, Subscription
from scrips.subscriptions import commands, links
from scrips.subscriptions.access import may_subscribe
from scrips.subscriptions.membership import MOST_WATCHED
from scrips.subscriptions.notices import lines
from scrips.subscriptions.schedule import words
from tickets.models import SavedSearch
from tickets.saved_searches import number_in

EVENTS_SHOWN = 50
CALLS_SHOWN = 20


@logged_in
@require_safe
def subscriptions(request: StaffRequest) -> HttpResponse:
    """List what a person is subscribed to, and how that fares."""
    rows = Subscription.objects.filter(user=request.user).select_related("webhook")
    found = list(rows.order_by("search_name", "pk"))
    ctx = {
        "rows": [(each, words(each)) for each in found],
        "may_subscribe": may_subscribe(request.user),
    }
    return render(request, "scrips/subscriptions.html", ctx)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: StaffRequest) -> HttpResponse:
    """Subscribe to a saved search."""
    user = request.user
    if not may_subscribe(user):
        raise PermissionDenied("Subscribing needs the right SubscribeDashboard.")
    parameters = request.POST if request.method == "POST" else request.GET
    search = _search(user, parameters.get("search", ""))
    if request.method != "POST":
        form = Subscribe(initial=at_first(has_address=bool(user.email)))
        return _form_page(request, form, search=search)
    form = Subscribe(request.POST)
    if form.is_valid():
        try:
            made = commands.subscribe(search, actor=user, wishes=form.wishes())
        except ValidationError as error:
            _add_error(form, error)
        else:
            messages.success(request, f"Subscribed to {search.name}.")
            return redirect("scrips:subscription", made.pk)
    return _form_page(request, form, search=search)


@logged_in
@require_safe
def subscription(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Show the state of a subscription, what it told, and its secret links."""
    mine = _mine(request.user, subscription_id)
    events = list(mine.events.order_by("-pk")[:EVENTS_SHOWN])
    by_id = lines({event.ticket_id for event in events}, user=request.user)
    calls: list[WebhookDelivery] = []
    if mine.webhook is not None:
        calls = list(mine.webhook.deliveries.order_by("-pk")[:CALLS_SHOWN])
    ctx: dict[str, Any] = {
        "subscription": mine,
        "when": words(mine),
        "watched": SubscribedTicket.objects.filter(subscription=mine).count(),
        "events": [(event, by_id[event.ticket_id]) for event in events],
        "calls": calls,
        "feed_url": links.feed_url(mine) if mine.channel == Channel.FEED else "",
    }
    return render(request, "scrips/subscription.html", ctx)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Change what a subscription tells, how and when."""
    mine = _mine(request.user, subscription_id)
    if request.method != "POST":
        form = Subscribe(initial=as_typed(mine))
        return _form_page(request, form, subscription=mine)
    form = Subscribe(request.POST)
    if form.is_valid():
        try:
            commands.change_subscription(mine, actor=request.user, wishes=form.wishes())
        except ValidationError as error:
            _add_error(form, error)
        else:
            messages.success(request, "Subscription changed.")
            return redirect("scrips:subscription", mine.pk)
    return _form_page(request, form, subscription=mine)


@logged_in
@require_POST
def pause(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Tell nothing until it is resumed."""
    mine = _mine(request.user, subscription_id)
    commands.pause_subscription(mine, actor=request.user)
    messages.success(request, "Paused.")
    return redirect("scrips:subscription", mine.pk)


@logged_in
@require_POST
def resume(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Watch again, from what the search finds now."""
    mine = _mine(request.user, subscription_id)
    try:
        commands.resume_subscription(mine, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Resumed. What happened meanwhile is not told.")
    return redirect("scrips:subscription", mine.pk)


@logged_in
@require_POST
def end(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Delete a subscription."""
    mine = _mine(request.user, subscription_id)
    commands.end_subscription(mine, actor=request.user)
    messages.success(request, f"Unsubscribed from {mine.search_name}.")
    return redirect("scrips:subscriptions")


@logged_in
@require_POST
def renew_links(request: StaffRequest, subscription_id: int) -> HttpResponse:
    """Give a subscription new secret links; the old ones end."""
    mine = _mine(request.user, subscription_id)
    commands.renew_links(mine, actor=request.user)
    messages.success(request, "The old address of the feed no longer works.")
    return redirect("scrips:subscription", mine.pk)


@logged_in
@require_POST
def send_again(
    request: StaffRequest, subscription_id: int, delivery_id: int
) -> HttpResponse:
    """Make a webhook's call again that failed or waits."""
    mine = _mine(request.user, subscription_id)
    if delivery_id > links.LARGEST_ID or mine.webhook is None:
        raise Http404("There is no such call.")
    delivery = get_object_or_404(mine.webhook.deliveries, pk=delivery_id)
    try:
        webhooks.send_again(delivery)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The webhook is being called.")
    return redirect("scrips:subscription", mine.pk)


def _mine(user: User, subscription_id: int) -> Subscription:
    if subscription_id > links.LARGEST_ID:
        raise Http404("There is no such subscription.")
    rows = Subscription.objects.filter(user=user).select_related(
        "user", "search", "webhook"
    )
    return get_object_or_404(rows, pk=subscription_id)


def _search(user: User, number: str) -> SavedSearch:
    visible = SavedSearch.objects.visible_to(user).enabled()
    return get_object_or_404(visible, pk=number_in(number))


def _add_error(form: Subscribe, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _form_page(
    request: StaffRequest,
    form: Subscribe,
    *,
    search: SavedSearch | None = None,
    subscription: Subscription | None = None,
) -> HttpResponse:
    ctx = {
        "form": form,
        "search": search,
        "subscription": subscription,
        "name": search.name if search else subscription and subscription.search_name,
        "most_watched": MOST_WATCHED,
    }
    return render(
        request,
        "scrips/subscribe.html",
        ctx,
        status=422 if form.is_bound else 200,
    )
