"""Creating tickets."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from api.errors import ApiError, json_answer
from api.v2.bodies import Payload, attached_files, payload_of
from api.v2.records import reference
from api.v2.values import (
    custom_values,
    identifier,
    moment,
    people,
    texts,
    user_meant,
    whole_number,
)
from queues.models import Queue
from tickets.commands import NewTicket, create_ticket
from tickets.messages import Message, compose
from tickets.settled import wait_for_scrips

NUMBERS = {
    "Priority": "priority",
    "InitialPriority": "initial_priority",
    "FinalPriority": "final_priority",
    "TimeWorked": "time_worked",
    "TimeEstimated": "time_estimated",
    "TimeLeft": "time_left",
}
DATES = {"Starts": "starts", "Due": "due"}
ROLES = {"Requestor": "requestors", "Cc": "cc", "AdminCc": "admin_cc"}
LINKS = {
    "DependsOn": "DependsOn",
    "DependedOnBy": "DependedOnBy",
    "RefersTo": "RefersTo",
    "ReferredToBy": "ReferredToBy",
} | dict.fromkeys(("Parent", "Parents", "MemberOf"), "MemberOf")
LINKS |= dict.fromkeys(
    ("Child", "Children", "Member", "Members", "HasMember"), "HasMember"
)
FILE_ERRORS = (
    "Field FileName is required for each attachment in Attachments",
    "Field FileType is required for each attachment in Attachments",
)


def create(request: HttpRequest, user: User) -> HttpResponse:
    """Create a ticket; wait, for a moment, until its scrips have run."""
    payload = payload_of(request, json_name="Json")
    queue = _queue(payload)
    new = NewTicket(queue=queue, is_strict=True, **_wishes(payload, queue))
    created = create_ticket(new, actor=user)
    wait_for_scrips(created.ticket.pk)
    answer = reference("ticket", created.ticket.pk)
    return json_answer(answer, 201, {"Location": str(answer["_url"])})


def _queue(payload: Payload) -> Queue:
    text = identifier(payload.values.get("Queue"))
    if not text:
        raise ApiError(400, "Could not create ticket. Queue not set")
    queue = Queue.objects.by_name_or_id(text)
    if queue is None or queue.disabled:
        message = f"No permission to create tickets in the queue '{text[:200]}'"
        raise ApiError(403, message)
    return queue


def _wishes(payload: Payload, queue: Queue) -> dict[str, Any]:
    values = payload.values
    wishes: dict[str, Any] = {
        "subject": str(values.get("Subject") or ""),
        "message": _message(payload),
        "status": _status(values.get("Status"), queue),
        "links": _links(values),
        "custom_fields": custom_values(values.get("CustomFields"), queue=queue),
    }
    if values.get("Type"):
        wishes["type"] = str(values["Type"])[:16].lower()
    if values.get("Owner"):
        wishes["owner"] = user_meant(values["Owner"])
    for name, argument in ROLES.items():
        wishes[argument] = people(values.get(name))
    for name, argument in NUMBERS.items():
        if values.get(name) not in (None, ""):
            wishes[argument] = whole_number(name, values[name])
    for name, argument in DATES.items():
        wishes[argument] = _date(name, values)
    return wishes


def _status(value: Any, queue: Queue) -> str | None:
    if not value:
        return None
    status, rules = str(value).lower(), queue.lifecycle.rules
    shown = str(value)[:64]
    if not rules.is_valid(status):
        message = f"Status '{shown}' isn't a valid status for tickets in this queue."
        raise ApiError(400, message)
    if status not in rules.create:
        message = f"New tickets can not have status '{shown}' in this queue."
        raise ApiError(400, message)
    return status


def _date(name: str, values: dict[str, Any]) -> datetime | None:
    return moment(name, values[name]) if values.get(name) else None


def _links(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (direction, identifier(end))
        for name, direction in LINKS.items()
        for end in texts(values.get(name))
    )


def _message(payload: Payload) -> Message | None:
    content = str(payload.values.get("Content") or "")
    files = attached_files(payload, required=FILE_ERRORS)
    if not content and not files:
        return None
    is_html = str(payload.values.get("ContentType", "")).lower() == "text/html"
    return compose(
        text="" if is_html else content,
        html=content if is_html else "",
        files=files,
        subject=str(payload.values.get("Subject") or ""),
        interface="REST2",
    )
