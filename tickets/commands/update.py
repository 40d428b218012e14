"""Several changes at once, as one form or one request means them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from queues.models import Queue
from tickets.commands._field_values import FieldChange
from tickets.commands._record import Held, editing
from tickets.commands.correspond import EmptyMessageError, apply_message
from tickets.commands.custom_fields import (
    Given,
    apply_custom_fields,
    insert_transaction_values,
)
from tickets.commands.move import apply_queue
from tickets.commands.ownership import OwnerMode, apply_owner
from tickets.commands.properties import apply_properties
from tickets.commands.status import apply_status
from tickets.messages import Message
from tickets.models import Blob, Ticket, Transaction, TransactionType
from tickets.stored_messages import keep_files

UNCHANGED: Any = object()


@dataclass(frozen=True, kw_only=True)
class TicketUpdate:
    """What one request wants changed; what is not named stays as it is.

    ``owner`` is a user, None for Nobody, or ``UNCHANGED``. A message that is empty is
    left out and its time counts as time worked (minutes). ``message_fields`` are values
    of the message's own custom fields.
    """

    owner: User | None = UNCHANGED
    owner_mode: OwnerMode = OwnerMode.SET
    message_type: TransactionType | None = None
    message: Message | None = None
    time_worked: int = 0
    queue: Queue | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    status: str = ""
    custom_fields: tuple[FieldChange, ...] = ()
    message_fields: Given = ()


def update_ticket(
    ticket: Ticket | int, *, actor: User, update: TicketUpdate
) -> list[Transaction]:
    """Do all of it or nothing: owner, message, queue, properties, fields, then status.

    Rights are those held at the start, so that resolving and giving away in one go
    works. The status comes last, so that auto-open cannot undo it.

    Raises:
        PermissionDenied, ValidationError: as the single commands do.
    """
    blobs = keep_files(update.message)
    with editing(ticket, actor=actor) as held:
        return _apply(held, update, blobs)


def _apply(
    held: Held, update: TicketUpdate, blobs: dict[str, Blob]
) -> list[Transaction]:
    rows: list[Transaction | None] = []
    if update.owner is not UNCHANGED and _owner_differs(held, update.owner):
        rows.append(apply_owner(held, update.owner, mode=update.owner_mode))
    if update.message is not None and not update.message.is_empty:
        row = apply_message(
            held,
            update.message_type or TransactionType.COMMENT,
            message=update.message,
            blobs=blobs,
            time_taken=update.time_worked,
        )
        insert_transaction_values(held, row, update.message_fields)
        rows.append(row)
    elif any(entered for _, entered in update.message_fields):
        raise EmptyMessageError
    elif update.time_worked:
        total = held.ticket.time_worked + update.time_worked
        rows += apply_properties(held, time_worked=total)
    if update.queue is not None:
        rows.append(apply_queue(held, update.queue))
    rows += apply_properties(held, **update.properties)
    rows += apply_custom_fields(held, update.custom_fields)
    if update.status:
        rows.append(apply_status(held, update.status))
    return [row for row in rows if row is not None]


def _owner_differs(held: Held, owner: User | None) -> bool:
    return (owner.pk if owner else None) != held.ticket.owner_id
