"""Charts of what a query finds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from tickets.charts import Chart, ChartError, ChartSpec, compute
from tickets.charts.chart import EVERYTHING
from tickets.charts.drawing import Shown, shown_chart
from tickets.charts.drawing.table import Table, csv_lines
from tickets.charts.levels.custom_fields import groupable
from tickets.charts.spec import RT_NAMES
from tickets.forms.charts import ChartForm
from tickets.models import SearchKind
from tickets.saved_searches import OpenSearch, open_search
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.search.errors import excerpt
from tickets.views.asked import Asked, asked_for
from tickets.views.search import frame

NUMBERS = ("limit", "width", "height")
# What forms and RT send; the address that stays has our names.
OTHER_NAMES = frozenset({"by", "Query", *RT_NAMES.values()})
Kept: TypeAlias = Sequence[tuple[str, str]]


@logged_in
@require_safe
def chart(request: StaffRequest) -> HttpResponse:
    """Show a chart, its table, and the form that changes both."""
    require_staff(request)
    asked = _asked(request)
    errors: dict[str, list[str]] = {}
    try:
        spec = ChartSpec.from_query(request.GET)
    except ChartError as error:
        spec = error.chosen
        errors = error.message_dict | _query_problem(request, asked)
    if not errors and not OTHER_NAMES.isdisjoint(request.GET):
        return redirect(chart_url(asked.query, spec, _kept(asked)))
    shown, total = None, 0
    if not errors:
        try:
            found = _computed(request, asked, spec)
            total = found.total.count
            shown = _shown(found, asked, spec)
        except TicketSQLError as error:
            errors = {"query": _query_errors(asked.query, error)}
        except ChartError as error:
            errors = error.message_dict
    ctx: dict[str, Any] = frame(request.user, asked, here="chart") | {
        "chart": shown,
        "total": total,
        "form": _form(request, asked.query, spec, errors),
        "kept": _kept(asked),
        "opened": _opened(request, asked),
    }
    return render(request, "tickets/chart.html", ctx, status=400 if errors else 200)


@logged_in
@require_safe
def chart_csv(request: StaffRequest) -> HttpResponseBase:
    """Send the table of a chart as a file of comma-separated values."""
    require_staff(request)
    try:
        spec = ChartSpec.from_query(request.GET)
        found = _computed(request, _asked(request), spec)
    except (TicketSQLError, ChartError) as error:
        return HttpResponse("\n".join(error.messages), "text/plain", status=400)
    return csv_file(shown_chart(found).table, name="chart")


def require_staff(request: StaffRequest) -> None:
    """Refuse people from outside: charts name colleagues and other customers.

    Raises:
        PermissionDenied: the reader is not privileged.
    """
    if not request.user.is_privileged:
        raise PermissionDenied("Charts and reports are for staff.")


def chart_url(query: str, spec: ChartSpec, kept: Kept = ()) -> str:
    """Return the address of a chart."""
    return f"{reverse('tickets:chart')}?{_parameters(query, spec, kept)}"


def csv_file(table: Table, *, name: str) -> StreamingHttpResponse:
    """Return a table as a file to keep."""
    answer = StreamingHttpResponse(csv_lines(table), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _parameters(query: str, spec: ChartSpec, kept: Kept) -> str:
    return urlencode([("query", query), *spec.to_query(), *kept])


def _asked(request: StaffRequest) -> Asked:
    asked = asked_for(request.GET)
    return replace(asked, query=asked.query or EVERYTHING)


def _kept(asked: Asked) -> Kept:
    """Return what another chart keeps of this one: how the query is read, its name."""
    reading = [("reading", "rt")] if asked.is_rt else []
    return [*reading, *([("search", asked.saved)] if asked.saved else [])]


def _computed(request: StaffRequest, asked: Asked, spec: ChartSpec) -> Chart:
    return compute(asked.query, spec, user=request.user, rt_precedence=asked.is_rt)


def _shown(found: Chart, asked: Asked, spec: ChartSpec) -> Shown:
    kept = _kept(asked)
    shown = shown_chart(found, edit_url=chart_url(asked.query, spec, kept))
    csv_url = f"{reverse('tickets:chart_csv')}?{_parameters(asked.query, spec, kept)}"
    return replace(shown, csv_url=csv_url)


def _opened(request: StaffRequest, asked: Asked) -> OpenSearch:
    kind = SearchKind.TICKET_CHART
    return open_search(request.user, request.GET, query=asked.query, kind=kind)


def _query_problem(request: StaffRequest, asked: Asked) -> dict[str, list[str]]:
    """Find fault with the query too, so that all is said at once."""
    try:
        search(asked.query, user=request.user)
    except TicketSQLError as error:
        return {"query": _query_errors(asked.query, error)}
    return {}


def _query_errors(query: str, error: TicketSQLError) -> list[str]:
    place = []
    if error.position is not None:
        place = [excerpt(query, position=error.position)]
    return [str(error), *place]


def _form(
    request: StaffRequest,
    query: str,
    spec: ChartSpec,
    errors: Mapping[str, list[str]],
) -> ChartForm:
    context = Context(user=request.user, now=timezone.now())
    typed = {name: request.GET.get(name, "") for name in NUMBERS if name in errors}
    return ChartForm(
        query, spec, custom_fields=groupable(context), errors=errors, typed=typed
    )
