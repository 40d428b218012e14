"""Logging in and out."""

import logging

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import forms, throttle

logger = logging.getLogger(__name__)

REFUSED = "That user name and password do not belong together."
THROTTLED = "Too many failed attempts. Wait a quarter of an hour and try again."


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Check name and password, start a new session, go where the person wanted."""
    target = _safe_target(request)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    form = forms.Login(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try(request, form):
        return HttpResponseRedirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    ctx = {"form": form, "next": target}
    return render(request, "accounts/login.html", ctx, status=_status(form))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session; the login page then empties the drafts kept in the browser."""
    logout(request)
    return redirect(resolve_url(settings.LOGOUT_REDIRECT_URL) + "?bye=1")


def _try(request: HttpRequest, form: forms.Login) -> bool:
    name: str = form.cleaned_data["username"]
    address = request.META.get("REMOTE_ADDR", "")
    if throttle.is_throttled(name, address=address):
        logger.warning("Login throttled", extra={"login": name, "address": address})
        form.add_error(None, THROTTLED)
        return False
    user = authenticate(request, username=name, password=form.cleaned_data["password"])
    if user is None:
        throttle.record_failure(name, address=address)
        logger.warning("Login refused", extra={"login": name, "address": address})
        form.add_error(None, REFUSED)
        return False
    throttle.clear(name, address=address)
    login(request, user)
    logger.info("Logged in", extra={"login": name, "address": address})
    return True


def _safe_target(request: HttpRequest) -> str:
    """Return where to go afterwards, if that is a place of ours; else nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A path, not a word that redirect() would look up as the name of a page.
    return target if is_ours and target.startswith("/") else ""


def _status(form: forms.Login) -> int:
    if not form.is_bound:
        return 200
    return 429 if THROTTLED in form.non_field_errors() else 422
