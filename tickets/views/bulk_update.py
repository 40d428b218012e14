"""Bulk update: one form for the tickets of a search, then what became of each."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import StaffRequest, is_fragment, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.models import Lifecycle
from queues.rights import queues_with_right, rights_of, users_with_right
from tickets import forms
from tickets.columns import FormatError, Table, columns_of
from tickets.commands.bulk import (
    MOST_TICKETS,
    ring_bulk_update,
    run_bulk_update,
    start_bulk_update,
)
from tickets.forms.choices import Choices, owner_choices, queue_choices
from tickets.models import BulkUpdate, Ticket
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.search.paging import total_of
from tickets.views.asked import Asked, asked_for
from tickets.views.once import new_token
from tickets.views.options import heads
from tickets.views.search import frame

# What is done before the answer; the worker does the rest while the page shows it.
INLINE_SECONDS = 2.0
RESULT_ROWS = 200
ALL = "all"


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest) -> HttpResponse:
    """Show the tickets of a search and one form for them, or start the update."""
    if not rights_of(request.user).has(Right.SHOW_SEARCH_BULK_UPDATE):
        raise PermissionDenied(f"{Right.SHOW_SEARCH_BULK_UPDATE} is needed.")
    given = request.POST if request.method == "POST" else request.GET
    asked = asked_for(given)
    ctx = frame(request.user, asked, here="bulk") | {"title": "Bulk update"}
    context = Context(user=request.user, now=timezone.now())
    try:
        found = search(
            asked.query,
            user=request.user,
            order_by=asked.ordered,
            rt_precedence=asked.is_rt,
            now=context.now,
        )
        columns = columns_of(asked.format, user=request.user, context=context)
    except (TicketSQLError, FormatError) as error:
        ctx["error"] = str(error)
        return render(request, "tickets/search.html", ctx, status=400)
    form = _form(request.user, request.POST if request.method == "POST" else None)
    scope = given.get("scope", "")
    if form.is_valid():
        if scope == ALL:
            ids = list(found.values_list("pk", flat=True)[:MOST_TICKETS])
        else:
            ids = _numbers(given)
        update = _started(form, ids, request.user)
        if update is not None:
            done = reverse("tickets:bulk_job", args=[update.pk])
            return redirect(f"{done}?{urlencode(asked.parameters())}")
    chosen = _numbers(given)
    tickets = _shown(columns.narrowed(found), chosen, asked)
    ticked = set(chosen) if chosen or form.is_bound else {t.pk for t in tickets}
    total = total_of(found, user=request.user, query=f"{asked.is_rt}:{asked.query}")
    ctx |= {
        "form": form,
        "table": Table(columns, tickets, picks=True, picked=ticked),
        "heads": heads(columns, asked),
        "scope": scope,
        "total": total,
        "most": MOST_TICKETS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "tickets/bulk.html", ctx, status=status)


@logged_in
@require_safe
def bulk_job(request: StaffRequest, job_id: int) -> HttpResponse:
    """Show how far a bulk update is and what became of each ticket.

    The address keeps the search, so that one finds back to it.
    """
    update = BulkUpdate.objects.filter(pk=job_id, creator=request.user).first()
    if update is None:
        raise Http404("There is no such bulk update.")
    items = update.items.order_by("pk")
    done = items.exclude(done_at=None)
    numbers = {
        "total": items.count(),
        "done": done.count(),
        "failed": done.filter(succeeded=False).count(),
    }
    wants_all = "all" in request.GET
    # What needs a person first.
    shown = done.order_by("succeeded", "pk")
    ctx = {
        "update": update,
        **numbers,
        "items": shown if wants_all else shown[:RESULT_ROWS],
        "has_more": not wants_all and numbers["done"] > RESULT_ROWS,
    }
    asked = asked_for(request.GET)
    if asked.query:
        ctx |= frame(request.user, asked, here="")
        ctx["kept"] = urlencode(asked.parameters())
    name = "_bulk_progress.html" if is_fragment(request) else "bulk_job.html"
    return render(request, f"tickets/{name}", ctx)


def _started(form: Any, ids: list[int], user: User) -> BulkUpdate | None:
    """Write the update down and begin with it; what is wrong is said in the form."""
    try:
        update = start_bulk_update(
            ids,
            actor=user,
            change=form.change(),
            token=form.cleaned_data["form_token"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    if not run_bulk_update(update.pk, seconds=INLINE_SECONDS):
        ring_bulk_update(update.pk)
    return update


def _form(user: User, data: QueryDict | None) -> forms.BulkUpdate:
    """Offer what is possible for some ticket; each ticket is asked again."""
    owners = list(users_with_right(Right.OWN_TICKET, queue=None).values())
    return forms.BulkUpdate(
        data,
        owners=owner_choices(owners, me=user),
        statuses=_statuses(),
        queues=queue_choices(queues_with_right(user, Right.CREATE_TICKET)),
        initial={"form_token": new_token()},
    )


def _statuses() -> Choices:
    labels: dict[str, str] = {}
    for lifecycle in Lifecycle.objects.order_by("name"):
        rules = lifecycle.rules
        labels |= {s: rules.label(s) for s in rules.statuses if s not in labels}
    return list(labels.items())


def _shown(found: Any, chosen: list[int], asked: Asked) -> list[Ticket]:
    """Return the chosen tickets, or the page of the search one comes from."""
    if chosen:
        return list(found.filter(pk__in=chosen[:MOST_TICKETS]))
    start = (max(1, asked.turn.number) - 1) * asked.rows
    return list(found[start : start + asked.rows])


def _numbers(given: QueryDict) -> list[int]:
    return [
        int(text)
        for text in given.getlist("id")[: 2 * MOST_TICKETS]
        if text.isascii() and text.isdigit() and len(text) < 19
    ]
