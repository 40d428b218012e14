"""Request id, one leading slash, security headers, time zone. None costs a query."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone

from helpdesk import log_format

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("helpdesk.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id: in its log lines and in ``X-Request-ID``.

    A proxy's own id is taken over when it looks like one, so both logs match.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identifier = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        token = log_format.request_id.set(identifier)
        started = time.perf_counter()
        try:
            response = get_response(request)
            _log(request, response, seconds=time.perf_counter() - started)
        finally:
            log_format.request_id.reset(token)
        response.headers["X-Request-ID"] = identifier
        return response

    return middleware


def single_leading_slash(get_response: GetResponse) -> GetResponse:
    """Route ``//REST/1.0/…`` as ``/REST/1.0/…``: the rt client builds such URLs.

    No redirect, because clients do not repeat the body of a POST.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("//"):
            request.path_info = "/" + request.path_info.lstrip("/")
            request.path = settings.WEB_PATH + request.path_info
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the content security policy, unless the view has set a policy of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", settings.CONTENT_SECURITY_POLICY
        )
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response

    return middleware


def own_time_zone(get_response: GetResponse) -> GetResponse:
    """Show times in the time zone that the person has chosen."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Without a session there is nobody to ask, and asking would cost a query.
        name = ""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            name = getattr(request.user, "timezone", "")
        with timezone.override(_zone(name)):
            return get_response(request)

    return middleware


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _log(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    # Without the query string: RT's clients put passwords into it.
    logger.info(
        "Request",
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "address": request.META.get("REMOTE_ADDR", ""),
        },
    )
