"""Who has which role on a ticket, for reading."""

from functools import cache

from accounts.models import NOBODY, RoleName, User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of, users_with_right
from tickets.models import Ticket, TicketWatcher
from tickets.rights import rights_on


@cache
def nobody_id() -> int:
    """Return the id that history and clients know the missing owner by."""
    return User.objects.values_list("pk", flat=True).get(name=NOBODY)


def owner_id(ticket: Ticket) -> int:
    """Return the owner's id as clients see it: Nobody's when there is none."""
    return ticket.owner_id or nobody_id()


def may_own(user: User, ticket: Ticket) -> bool:
    """Say whether a user may be the owner: OwnTicket, on the ticket or its queue."""
    return not user.disabled and rights_on(ticket, user).has(Right.OWN_TICKET)


def may_own_in(user: User, queue: Queue) -> bool:
    """Say the same for a ticket that is yet to be created."""
    return rights_of(user).has(Right.OWN_TICKET, queue.pk)


def possible_owners(queue: Queue) -> list[User]:
    """Return whom the owner drop-down of a queue offers. One query."""
    return list(users_with_right(Right.OWN_TICKET, queue=queue).values())


def is_requestor(user: User, ticket: Ticket) -> bool:
    """Say whether a user is a requestor of a ticket, through a group too."""
    groups = rights_of(user).groups
    watchers = TicketWatcher.objects.filter(ticket=ticket, role=RoleName.REQUESTOR)
    return any(
        user_id == user.pk or group_id in groups
        for user_id, group_id in watchers.values_list("user_id", "group_id")
    )
