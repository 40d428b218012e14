"""Suggestions while somebody types, as the options of a list box."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from tickets.messages import storable
from tickets.suggestions import Suggestion, people_like, suggestions


@logged_in
@require_safe
def suggest(request: StaffRequest) -> HttpResponse:
    """Return the options for what is typed in the search box."""
    _require_staff(request)
    found = suggestions(storable(request.GET.get("q", "")), user=request.user)
    return render(request, "tickets/_suggestions.html", {"suggestions": found})


@logged_in
@require_safe
def suggest_people(request: StaffRequest) -> HttpResponse:
    """Return people for an input of the builder; htmx says which one it was."""
    _require_staff(request)
    name = request.headers.get("HX-Trigger-Name", "q")
    text = storable(request.GET.get(name, ""))
    part = "name" if request.GET.get("part") == "name" else "email"
    found = [
        Suggestion("", person.display_name, word, word)
        for person in people_like(text, user=request.user)
        if (word := _word(person, part))
    ]
    if text and text.lower() in "__currentuser__ me":
        me = Suggestion("", "me", "whoever searches", "__CurrentUser__")
        found.insert(0, me)
    return render(request, "tickets/_suggestions.html", {"suggestions": found})


def _word(person: User, part: str) -> str:
    return person.name if part == "name" else person.email


def _require_staff(request: StaffRequest) -> None:
    if not request.user.is_privileged:
        raise PermissionDenied("Searching all tickets is for staff.")
