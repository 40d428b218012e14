"""A search as a file, or as a page to print: every ticket, read as it is sent."""

from collections.abc import Iterator

from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from tickets.columns import FormatError, columns_of
from tickets.exports import FORMATS, Exported, exported
from tickets.exports.rows import table_bodies
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.search.errors import excerpt
from tickets.views.asked import Asked, asked_for
from tickets.views.options import heads

MARK = "<!-- rows -->"


@logged_in
@require_safe
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """Send every ticket of a search as a file, with the columns of its format."""
    form = FORMATS.get(kind)
    if form is None:
        raise Http404("There is no such kind of file.")
    asked = asked_for(request.GET)
    prepared = _prepared(request, asked)
    if isinstance(prepared, HttpResponse):
        return prepared
    response = StreamingHttpResponse(
        _in_same_zone(form.write(prepared)), content_type=form.content_type
    )
    response.headers["Content-Disposition"] = f'attachment; filename="Results.{kind}"'
    return response


@logged_in
@require_safe
def print_view(request: StaffRequest) -> HttpResponseBase:
    """Show every ticket of a search on one plain page."""
    asked = asked_for(request.GET)
    prepared = _prepared(request, asked)
    if isinstance(prepared, HttpResponse):
        return prepared
    ctx = {"query": asked.query, "heads": heads(prepared.columns, asked)}
    begin, end = render_to_string("tickets/print.html", ctx, request).split(MARK)

    def page() -> Iterator[bytes]:
        yield begin.encode()
        is_grouped = len(prepared.columns.lines) > 1
        for body in table_bodies(prepared):
            yield (body if is_grouped else f"<tbody>{body}</tbody>").encode()
        yield end.encode()

    return StreamingHttpResponse(
        _in_same_zone(page()), content_type="text/html; charset=utf-8"
    )


def _prepared(request: StaffRequest, asked: Asked) -> Exported | HttpResponse:
    """Return what is to be written, or the page that says what is wrong."""
    ctx = {"title": "Search", "query": asked.query, "asked": asked}
    if not asked.query:
        ctx["error"] = "Which tickets? An export needs a query."
        return render(request, "tickets/search.html", ctx, status=400)
    context = Context(user=request.user, now=timezone.now())
    try:
        columns = columns_of(asked.format, user=request.user, context=context)
        found = search(
            asked.query,
            user=request.user,
            order_by=asked.ordered,
            rt_precedence=asked.is_rt,
            now=context.now,
        )
    except TicketSQLError as error:
        ctx["error"] = str(error)
        if error.position is not None:
            ctx["place"] = excerpt(asked.query, position=error.position)
    except FormatError as error:
        ctx["format_error"] = str(error)
    else:
        return exported(columns, found)
    return render(request, "tickets/search.html", ctx, status=400)


def _in_same_zone(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Write in the reader's time zone, though the request itself is over by then."""
    zone = timezone.get_current_timezone()

    def written() -> Iterator[bytes]:
        with timezone.override(zone):
            yield from pieces

    return written()
