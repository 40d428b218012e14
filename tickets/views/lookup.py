"""From a number in a URL to a ticket its reader may see."""

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.models import User
from tickets.models import Bookmark, Ticket
from tickets.rights import TicketRights, may_see, rights_on

LARGEST_ID = 2**63 - 1


def seen_ticket(user: User, ticket_id: int) -> tuple[Ticket, TicketRights]:
    """Return a ticket with queue, lifecycle and owner, and what the user may do to it.

    For a merged ticket that is its survivor. Carries ``is_bookmarked``. One query, and
    one more where a role decides; a ticket by its number needs no list of all visible
    ones.

    Raises:
        Http404: it is not there or not to be seen; which of the two is not told.
    """
    bookmark = Bookmark.objects.filter(user=user, ticket=OuterRef("pk"))
    found = Ticket.objects.select_related(
        "queue__lifecycle", "owner", "last_updated_by"
    ).annotate(is_bookmarked=Exists(bookmark))
    passed: set[int] = set()
    while ticket_id not in passed and ticket_id <= LARGEST_ID:
        passed.add(ticket_id)
        try:
            ticket = found.get(pk=ticket_id)
        except Ticket.DoesNotExist:
            break
        if ticket.merged_into_id is not None:
            ticket_id = ticket.merged_into_id
            continue
        can = rights_on(ticket, user)
        if may_see(ticket, can):
            return ticket, can
    raise Http404("There is no such ticket.")


def visible_ticket(user: User, ticket_id: int) -> Ticket:
    """Return only the ticket.

    Raises:
        Http404: as above.
    """
    return seen_ticket(user, ticket_id)[0]
