"""Which actions the ticket page offers: the rights and the lifecycle decide."""

from dataclasses import dataclass

from accounts.rights import Right
from queues.lifecycles import StatusAction
from queues.rights import rights_of
from tickets.models import Ticket
from tickets.rights import TicketRights

OWNING = (Right.MODIFY_TICKET, Right.REASSIGN_TICKET)


@dataclass(frozen=True, slots=True)
class Permitted:
    """What the page shows buttons for; the commands check again."""

    reply: bool
    comment: bool
    take: bool
    steal: bool
    untake: bool
    create: bool
    remind: bool
    edit_basics: bool
    edit_people: bool


def permitted(ticket: Ticket, can: TicketRights) -> Permitted:
    """Return what a person may do to a ticket."""
    user = can.user
    modify = can.has(Right.MODIFY_TICKET)
    owns = ticket.owner_id == user.pk
    may_own = can.has(Right.OWN_TICKET)
    creates = rights_of(user).has(Right.CREATE_TICKET, ticket.queue_id)
    return Permitted(
        reply=modify or can.has(Right.REPLY_TO_TICKET),
        comment=modify or can.has(Right.COMMENT_ON_TICKET),
        take=ticket.owner_id is None
        and may_own
        and can.has_any((Right.TAKE_TICKET, *OWNING)),
        steal=ticket.owner_id is not None
        and not owns
        and may_own
        and can.has_any((Right.STEAL_TICKET, *OWNING)),
        untake=owns and can.has_any(OWNING),
        create=creates,
        remind=modify and creates,
        edit_basics=modify or can.has(Right.REASSIGN_TICKET),
        edit_people=can.has_any(
            (Right.MODIFY_TICKET, Right.WATCH, Right.WATCH_AS_ADMIN_CC)
        ),
    )


def status_actions(ticket: Ticket, can: TicketRights) -> list[StatusAction]:
    """Return the labelled moves the person may make from here."""
    rules = ticket.queue.lifecycle.rules
    return [
        action
        for action in rules.actions_from(ticket.status)
        if can.has(rules.right_for(ticket.status, action.to))
    ]


def status_kind(ticket: Ticket) -> str:
    """Return initial, active or inactive, for the colour of the status."""
    rules = ticket.queue.lifecycle.rules
    if rules.is_initial(ticket.status):
        return "initial"
    return "active" if rules.is_active(ticket.status) else "inactive"
