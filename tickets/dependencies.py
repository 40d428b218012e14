"""What a ticket waits for: unresolved DependsOn links."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet

from tickets.models import Link, LinkType, Ticket


def unresolved_dependencies(ticket: Ticket) -> list[Ticket]:
    """Return the unfinished tickets this one depends on, whoever may see them."""
    return list(
        Ticket.objects.filter(
            links_in__type=LinkType.DEPENDS_ON,
            links_in__base=ticket,
            is_active=True,
        ).order_by("pk")
    )


def pending_counts(ticket_ids: Iterable[int]) -> Counter[int]:
    """Return ticket id -> number of unfinished tickets it waits for. One query."""
    open_links: QuerySet[Link, int | None] = Link.objects.filter(
        type=LinkType.DEPENDS_ON, base_id__in=list(ticket_ids), target__is_active=True
    ).values_list("base_id", flat=True)
    return Counter(base for base in open_links if base is not None)


def would_close_a_circle(kind: LinkType, *, base: Ticket, target: Ticket) -> bool:
    """Say whether base --kind--> target would let a ticket wait for itself.

    One query per step of the longest chain above the target.
    """
    seen: set[int] = set()
    waiting = {target.pk}
    while waiting:
        if base.pk in waiting:
            return True
        seen |= waiting
        further = Link.objects.filter(
            type=kind, base_id__in=waiting, target__isnull=False
        ).values_list("target_id", flat=True)
        waiting = {pk for pk in further if pk is not None} - seen
    return False
