"""Preferences."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import feeds, forms, profile
from accounts.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change what a user says about themselves."""
    user = cast("User", request.user)
    if request.method == "POST":
        form = forms.Preferences(request.POST)
        if form.is_valid() and _save(form, user=user):
            messages.success(request, "Preferences saved.")
            return redirect("accounts:preferences")
    else:
        form = forms.Preferences(
            initial={
                name: getattr(user, name) for name in forms.Preferences.base_fields
            }
        )
    ctx = {"form": form, "may_modify": profile.may_modify_self(user)}
    return render(
        request,
        "accounts/preferences.html",
        ctx,
        status=422 if form.is_bound else 200,
    )


@login_required
@require_POST
def reset_feeds(request: HttpRequest) -> HttpResponse:
    """Make every address of a feed that the user has given out worthless."""
    feeds.reset_feeds(cast("User", request.user))
    messages.success(
        request, "The addresses of your feeds are new; the old ones show nothing more."
    )
    return redirect("accounts:preferences")


def _save(form: forms.Preferences, *, user: User) -> bool:
    try:
        profile.set_profile(user, profile=form.profile())
    except ValidationError as error:
        form.add_error(None, error)
    return form.is_valid()
