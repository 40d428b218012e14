"""What a logged-in user brings to every request: duties and a time zone."""

import zoneinfo
from collections.abc import Callable

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import User

ALLOWED = {"accounts:choose_password", "accounts:logout", "accounts:login"}


def own_settings(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Demand the choice of a password where due; show times in the user's zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Sessions are looked at only where a page of ours would be shown: static
        # files, health and mail gateway never carry one.
        if request.session.session_key is None:
            return get_response(request)
        # The user itself and not a stand-in that is asked for it hundreds of times.
        user = request.user = get_user(request)
        if isinstance(user, User) and user.must_change_password:
            try:
                name = resolve(request.path_info).view_name
            except Resolver404:
                name = ""
            if name not in ALLOWED:
                return redirect("accounts:choose_password")
        with timezone.override(_zone(user)):
            return get_response(request)

    return middleware


def _zone(user: User | AnonymousUser) -> zoneinfo.ZoneInfo | None:
    """The user's time zone, or None for the site's where it is unset or unknown."""
    name = user.timezone if isinstance(user, User) else ""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError):
        return None
