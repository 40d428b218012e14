"""Feeds of a search: their addresses, and what programs read there without a login."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.feeds import feed_reader, feed_signature
from accounts.http import StaffRequest, logged_in
from accounts.models import User
from queues.site import organization
from tickets import feeds as writing
from tickets.models.querysets import TicketQuerySet
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.views.asked import Asked, asked_for
from tickets.views.search import frame


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the search, and its secret address."""

    label: str
    url: str
    help: str


@logged_in
@require_safe
def feeds(request: StaffRequest) -> HttpResponse:
    """Show the reader's own secret addresses of a search."""
    asked = asked_for(request.GET)
    ctx = frame(request.user, asked, here="feeds") | {"title": "Feeds"}
    try:
        search(asked.query, user=request.user, order_by=asked.ordered)
    except TicketSQLError as error:
        ctx["error"] = str(error)
        return render(request, "tickets/search.html", ctx, status=400)
    ctx["feeds"] = _feeds(request.user, asked)
    return render(request, "tickets/feeds.html", ctx)


@require_safe
def rss(request: HttpRequest, name: str, auth: str) -> HttpResponse:
    """``/NoAuth/rss/<user>/<auth>/?Query=&OrderBy=&Order=``: a search as RSS 1.0."""
    asked = asked_for(request.GET)
    user = _reader(name, auth, _rss_parts(asked))
    context = Context(user=user, now=timezone.now())
    found = _found(asked, context)
    title = f"{organization()}: {asked.query}"[:200]
    body = writing.rss(found, title=title, url=writing.full_url(asked.url()))
    return _answer(body.encode(), "application/rss+xml; charset=utf-8")


@require_safe
def ical(request: HttpRequest, name: str, auth: str, query: str) -> HttpResponse:
    """``/NoAuth/iCal/<user>/<auth>/<query>``: when tickets start and are due."""
    asked = Asked(query=query, is_rt=request.GET.get("reading") == "rt")
    user = _reader(name, auth, _ical_parts(asked))
    context = Context(user=user, now=timezone.now())
    body = writing.calendar(
        _found(asked, context),
        zone=context.zone,
        with_times=_wants(request, "Time"),
        in_one=_wants(request, "SingleEvent"),
    )
    return _answer(body, "text/calendar; charset=utf-8")


def _feeds(user: User, asked: Asked) -> list[Feed]:
    signature = feed_signature(user, parts=_rss_parts(asked))
    # RT's name of the parameter would mean RT's reading of AND and OR.
    given = {"Query" if asked.is_rt else "query": asked.query} | _rt_order(asked)
    rss_url = reverse("tickets:rss", args=[user.name, signature])
    signature = feed_signature(user, parts=_ical_parts(asked))
    root = reverse("tickets:ical", args=[user.name, signature, "x"]).removesuffix("x")
    reading = "?reading=rt" if asked.is_rt else ""
    return [
        Feed(
            "RSS",
            writing.full_url(f"{rss_url}?{urlencode(given)}"),
            "The first hundred tickets, for a feed reader.",
        ),
        Feed(
            "Calendar (iCal)",
            writing.full_url(root + quote(asked.query, safe="") + reading),
            "When tickets start and are due. ?Time=1 shows times, "
            "?SingleEvent=1 makes one event of each ticket.",
        ),
    ]


def _rt_order(asked: Asked) -> dict[str, str]:
    return {
        "OrderBy": "|".join(name.removeprefix("-") for name in asked.ordered),
        "Order": "|".join(
            "DESC" if name.startswith("-") else "ASC" for name in asked.ordered
        ),
    }


def _rss_parts(asked: Asked) -> tuple[str, ...]:
    order = _rt_order(asked)
    kind = "rss-rt" if asked.is_rt else "rss"
    return (kind, asked.query, order["OrderBy"], order["Order"])


def _ical_parts(asked: Asked) -> tuple[str, ...]:
    return ("ical-rt" if asked.is_rt else "ical", asked.query)


def _reader(name: str, auth: str, parts: tuple[str, ...]) -> User:
    user = feed_reader(name, auth, parts=parts)
    if user is None:
        raise Http404("There is no such feed.")
    return user


def _found(asked: Asked, context: Context) -> TicketQuerySet:
    try:
        return search(
            asked.query,
            user=context.user,
            order_by=asked.ordered,
            rt_precedence=asked.is_rt,
            now=context.now,
        )
    except TicketSQLError as error:
        raise Http404("There is no such feed.") from error


def _wants(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name, "") not in {"", "0"}


def _answer(body: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
