"""The set-up page."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import User
from queues import forms
from queues.models import Queue
from queues.rights import rights_of
from queues.setup import Done, Plan, aliases, set_up
from queues.site import is_set_up, organization

EMPTY_QUEUES = 2
EMPTY_PEOPLE = 3
MORE_ROWS = 3


class SetupForms:
    """The four parts of the page, as posted or as offered."""

    def __init__(self, user: User, data: Any = None) -> None:
        self.user = user
        self.site = forms.Site(
            data, prefix="site", user=user, initial=None if data else _site(user)
        )
        self.queues = forms.QueueRows(
            data, prefix="queues", initial=None if data else _queues()
        )
        self.people = forms.PersonRows(
            data, prefix="people", initial=None if data else [{}] * EMPTY_PEOPLE
        )
        self.rights = forms.Rights(
            data, prefix="rights", initial=None if data else _rights()
        )

    def are_valid(self) -> bool:
        """Validate every part, so that all errors show at once."""
        parts: list[Any] = [self.site, self.queues, self.people, self.rights]
        checked = [part.is_valid() for part in parts]
        return all(checked)

    def add_rows(self, *, queues: int = 0, people: int = 0) -> None:
        """Show what was typed, unchecked, and empty rows below it."""
        self.site = forms.Site(prefix="site", user=self.user, initial=_typed(self.site))
        self.queues = forms.QueueRows(
            prefix="queues",
            initial=_typed_rows(self.queues) + [{"use": True}] * queues,
        )
        self.people = forms.PersonRows(
            prefix="people", initial=_typed_rows(self.people) + [{}] * people
        )
        self.rights = forms.Rights(prefix="rights", initial=_typed(self.rights))

    def plan(self) -> Plan:
        """Return what was chosen, once it is valid."""
        queues = [form.queue() for form in self.queues.forms]
        people = [form.person() for form in self.people.forms]
        return Plan(
            **self.site.cleaned_data,
            staff_group=self.rights.cleaned_data["staff_group"],
            joins_staff=self.rights.cleaned_data["joins_staff"],
            queues=[queue for queue in queues if queue is not None],
            people=[person for person in people if person is not None],
            rights=self.rights.rights(),
        )


@sensitive_variables("done")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Ask what a new help desk needs to know, and set it up in one go."""
    user = cast("User", request.user)
    if not rights_of(user).is_superuser:
        raise PermissionDenied("Setting up the site is for superusers.")
    page = SetupForms(user, request.POST if request.method == "POST" else None)
    status = 200
    if "more_queues" in request.POST:
        page.add_rows(queues=MORE_ROWS)
    elif "more_people" in request.POST:
        page.add_rows(people=MORE_ROWS)
    elif request.method == "POST":
        done = _apply(page)
        if done is not None:
            return _show_done(request, done)
        status = 422
    ctx = {
        "forms": page,
        "existing": Queue.objects.order_by("sort_order", "name", "id"),
        "is_again": is_set_up(),
        "has_errors": status == 422,
    }
    return render(request, "queues/setup.html", ctx, status=status)


def _apply(page: SetupForms) -> Done | None:
    if not page.are_valid():
        return None
    try:
        return set_up(page.plan(), actor=page.user)
    except ValidationError as error:
        # Somebody else took a name since it was checked.
        page.site.add_error(None, error.messages)
        return None


@sensitive_variables("done", "ctx")
def _show_done(request: HttpRequest, done: Done) -> HttpResponse:
    # No redirect: the passwords are stored nowhere, this answer is their only place.
    queues = Queue.objects.filter(disabled=False).order_by("sort_order", "name", "id")
    ctx = {"done": done, "aliases": aliases(list(queues)), "web_url": settings.WEB_URL}
    return render(request, "queues/setup_done.html", ctx)


def _site(user: User) -> dict[str, Any]:
    has_own_address = user.email and not user.email.endswith("@localhost")
    return {
        "organization": organization(),
        "real_name": user.real_name,
        "email": user.email if has_own_address else "",
    }


def _queues() -> list[dict[str, Any]]:
    return [*forms.offered_queues(), *({"use": False} for _ in range(EMPTY_QUEUES))]


def _rights() -> dict[str, Any]:
    # Later visits leave General alone: its rights may have been changed on purpose.
    return {"staff_group": "Staff", "includes_general": not is_set_up()}


def _typed(form: BaseForm) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}


def _typed_rows(rows: BaseFormSet[Any]) -> list[dict[str, Any]]:
    return [_typed(form) for form in rows.forms]
