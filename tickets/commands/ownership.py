"""Take, give, steal, untake: who may make whom the owner."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import NOBODY, User
from accounts.rights import Right
from tickets.commands._record import Held, editing, record
from tickets.models import Ticket, Transaction, TransactionType
from tickets.roles import may_own, nobody_id


class OwnerMode(StrEnum):
    """How an owner is being changed."""

    SET = "Set"
    TAKE = "Take"
    STEAL = "Steal"
    UNTAKE = "Untake"
    FORCE = "Force"


class OwnerError(ValidationError):
    """The ticket cannot have this owner, whatever the actor's rights."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="owner")


def set_owner(
    ticket: Ticket | int,
    *,
    actor: User,
    owner: User | None,
    mode: OwnerMode = OwnerMode.SET,
) -> Transaction:
    """Make somebody, or with None Nobody, the owner.

    Raises:
        PermissionDenied: the actor may not make this change.
        OwnerError: nothing would change, or the new owner may not own it.
    """
    with editing(ticket, actor=actor) as held:
        return apply_owner(held, owner, mode=mode)


def take(ticket: Ticket | int, *, actor: User) -> Transaction:
    """Make the actor the owner of a ticket nobody owns."""
    return set_owner(ticket, actor=actor, owner=actor, mode=OwnerMode.TAKE)


def steal(ticket: Ticket | int, *, actor: User) -> Transaction:
    """Make the actor the owner of somebody else's ticket."""
    return set_owner(ticket, actor=actor, owner=actor, mode=OwnerMode.STEAL)


def untake(ticket: Ticket | int, *, actor: User) -> Transaction:
    """Give the actor's ticket back to Nobody."""
    return set_owner(ticket, actor=actor, owner=None, mode=OwnerMode.UNTAKE)


def apply_owner(
    held: Held, owner: User | None, *, mode: OwnerMode = OwnerMode.SET
) -> Transaction:
    """Change the owner of a held ticket."""
    if owner is not None and owner.name == NOBODY:
        owner = None
    _require(held, owner, mode)
    old = held.ticket.owner_id
    held.change(owner=owner)
    old_id, new_id = old or nobody_id(), owner.pk if owner else nobody_id()
    row = record(
        held, TransactionType.SET, field_name="Owner", old=old_id, new=new_id, data=mode
    )
    record(held, TransactionType.SET_WATCHER, field_name="Owner", new=new_id)
    return row


def _require(held: Held, owner: User | None, mode: OwnerMode) -> None:
    ticket, actor = held.ticket, held.actor
    new_id = owner.pk if owner else None
    if new_id == ticket.owner_id:
        if new_id == actor.pk:
            raise OwnerError("You already own this ticket.")
        raise OwnerError("That user already owns that ticket.")
    if mode is OwnerMode.FORCE or not held.rights.has(Right.REASSIGN_TICKET):
        _require_by_matrix(held, owner, mode)
    elif mode in {OwnerMode.STEAL, OwnerMode.TAKE, OwnerMode.UNTAKE}:
        _require_sense(ticket, actor, mode)
    if owner is not None and not may_own(owner, ticket):
        raise OwnerError(f"{owner.name} may not own tickets in that queue.")


def _require_by_matrix(held: Held, owner: User | None, mode: OwnerMode) -> None:
    """The table of rt-domain's ownership rules for actors without ReassignTicket."""
    ticket, actor = held.ticket, held.actor
    _require_sense(ticket, actor, mode)
    to_self = owner is not None and owner.pk == actor.pk
    if mode in {OwnerMode.STEAL, OwnerMode.FORCE} and ticket.owner_id != actor.pk:
        held.require(Right.STEAL_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET)
    elif ticket.owner_id is None and to_self:
        held.require(Right.TAKE_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET)
    elif ticket.owner_id in {None, actor.pk}:
        held.require(Right.MODIFY_TICKET, Right.REASSIGN_TICKET)
    elif to_self:
        raise OwnerError("You can only take tickets that are unowned.")
    else:
        raise PermissionDenied(
            "You can only reassign tickets that you own or that are unowned."
        )


def _require_sense(ticket: Ticket, actor: User, mode: OwnerMode) -> None:
    if mode is OwnerMode.TAKE and ticket.owner_id is not None:
        raise OwnerError("You can only take tickets that are unowned.")
    if mode is OwnerMode.STEAL and ticket.owner_id is None:
        raise OwnerError("You can only steal a ticket owned by someone else.")
    if mode is OwnerMode.UNTAKE and ticket.owner_id != actor.pk:
        raise OwnerError("You can only untake tickets that you own.")
