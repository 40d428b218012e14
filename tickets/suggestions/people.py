"""People whose name or address begins as somebody typed, as far as one may know them.

Colleagues know each other. Customers are known to who may read every ticket or
administer users; anybody else knows those on the tickets they may see.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import StartsWith

from accounts.models import NOBODY, RT_SYSTEM, User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.models import Ticket, TicketWatcher

MOST_SHOWN = 8
# Of those who match, so many are looked at for a ticket the user may see.
MOST_CANDIDATES = 200
SHORTEST_PREFIX = 2
LONGEST_PREFIX = 100
COLUMNS = ("name", "email", "real_name", "nickname")
LOADED = (*COLUMNS, "is_privileged")


def people_like(text: str, *, user: User, staff_only: bool = False) -> list[User]:
    """Return up to eight people, colleagues first. Three queries besides the rights."""
    text = text.strip().lower()
    if not text or len(text) > LONGEST_PREFIX or not _knows_colleagues(user):
        return []
    found = list(_colleagues(text)[:MOST_SHOWN])
    found.sort(key=lambda one: not _begins(one, text))
    if not staff_only and len(text) >= SHORTEST_PREFIX:
        found += _customers(text, user)[: MOST_SHOWN - len(found)]
    return found


def _knows_colleagues(user: User) -> bool:
    """Say whether the user is staff with some queue to look at, not in name only."""
    if not user.is_privileged:
        return False
    rights = rights_of(user)
    return any(
        rights.has(right) or rights.queue_ids_with(right)
        for right in (Right.SHOW_TICKET, Right.SEE_QUEUE)
    )


def _colleagues(text: str) -> "QuerySet[User]":
    """Return staff of whose name a word begins so, or the address; they are few."""
    staff = User.objects.filter(is_privileged=True, disabled=False)
    matches = Q(real_name__icontains=f" {text}")
    for column in COLUMNS:
        matches |= Q(**{f"{column}__istartswith": text})
    known = staff.filter(matches).exclude(name__in=(NOBODY, RT_SYSTEM))
    return known.only(*LOADED).order_by("name")


def _customers(text: str, user: User) -> list[User]:
    begins = Q()
    for column in ("name", "email", "real_name"):
        begins |= Q(StartsWith(Lower(F(column)), text))
    customers = User.objects.filter(begins, is_privileged=False, disabled=False)
    rights = rights_of(user)
    if rights.has(Right.SHOW_TICKET) or rights.has(Right.ADMIN_USERS):
        found = list(customers.only(*LOADED)[:MOST_CANDIDATES])
    else:
        found = _on_visible_tickets(customers, user)
    # Sorted here: an index of names would be walked to its end for a rare prefix.
    return sorted(found, key=lambda one: one.name.lower())[:MOST_SHOWN]


def _on_visible_tickets(customers: "QuerySet[User]", user: User) -> list[User]:
    """Return the first few of whom the user sees a ticket; the search for them ends."""
    candidates = list(customers.values_list("pk", flat=True)[:MOST_CANDIDATES])
    theirs = TicketWatcher.objects.filter(
        user_id=OuterRef("pk"),
        ticket__in=Ticket.objects.visible_to(user).values("pk"),
    )
    known = User.objects.filter(Exists(theirs), pk__in=candidates)
    return list(known.only(*LOADED)[:MOST_SHOWN])


def _begins(user: User, text: str) -> bool:
    return any(getattr(user, column).lower().startswith(text) for column in COLUMNS)
