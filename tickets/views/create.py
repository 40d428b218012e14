"""Creating a ticket with everything it can have."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import queues_with_right
from tickets import commands, forms
from tickets.custom_values.reading import initial_fields
from tickets.forms.choices import owner_choices
from tickets.forms.errors import take_errors
from tickets.models import Ticket
from tickets.roles import possible_owners
from tickets.settled import wait_for_scrips
from tickets.views.answers import say, ticket_url
from tickets.views.detail import signature
from tickets.views.once import new_token, once
from tickets.views.update import message_of

# RT's parameter -> field, so that links to its create page keep working.
PREFILL = {
    "Queue": "queue",
    "Subject": "subject",
    "Requestors": "requestors",
    "Cc": "cc",
    "AdminCc": "admin_cc",
    "Owner": "owner",
    "Status": "status",
    "Content": "content",
    "InitialPriority": "priority",
    "Priority": "priority",
    "FinalPriority": "final_priority",
    "TimeEstimated": "time_estimated",
    "TimeWorked": "time_worked",
    "TimeLeft": "time_left",
    "Starts": "starts",
    "Due": "due",
    "new-DependsOn": "depends_on",
    "DependsOn-new": "depended_on_by",
    "new-MemberOf": "member_of",
    "MemberOf-new": "has_member",
    "new-RefersTo": "refers_to",
    "RefersTo-new": "referred_to_by",
}
# RT's name of a custom field in a form, grouping included, and our own.
CUSTOM_FIELD_NAME = re.compile(
    r"Object-RT::Ticket--CustomField(?::[^-]*)?-(\d{1,18})-Values?|cf_(\d{1,18})"
)


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
@once
def create(request: StaffRequest) -> HttpResponse:
    """Show the form for a new ticket, prefilled from the URL, or create it."""
    user = request.user
    queues = queues_with_right(user, Right.CREATE_TICKET)
    if not queues:
        raise PermissionDenied("There is no queue you may create tickets in.")
    given = request.POST if request.method == "POST" else request.GET
    queue = _chosen(given, queues)
    choices = _choices(queue, queues, user)
    # Another queue has other owners and statuses: the page is shown again for it.
    if request.method == "POST" and "change_queue" not in request.POST:
        form = forms.Create(request.POST, request.FILES, **choices)
        created = _create(form, queue, user) if form.is_valid() else None
        if created is not None:
            return _done(request, created)
    elif request.method == "POST":
        form = forms.Create(request.POST, request.FILES, **choices)
        form.errors.clear()
    else:
        form = forms.Create(initial=_initial(request.GET, queue, user), **choices)
        form.prefill(_given_values(request.GET))
    ctx = {"form": form, "queue": queue}
    status = 422 if form.errors else 200
    return render(request, "tickets/create.html", ctx, status=status)


def full_form(request: StaffRequest, quick: forms.QuickCreate) -> HttpResponse:
    """Show the page with what was typed into the small form, which was not enough."""
    user, fields = request.user, quick.cleaned_data
    queues = queues_with_right(user, Right.CREATE_TICKET)
    queue = Queue.objects.select_related("lifecycle").get(pk=fields["queue"])
    initial = {
        **fields,
        "requestors": ", ".join(fields["requestors"]),
        "owner": str(user.pk) if fields["owner"] == "me" else "0",
    }
    form = forms.Create(initial=initial, **_choices(queue, queues, user))
    ctx = {"form": form, "queue": queue}
    return render(request, "tickets/create.html", ctx, status=422)


def _chosen(given: QueryDict, queues: list[Queue]) -> Queue:
    """Return the queue of that id or name, else the first."""
    wanted = (given.get("queue") or given.get("Queue") or "").strip().lower()
    named = [q for q in queues if wanted in {str(q.pk), q.name.lower()}]
    chosen = (named or queues)[0]
    return Queue.objects.select_related("lifecycle").get(pk=chosen.pk)


def _choices(queue: Queue, queues: list[Queue], user: User) -> dict[str, Any]:
    rules = queue.lifecycle.rules
    first = rules.default_status
    statuses = [first, *(name for name in rules.create if name != first)]
    return {
        "queues": queues,
        "owners": owner_choices(possible_owners(queue), me=user),
        "statuses": [(name, rules.label(name)) for name in statuses],
        "custom_fields": initial_fields(queue, user),
    }


def _initial(given: QueryDict, queue: Queue, user: User) -> dict[str, Any]:
    named = {PREFILL.get(name, name): str(value) for name, value in given.items()}
    known = {
        name: value for name, value in named.items() if name in forms.Create.base_fields
    }
    known.pop("queue", None)
    return {
        "requestors": user.email or user.name,
        **known,
        "queue": str(queue.pk),
        "owner": _owner_id(known.get("owner", "")),
        "content": known.get("content", "") + signature(user),
        "form_token": new_token(),
    }


def _given_values(given: QueryDict) -> dict[str, list[str]]:
    """Return the values of custom fields that a link names, by RT's names or ours."""
    found: dict[str, list[str]] = {}
    for name, values in given.lists():
        match = CUSTOM_FIELD_NAME.fullmatch(name)
        if match:
            lines = [line for value in values for line in str(value).splitlines()]
            found[f"cf_{match[1] or match[2]}"] = lines
    return found


def _owner_id(text: str) -> str:
    if not text or text.isdecimal():
        return text or "0"
    owner = User.objects.by_name_or_email(text)
    return str(owner.pk) if owner else "0"


def _create(form: forms.Create, queue: Queue, user: User) -> commands.Created | None:
    fields: Mapping[str, Any] = form.cleaned_data
    new = commands.NewTicket(
        queue=queue,
        subject=fields["subject"],
        message=message_of(form, user=user, subject=fields["subject"]),
        requestors=tuple(fields["requestors"]),
        cc=tuple(fields["cc"]),
        admin_cc=tuple(fields["admin_cc"]),
        owner=User.objects.filter(pk=fields["owner"] or 0).first(),
        status=fields["status"] or None,
        priority=fields["priority"],
        initial_priority=fields["priority"],
        final_priority=fields["final_priority"],
        time_estimated=fields["time_estimated"],
        time_worked=fields["time_worked"],
        time_left=fields["time_left"],
        starts=fields["starts"],
        due=fields["due"],
        links=form.links(),
        custom_fields=form.custom_values(),
        is_strict=True,
    )
    try:
        return commands.create_ticket(new, actor=user)
    except ValidationError as error:
        take_errors(form, error)
        return None


def _done(request: StaffRequest, created: commands.Created) -> HttpResponse:
    ticket = created.ticket
    wait_for_scrips(ticket.pk)
    line = f"Ticket {ticket.pk} created in queue '{ticket.queue.name}'"
    say(request, [line], draft=f"{request.user.pk}-create")
    for note in created.notes:
        messages.warning(request, note)
    # Who writes for somebody else may not see the ticket they made.
    sees_it = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    return redirect(ticket_url(ticket) if sees_it else "tickets:home")
