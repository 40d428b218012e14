"""Charts of what a query finds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from tickets.charts import ChartError, ChartSpec, compute
from tickets.charts.compute import EVERYTHING
from tickets.charts.drawing import shown_chart
from tickets.charts.drawing.table import Table, csv_lines
from tickets.charts.levels.custom_fields import groupable
from tickets.forms.charts import ChartForm
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.search.errors import excerpt

NUMBERS = ("limit", "width", "height")


@logged_in
@require_safe
def chart(request: StaffRequest) -> HttpResponse:
    """Show a chart, its table, and the form that changes both."""
    require_staff(request)
    query, errors = _query(request), {}
    try:
        spec = ChartSpec.from_query(request.GET)
    except ChartError as error:
        spec, errors = error.chosen, error.message_dict | _query_problem(request)
    if not errors and "by" in request.GET:
        return redirect(chart_url(query, spec))
    shown, total = None, 0
    if not errors:
        try:
            found = compute(query, spec, user=request.user)
            total = found.total.count
            shown = shown_chart(found, edit_url=chart_url(query, spec))
            shown = replace(shown, csv_url=_csv_url(query, spec))
        except TicketSQLError as error:
            errors = {"query": _query_errors(query, error)}
        except ChartError as error:
            errors = error.message_dict
    ctx: dict[str, Any] = {
        "chart": shown,
        "total": total,
        "form": _form(request, query, spec, errors),
    }
    return render(request, "tickets/chart.html", ctx, status=400 if errors else 200)


@logged_in
@require_safe
def chart_csv(request: StaffRequest) -> HttpResponseBase:
    """Send the table of a chart as a file of comma-separated values."""
    require_staff(request)
    try:
        spec = ChartSpec.from_query(request.GET)
        found = compute(_query(request), spec, user=request.user)
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


def chart_url(query: str, spec: ChartSpec) -> str:
    """Return the address of a chart."""
    return f"{reverse('tickets:chart')}?{_parameters(query, spec)}"


def csv_file(table: Table, *, name: str) -> StreamingHttpResponse:
    """Return a table as a file to keep."""
    answer = StreamingHttpResponse(csv_lines(table), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _csv_url(query: str, spec: ChartSpec) -> str:
    return f"{reverse('tickets:chart_csv')}?{_parameters(query, spec)}"


def _parameters(query: str, spec: ChartSpec) -> str:
    return urlencode([("query", query), *spec.to_query()])


def _query(request: StaffRequest) -> str:
    query = request.GET.get("query", request.GET.get("Query", ""))
    return query.strip() or EVERYTHING


def _query_problem(request: StaffRequest) -> dict[str, list[str]]:
    """Find fault with the query too, so that all is said at once."""
    query = _query(request)
    try:
        search(query, user=request.user)
    except TicketSQLError as error:
        return {"query": _query_errors(query, error)}
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
