"""Choosing a password."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import commands, forms
from accounts.models import User
from accounts.profile import may_modify_self


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Set one's own password; whoever was given one by others must do it first."""
    user = cast("User", request.user)
    if not user.must_change_password and not may_modify_self(user):
        raise PermissionDenied("Your password is kept elsewhere; ask an administrator.")
    form = forms.ChoosePassword(
        request.POST if request.method == "POST" else None, user=user
    )
    if form.is_valid():
        commands.set_password(user, form.cleaned_data["new"])
        # A new session id and hash: every other session of this user ends.
        update_session_auth_hash(request, user)
        messages.success(request, "Your password has been changed.")
        return redirect("tickets:home")
    ctx = {"form": form}
    return render(
        request,
        "accounts/choose_password.html",
        ctx,
        status=422 if form.is_bound else 200,
    )
