"""RT's addresses, which old mails and bookmarks contain, lead to ours."""

from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from tickets.history import visible_transactions
from tickets.models import Transaction
from tickets.reports.catalogue import RT_PAGES
from tickets.saved_searches import elsewhere
from tickets.views.answers import ticket_url
from tickets.views.lookup import seen_ticket, visible_ticket

TICKET_PAGES = {
    "Display.html": "tickets:detail",
    "History.html": "tickets:detail",
    "Reminders.html": "tickets:detail",
    "Update.html": "tickets:update",
    "Modify.html": "tickets:basics",
    "ModifyAll.html": "tickets:basics",
    "ModifyPeople.html": "tickets:people",
    "ModifyDates.html": "tickets:dates",
    "ModifyLinks.html": "tickets:links",
}
SUBSCRIPTION = "scrips:dashboard_subscription"
QUICK_ACTIONS = {
    "take": "Take this ticket",
    "steal": "Steal this ticket",
    "untake": "Give this ticket back to Nobody",
}
SEARCH_PAGES = {
    "Simple.html": "tickets:search",
    "Results.html": "tickets:search",
    "Build.html": "tickets:build_search",
    "Edit.html": "tickets:build_search",
}
DASHBOARD_PAGES = {
    "Render.html": "tickets:show_dashboard",
    "Modify.html": "tickets:name_dashboard",
    "Queries.html": "tickets:edit_dashboard",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """``/index.html``."""
    return redirect("tickets:home")


@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """``/NoAuth/Login.html``."""
    return _to(reverse("accounts:login"), request)


@require_safe
def ticket(request: HttpRequest, page: str) -> HttpResponseBase:
    """``/Ticket/….html?id=``."""
    number = _id(request)
    action = request.GET.get("Action", "").lower()
    if page == "Display.html" and action in QUICK_ACTIONS:
        return _confirm(request, number)
    if page not in TICKET_PAGES:
        raise Http404("There is no such page.")
    return _to(reverse(TICKET_PAGES[page], args=[number]), request, without="id")


@require_safe
def create(request: HttpRequest) -> HttpResponse:
    """``/Ticket/Create.html?Queue=&Subject=…``."""
    return _to(reverse("tickets:create"), request)


@require_safe
def search(request: HttpRequest, page: str) -> HttpResponse:
    """``/Search/Results.html?Query=``, ``/Search/Simple.html?q=`` and their like."""
    if page == "Chart.html":
        return _to(reverse("tickets:chart"), request)
    if page not in SEARCH_PAGES:
        raise Http404("There is no such page.")
    return _to(reverse(SEARCH_PAGES[page]), request)


@require_safe
def report(request: HttpRequest, page: str) -> HttpResponse:
    """``/Reports/ResolvedByOwner.html`` and its like, or the list of reports."""
    if page in RT_PAGES:
        return redirect("tickets:report", RT_PAGES[page])
    if page != "index.html":
        raise Http404("There is no such page.")
    return redirect("tickets:reports")


@require_safe
def dashboard(request: HttpRequest, dashboard_id: int, name: str) -> HttpResponse:
    """``/Dashboards/<id>/<name>``."""
    return redirect("tickets:show_dashboard", dashboard_id)


@require_safe
def dashboards(request: HttpRequest, page: str) -> HttpResponse:
    """``/Dashboards/index.html``, ``Queries.html?id=`` and their like."""
    if page == "index.html":
        return redirect("tickets:dashboards")
    if page == "Modify.html" and request.GET.get("Create"):
        return redirect("tickets:create_dashboard")
    if page == "Subscription.html" and (url := elsewhere(SUBSCRIPTION, _id(request))):
        return redirect(url)
    if page not in DASHBOARD_PAGES:
        raise Http404("There is no such page.")
    return redirect(DASHBOARD_PAGES[page], _id(request))


@require_safe
def attachment(
    request: HttpRequest, transaction_id: int, attachment_id: int, name: str = ""
) -> HttpResponse:
    """``/Ticket/Attachment/<txn>/<att>/<name>``."""
    return redirect("tickets:attachment", transaction_id, attachment_id, name or "file")


@logged_in
@require_safe
def transaction(request: StaffRequest) -> HttpResponse:
    """``/Transaction/Display.html?id=``: the entry in its ticket's history."""
    row = Transaction.objects.filter(pk=_id(request)).first()
    if row is None:
        raise Http404("There is no such transaction.")
    shown, can = seen_ticket(request.user, row.ticket_id)
    if not visible_transactions(shown, can).filter(pk=row.pk).exists():
        raise Http404("There is no such transaction.")
    return redirect(ticket_url(shown, anchor=f"txn-{row.pk}"))


@logged_in
def _confirm(request: StaffRequest, number: int) -> HttpResponse:
    """Ask before what RT did on GET: a link must not change anything by itself."""
    action = request.GET["Action"].lower()
    ctx = {
        "ticket": visible_ticket(request.user, number),
        "action_url": reverse(f"tickets:{action}", args=[number]),
        "label": QUICK_ACTIONS[action],
    }
    return render(request, "tickets/confirm.html", ctx)


def _id(request: HttpRequest) -> int:
    number = request.GET.get("id", "").removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404("Which one?")
    return int(number)


def _to(url: str, request: HttpRequest, *, without: str = "") -> HttpResponse:
    """Redirect with the parameters there are, minus one."""
    parameters = request.GET.copy()
    parameters.pop(without, None)
    pairs = [(k, v) for k, values in parameters.lists() for v in values]
    return HttpResponseRedirect(f"{url}?{urlencode(pairs)}" if pairs else url)
