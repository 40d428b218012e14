"""Error pages: what a person reads when a request cannot be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from helpdesk import log_format

if TYPE_CHECKING:
    from django.http import HttpRequest

LONG_TEXT = 80


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One field of a form that came too late."""

    name: str
    value: str

    @property
    def is_long(self) -> bool:
        """Say whether a person wrote it rather than chose it."""
        return len(self.value) > LONG_TEXT or "\n" in self.value


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render the page for a request that makes no sense (400)."""
    # Other exceptions that end here speak to programmers.
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render the page for a visible thing that may not be done (403)."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Render the page for what does not exist or may not be seen (404)."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Render the page for our own fault (500).

    Without context processors: they query, and the database may be what is broken.
    """
    ctx = {"request_id": log_format.request_id.get()}
    return HttpResponse(render_to_string("500.html", ctx), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Render the page for an expired form, with what was typed to be sent again.

    A form of another site is refused without that offer: its one click on our page
    would be all the attack needs.
    """
    is_ours = _is_from_here(request)
    ctx = {
        "reason": reason,
        "typed": _typed(request) if is_ours else [],
        "files": _file_names(request) if is_ours else [],
    }
    return render(request, "csrf.html", ctx, status=403)


def _is_from_here(request: HttpRequest) -> bool:
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(source)
    origin = f"{parts.scheme}://{parts.netloc}"
    here = f"{request.scheme}://{request.get_host()}"
    return origin in {here, *settings.CSRF_TRUSTED_ORIGINS}


def _file_names(request: HttpRequest) -> list[str]:
    return [str(file.name) for _, files in request.FILES.lists() for file in files]


def _typed(request: HttpRequest) -> list[Typed]:
    return [
        Typed(name=name, value=str(value))
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
        for value in values
    ]
