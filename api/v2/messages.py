"""Replies and comments."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from api.errors import ApiError, json_answer
from api.v2.bodies import Payload, attached_files, payload_of
from api.v2.records import url
from api.v2.values import whole_number
from tickets.commands import TicketUpdate, update_ticket
from tickets.messages import Message, compose
from tickets.models import Ticket, Transaction, TransactionType
from tickets.settled import wait_for_scrips

FILE_ERRORS = (
    "FileName is a required field for each attachment in Attachments",
    "FileType is a required field for each attachment in Attachments",
)
LARGEST_ID = 2**63 - 1
ADDED = {
    TransactionType.CORRESPOND: "Correspondence added",
    TransactionType.COMMENT: "Comments added",
}


def correspond(request: HttpRequest, user: User, *, number: int) -> HttpResponse:
    """Reply to a ticket; the requestors will read it."""
    return _add(request, user, number, TransactionType.CORRESPOND)


def comment(request: HttpRequest, user: User, *, number: int) -> HttpResponse:
    """Comment on a ticket; the requestors will not read it."""
    return _add(request, user, number, TransactionType.COMMENT)


def _add(
    request: HttpRequest, user: User, number: int, kind: TransactionType
) -> HttpResponse:
    payload = payload_of(request, json_name="JSON", accepts_text=True)
    if number > LARGEST_ID:
        raise ApiError(400, "Message could not be recorded")
    taken = payload.values.get("TimeTaken")
    update = TicketUpdate(
        message_type=kind,
        message=_message(payload),
        time_worked=whole_number("TimeTaken", taken) if taken else 0,
        status=str(payload.values.get("Status") or "").lower(),
    )
    try:
        rows = update_ticket(number, actor=user, update=update)
    except Ticket.DoesNotExist as error:
        raise ApiError(400, "Message could not be recorded") from error
    except PermissionDenied as error:
        raise ApiError(400, "Permission Denied") from error
    wait_for_scrips(rows[0].ticket_id)
    said = next(row for row in rows if row.type == kind)
    answer = [ADDED[kind], *(_change(row) for row in rows if row is not said)]
    location = {"Location": url(f"transaction/{said.pk}")}
    return json_answer(answer, 201, location)


def _change(row: Transaction) -> str:
    name = row.field or row.type
    return f"{name} changed from '{row.old_value}' to '{row.new_value}'"


def _message(payload: Payload) -> Message:
    values = payload.values
    content = str(values.get("Content") or "")
    content_type = str(values.get("ContentType") or "").lower()
    if content and not content_type:
        raise ApiError(400, "ContentType is a required field for application/json")
    files = attached_files(payload, required=FILE_ERRORS)
    if not content.strip() and not files:
        raise ApiError(400, "No message attached.")
    is_html = content_type == "text/html"
    return compose(
        text="" if is_html else content,
        html=content if is_html else "",
        files=files,
        subject=str(values.get("Subject") or ""),
        interface="REST2",
    )
