"""What a requestor who is no staff sees of the help desk."""

from accounts.models import RoleName, User
from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet


def requested_by(user: User) -> TicketQuerySet:
    """Return the tickets a user asked for and may see, the last changed first."""
    return (
        Ticket.objects.real()
        .visible_to(user)
        .filter(watchers__role=RoleName.REQUESTOR, watchers__user=user)
        .order_by("-last_updated", "-pk")
    )
