"""A form is carried out once, however often it is sent.

Every form that makes something carries a random ``form_token``. The first POST with
a token claims it; a second one, from a double click or a repeated request, is led to
the result of the first.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.http import StaffRequest

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[StaffRequest, Arguments], HttpResponse]

LIFETIME_SECONDS = 24 * 60 * 60
PATIENCE_SECONDS = 5.0
WORKING = "working"


def new_token() -> str:
    """Return a token for a form that is shown for the first time."""
    return secrets.token_urlsafe(16)


def once(view: View[Arguments]) -> Callable[..., HttpResponse]:
    """Let a POST with a used ``form_token`` see the first one's redirect.

    A response that is no redirect means that nothing was made: the token stays good
    for the corrected form.
    """

    @wraps(view)
    def wrapper(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("form_token", "")[:64]
        if request.method != "POST" or not token:
            return view(request, *args, **kwargs)
        key = f"once:{request.user.pk}:{hashlib.sha256(token.encode()).hexdigest()}"
        if not cache.add(key, WORKING, LIFETIME_SECONDS):
            return _first_result(request, key)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            cache.delete(key)
            raise
        if response.status_code in {302, 303}:
            cache.set(key, response.headers["Location"], LIFETIME_SECONDS)
        else:
            cache.delete(key)
        return response

    return wrapper


def _first_result(request: StaffRequest, key: str) -> HttpResponse:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = cache.get(key)
        if found is None:  # it failed validation meanwhile: let the person look
            break
        if found != WORKING:
            return redirect(found)
        time.sleep(0.1)
    messages.warning(request, "This form was sent twice; it is carried out once.")
    return redirect(reverse("tickets:home"))
