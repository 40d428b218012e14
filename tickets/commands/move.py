"""Changing a ticket's queue."""

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.commands._record import Held, editing, record
from tickets.commands.ownership import OwnerMode
from tickets.models import Ticket, Transaction, TransactionType
from tickets.roles import may_own, nobody_id


class QueueMoveError(ValidationError):
    """The ticket cannot go to that queue."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="queue_move")


def move_to_queue(
    ticket: Ticket | int, *, actor: User, queue: Queue
) -> Transaction | None:
    """Move a ticket; None when it is there already.

    An owner who may not own tickets there loses it to Nobody, by the system.

    Raises:
        PermissionDenied: no ModifyTicket here or no CreateTicket there.
        QueueMoveError: the queue is disabled, or its lifecycle lacks the status.
    """
    with editing(ticket, actor=actor) as held:
        return apply_queue(held, queue)


def apply_queue(held: Held, queue: Queue) -> Transaction | None:
    """Move a held ticket to another queue."""
    ticket = held.ticket
    if ticket.queue_id == queue.pk:
        return None
    held.require(Right.MODIFY_TICKET)
    if not rights_of(held.actor).has(Right.CREATE_TICKET, queue.pk):
        raise PermissionDenied(
            f"You may not create tickets in the queue '{queue.name}'."
        )
    if queue.disabled:
        raise QueueMoveError(f"The queue '{queue.name}' is disabled.")
    if queue.lifecycle_id != ticket.queue.lifecycle_id:
        raise QueueMoveError(
            f"There is no mapping from the lifecycle '{ticket.queue.lifecycle}' "
            f"to '{queue.lifecycle}'."
        )
    old = ticket.queue_id
    held.change(queue=queue)
    row = record(held, TransactionType.SET, field_name="Queue", old=old, new=queue.pk)
    _release_owner(held)
    return row


def _release_owner(held: Held) -> None:
    owner = held.ticket.owner
    if owner is None or may_own(owner, held.ticket):
        return
    person, held.actor = held.actor, User.objects.system()
    held.change(owner=None)
    record(
        held,
        TransactionType.SET,
        field_name="Owner",
        old=owner.pk,
        new=nobody_id(),
        data=OwnerMode.FORCE,
    )
    record(held, TransactionType.SET_WATCHER, field_name="Owner", new=nobody_id())
    held.actor = person
