"""Creating a ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import NOBODY, RoleName, User
from accounts.rights import Right
from queues.models import CustomField, Queue
from queues.rights import rights_of
from tickets.commands._record import Held, hold_others, record
from tickets.commands.correspond import EmptyMessageError
from tickets.commands.custom_fields import insert_values
from tickets.commands.links import LinkEnd, apply_initial_link
from tickets.commands.properties import clean_moment, clean_subject
from tickets.commands.watchers import insert_watcher, person_name
from tickets.custom_values.entered import Entered
from tickets.messages import Message
from tickets.models import Ticket, TicketType, Transaction, TransactionType
from tickets.people import Principal, PrincipalText, principals
from tickets.rights import rights_on
from tickets.roles import may_own
from tickets.stored_messages import keep_files


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """Everything a ticket can be created with; None means the queue's default.

    Times are minutes. ``links`` are (direction, ticket number or URL). People are
    users, groups, addresses, user names or ``group:NAME``. With ``is_strict`` a custom
    field without a value it must have, or with one it cannot have, prevents the
    ticket: forms and programs want that, a mail is not to be lost for it.
    """

    queue: Queue
    subject: str = ""
    message: Message | None = None
    requestors: tuple[PrincipalText, ...] = ()
    cc: tuple[PrincipalText, ...] = ()
    admin_cc: tuple[PrincipalText, ...] = ()
    owner: User | None = None
    status: str | None = None
    type: str = TicketType.TICKET
    priority: int | None = None
    initial_priority: int | None = None
    final_priority: int | None = None
    time_estimated: int = 0
    time_worked: int = 0
    time_left: int = 0
    starts: datetime | None = None
    started: datetime | None = None
    due: datetime | None = None
    links: tuple[tuple[str, str], ...] = ()
    custom_fields: tuple[tuple[CustomField, tuple[Entered, ...]], ...] = ()
    is_strict: bool = False


class Created(NamedTuple):
    """A new ticket, its Create transaction, and what of the wishes was left out."""

    ticket: Ticket
    transaction: Transaction
    notes: list[str]


class CreateError(ValidationError):
    """The ticket cannot be created like this."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code=code)


def create_ticket(
    new: NewTicket, *, actor: User, now: datetime | None = None
) -> Created:
    """Create a ticket with people, message and links as one Create transaction.

    An owner who may not own it, a person who cannot be found and a link that cannot be
    made do not prevent the ticket; ``notes`` says so.

    Raises:
        PermissionDenied: CreateTicket is not held on the queue.
        CreateError: the queue is disabled or the status not one to begin with.
        ValidationError: by key, what is wrong with custom fields, if that matters.
    """
    _require(new, actor)
    blobs = keep_files(new.message)
    people, notes = _people(new)
    moment = now or timezone.now()
    with transaction.atomic():
        ends, others = _link_ends(new, actor, moment, notes)
        ticket = _insert(new, actor, moment)
        held = Held(
            ticket=ticket,
            actor=actor,
            rights=rights_on(ticket, actor),
            now=moment,
            others=others,
        )
        _add_people(held, people, notes)
        _set_initial_owner(held, new.owner, notes)
        insert_values(held, new.custom_fields, notes, is_strict=new.is_strict)
        for direction, end in ends:
            apply_initial_link(held, direction, end, notes)
        row = record(
            held,
            TransactionType.CREATE,
            data=ticket.subject,
            message=new.message,
            blobs=blobs,
        )
        for each in (held, *others.values()):
            each.save()
    return Created(ticket, row, notes)


def _require(new: NewTicket, actor: User) -> None:
    if not rights_of(actor).has(Right.CREATE_TICKET, new.queue.pk):
        raise PermissionDenied(
            f"No permission to create tickets in the queue '{new.queue.name}'"
        )
    if new.queue.disabled:
        raise CreateError(f"The queue '{new.queue.name}' is disabled.", "disabled")
    if new.type == TicketType.REMINDER:
        raise CreateError("A reminder is added to the ticket it is about.", "type")
    rules = new.queue.lifecycle.rules
    status = (new.status or rules.default_status).lower()
    if status not in rules.create:
        raise CreateError(f"New tickets can not have status '{status}'.", "status")
    for name in ("starts", "started", "due"):
        clean_moment(name, getattr(new, name))
    if new.message is not None and new.message.is_empty and not new.subject:
        raise EmptyMessageError


def _people(
    new: NewTicket,
) -> tuple[list[tuple[RoleName, Principal]], list[str]]:
    """Find the people before the lock: an unknown address becomes a user."""
    wanted = (
        (RoleName.REQUESTOR, new.requestors),
        (RoleName.CC, new.cc),
        (RoleName.ADMIN_CC, new.admin_cc),
    )
    people: list[tuple[RoleName, Principal]] = []
    notes: list[str] = []
    for role, texts in wanted:
        if texts:
            found, errors = principals(texts)
            people += [(role, person) for person in found]
            notes += [message for error in errors for message in error.messages]
    return people, notes


def _insert(new: NewTicket, actor: User, now: datetime) -> Ticket:
    queue, rules = new.queue, new.queue.lifecycle.rules
    status = (new.status or rules.default_status).lower()
    initial = queue.initial_priority
    if new.initial_priority is not None:
        initial = new.initial_priority
    final = queue.final_priority if new.final_priority is None else new.final_priority
    due = new.due
    if due is None and queue.default_due_in is not None:
        due = now + timedelta(days=queue.default_due_in)
    return Ticket.objects.create(
        type=new.type,
        queue=queue,
        subject=clean_subject(new.subject),
        status=status,
        is_active=rules.is_active(status),
        initial_priority=initial,
        priority=initial if new.priority is None else new.priority,
        final_priority=final,
        time_estimated=new.time_estimated,
        time_worked=new.time_worked,
        time_left=new.time_left,
        starts=new.starts,
        due=due,
        started=new.started or (None if rules.is_initial(status) else now),
        resolved=now if rules.is_inactive(status) else None,
        created=now,
        last_updated=now,
        creator=actor,
        last_updated_by=actor,
    )


def _add_people(
    held: Held, people: list[tuple[RoleName, Principal]], notes: list[str]
) -> None:
    for role, person in people:
        if role == RoleName.ADMIN_CC and not _may_add_admin_cc(held, person):
            notes.append(f"You may not add {person_name(person)} as AdminCc.")
        else:
            insert_watcher(held.ticket, role, person)


def _may_add_admin_cc(held: Held, person: Principal) -> bool:
    if held.rights.has(Right.MODIFY_TICKET):
        return True
    is_self = isinstance(person, User) and person.pk == held.actor.pk
    return is_self and held.rights.has(Right.WATCH_AS_ADMIN_CC)


def _set_initial_owner(held: Held, owner: User | None, notes: list[str]) -> None:
    if owner is None or owner.name == NOBODY:
        return
    if may_own(owner, held.ticket):
        held.change(owner=owner)
        held.rights = rights_on(held.ticket, held.actor)
    else:
        notes.append(f"{owner.name} may not own tickets in that queue.")


def _link_ends(
    new: NewTicket, actor: User, now: datetime, notes: list[str]
) -> tuple[list[tuple[str, LinkEnd]], dict[int, Held]]:
    ends = []
    for direction, text in new.links:
        try:
            ends.append((direction, LinkEnd.parse(text)))
        except ValidationError as error:
            notes += error.messages
    numbers = {end.ticket_id for _, end in ends if end.ticket_id is not None}
    return ends, hold_others(numbers, actor=actor, now=now)
