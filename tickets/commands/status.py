"""Moving a ticket along its lifecycle."""

from django.core.exceptions import ValidationError

from accounts.models import User
from tickets.commands._record import Held, editing, record
from tickets.dependencies import unresolved_dependencies
from tickets.models import Ticket, Transaction, TransactionType


class UnresolvedDependenciesError(ValidationError):
    """The ticket waits for others, which the message names."""

    def __init__(self, ticket: Ticket, waiting_for: list[Ticket]) -> None:
        named = ", ".join(
            f"#{other.pk} {other.subject}".strip() for other in waiting_for
        )
        super().__init__(
            f"Ticket {ticket.pk} has unresolved dependencies: it waits for {named}.",
            code="unresolved_dependencies",
        )


def set_status(ticket: Ticket | int, *, actor: User, status: str) -> Transaction | None:
    """Change the status; None when it is that already.

    Raises:
        PermissionDenied: the lifecycle's right for this move is not held.
        StatusMoveError: the lifecycle has no such move.
        UnresolvedDependenciesError: it would close a ticket that waits for others.
    """
    with editing(ticket, actor=actor) as held:
        return apply_status(held, status)


def apply_status(held: Held, status: str) -> Transaction | None:
    """Change the status of a held ticket."""
    ticket = held.ticket
    status = status.lower()
    if status == ticket.status:
        return None
    rules = ticket.queue.lifecycle.rules
    held.require(rules.right_for(ticket.status, status))
    if ticket.is_active and rules.is_inactive(status):
        waiting_for = unresolved_dependencies(ticket)
        if waiting_for:
            raise UnresolvedDependenciesError(ticket, waiting_for)
    old = ticket.move_to(status, now=held.now)
    held.touch(Ticket.STATUS_FIELDS)
    return record(
        held, TransactionType.STATUS, field_name="Status", old=old, new=status
    )
