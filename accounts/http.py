"""Requests of people who are logged in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import User

Arguments = ParamSpec("Arguments")


class StaffRequest(HttpRequest):
    """A request whose user is known."""

    user: User


View = Callable[Concatenate[StaffRequest, Arguments], HttpResponseBase]


def is_fragment(request: HttpRequest) -> bool:
    """Say whether htmx wants a part of a page and not a page."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Boosted") != "true"
    )


def logged_in(view: View[Arguments]) -> Callable[..., HttpResponseBase]:
    """Send people who are not logged in to the login page, and back afterwards.

    A part of a page gets 401 instead: the login form must not appear inside a box.
    """

    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_fragment(request):
            return HttpResponse("Log in first.", status=401)
        target = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
        return redirect_to_login(target or _page_of(request))

    return wrapper


def _page_of(request: HttpRequest) -> str:
    """Return the page a form was on, whose draft the browser still has."""
    referer = request.headers.get("Referer", "")
    root = request.build_absolute_uri("/")
    return "/" + referer.removeprefix(root) if referer.startswith(root) else "/"
