"""A ticket line, checked and with every name resolved, before it has rows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import NOBODY, RoleName
from tickets.bulk.custom_values import custom_values
from tickets.bulk.directory import Directory, Place
from tickets.bulk.fields import BadRecordError, Fields
from tickets.bulk.transactions import TransactionDraft, draft_transaction
from tickets.commands.links import LinkEnd
from tickets.custom_values.entered import CleanValue
from tickets.models import LinkType, TicketType, TransactionType
from tickets.models.tickets import SUBJECT_LENGTH

NUMBERS = (
    "priority",
    "initial_priority",
    "final_priority",
    "time_worked",
    "time_estimated",
    "time_left",
)
MOMENTS = ("created", "started", "resolved", "due", "starts", "told")
ROLES = {
    "requestors": RoleName.REQUESTOR,
    "cc": RoleName.CC,
    "admin_cc": RoleName.ADMIN_CC,
}
TICKET_FIELDS = frozenset(
    {
        *("id", "type", "queue", "subject", "status", "owner", "custom_fields"),
        *("links", "merged_into", "transactions"),
        *NUMBERS,
        *MOMENTS,
        *ROLES,
    }
)
LINK_FIELDS = ("type", "target")
_LINK_TYPES = {str(value): LinkType(value) for value in LinkType.values}

Watcher = tuple[RoleName, int | None, int | None]


@dataclass(slots=True)
class TicketDraft:
    """Everything one ticket's rows will say; ``pk`` may still be missing."""

    line: int
    pk: int | None
    type: str
    place: Place
    subject: str
    status: str
    owner: int | None
    numbers: dict[str, int]
    moments: dict[str, datetime | None]
    watchers: list[Watcher]
    values: list[tuple[int, CleanValue]]
    links: list[tuple[LinkType, LinkEnd]]
    merged_into: int | None
    transactions: list[TransactionDraft]
    creator: int = 0
    size: int = field(default=0)


def draft_ticket(
    data: dict[str, Any], *, line: int, size: int, directory: Directory
) -> TicketDraft:
    """Read a ticket line.

    Raises:
        BadRecordError: what is wrong with it, after the ticket's number.
    """
    try:
        return _draft(data, line, size, directory)
    except BadRecordError as error:
        number = data.get("id")
        name = f"ticket {number}" if isinstance(number, int) else "ticket"
        raise BadRecordError(f"{name}: {error}") from error


def _draft(
    data: dict[str, Any], line: int, size: int, directory: Directory
) -> TicketDraft:
    fields = Fields(data, known=TICKET_FIELDS)
    place = directory.queue(fields.required("queue", longest=200))
    subject = fields.line("subject", longest=SUBJECT_LENGTH)
    draft = TicketDraft(
        line=line,
        size=size,
        pk=fields.ticket_number("id"),
        type=_type(fields),
        place=place,
        subject=subject,
        status=_status(fields, place),
        owner=_owner(fields, directory),
        numbers={name: n for name in NUMBERS if (n := fields.number(name)) is not None},
        moments={name: fields.moment(name) for name in MOMENTS if name in data},
        watchers=[
            (role, *person)
            for name, role in ROLES.items()
            for person in directory.people(fields.names(name))
        ],
        values=custom_values(fields, place, directory),
        links=_links(fields),
        merged_into=fields.ticket_number("merged_into"),
        transactions=_transactions(fields, subject, directory),
    )
    if draft.merged_into is not None and draft.merged_into == draft.pk:
        raise BadRecordError("it cannot be merged into itself")
    _complete(draft, directory)
    return draft


def _type(fields: Fields) -> str:
    kind = fields.line("type", longest=16) or TicketType.TICKET
    if kind not in TicketType.values:
        raise BadRecordError(f"there is no type of ticket '{kind}'")
    return kind


def _status(fields: Fields, place: Place) -> str:
    status = fields.line("status", longest=64) or place.rules.default_status
    if not place.rules.is_valid(status.lower()):
        raise BadRecordError(
            f"status '{status}' is not in lifecycle '{place.lifecycle}'"
        )
    return status.lower()


def _owner(fields: Fields, directory: Directory) -> int | None:
    name = fields.line("owner", longest=255)
    if not name or name.lower() == NOBODY.lower():
        return None
    owner = directory.find_user(name)
    if owner is None:
        raise BadRecordError(f"there is no user '{name}' to own it")
    return owner


def _links(fields: Fields) -> list[tuple[LinkType, LinkEnd]]:
    links: dict[tuple[LinkType, LinkEnd], None] = {}
    for each in fields.objects("links"):
        link = Fields(each, known=LINK_FIELDS)
        name = link.required("type", longest=16)
        if name not in _LINK_TYPES:
            raise BadRecordError(f"there is no type of link '{name}'")
        links[_LINK_TYPES[name], _link_end(each)] = None
    return list(links)


def _link_end(link: Any) -> LinkEnd:
    target = link.get("target")
    if isinstance(target, bool) or not isinstance(target, int | str):
        raise BadRecordError("the target of a link is a ticket number or a URL")
    try:
        return LinkEnd.parse(str(target))
    except ValidationError as error:
        raise BadRecordError(" ".join(error.messages).rstrip(".")) from error


def _transactions(
    fields: Fields, subject: str, directory: Directory
) -> list[TransactionDraft]:
    drafts = []
    for number, each in enumerate(fields.objects("transactions"), start=1):
        try:
            drafts.append(draft_transaction(each, subject=subject, directory=directory))
        except BadRecordError as error:
            raise BadRecordError(f"transaction {number}: {error}") from error
    return drafts


def _complete(draft: TicketDraft, directory: Directory) -> None:
    """Fill what the line leaves open from what it does say."""
    rows = draft.transactions
    requestors = [
        user for role, user, _ in draft.watchers if role is RoleName.REQUESTOR
    ]
    first = rows[0] if rows else None
    draft.creator = (
        (first.creator if first else None)
        or next(filter(None, requestors), None)
        or directory.system
    )
    created = draft.moments.get("created") or (first.created if first else None)
    draft.moments["created"] = created
    if not any(row.type is TransactionType.CREATE for row in rows):
        rows.insert(0, TransactionDraft(TransactionType.CREATE))
    for row in rows:
        row.creator = row.creator or draft.creator
    _infer_moments(draft, set(requestors))


def _infer_moments(draft: TicketDraft, requestors: set[int | None]) -> None:
    rules = draft.place.rules
    inferred: dict[str, datetime | None] = {}
    for row in draft.transactions:
        if row.type is TransactionType.STATUS:
            if rules.is_initial(row.old) and not rules.is_initial(row.new):
                inferred.setdefault("started", row.created)
            if rules.is_inactive(row.new):
                inferred["resolved"] = row.created
        elif row.type is TransactionType.CORRESPOND and row.creator not in requestors:
            inferred["told"] = row.created
    for name, moment in inferred.items():
        draft.moments.setdefault(name, moment)
    draft.numbers.setdefault(
        "time_worked", sum(row.time_taken for row in draft.transactions)
    )
