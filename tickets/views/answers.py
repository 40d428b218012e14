"""What an action answers with: messages, the way back, fragments."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tickets.models import Ticket

LONGEST_NUMBER = 19


def ticket_url(ticket: Ticket | int, *, anchor: str = "") -> str:
    """Return the address of a ticket's page."""
    number = ticket if isinstance(ticket, int) else ticket.pk
    url = reverse("tickets:detail", args=[number])
    return f"{url}#{anchor}" if anchor else url


def back(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Redirect to where the form says it was, else to the ticket."""
    if request.POST.get("next") == "home":
        return redirect(place_url(request))
    return redirect(ticket_url(ticket))


def place_url(request: HttpRequest) -> str:
    """Return the dashboard a form was on, which at a glance is the usual one."""
    number = request.POST.get("dashboard", "")
    if number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER:
        return reverse("tickets:show_dashboard", args=[int(number)])
    return reverse("tickets:home")


def say_errors(request: HttpRequest, error: ValidationError) -> None:
    """Show why nothing was done, on the page that follows."""
    for message in error.messages:
        messages.error(request, message)


def say(request: HttpRequest, lines: Iterable[str], *, draft: str = "") -> None:
    """Show one line per change on the page that follows; the first ends the draft."""
    lines = list(lines) or ["Nothing was changed."]
    for number, line in enumerate(lines):
        messages.success(request, line, extra_tags=draft if number == 0 else "")
