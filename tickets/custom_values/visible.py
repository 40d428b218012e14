"""Which values of custom fields a person may see, in SQL."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.models import CustomFieldValue, ObjectCustomFieldValue, Ticket

RIGHT = Right.SEE_CUSTOM_FIELD
TicketValues = QuerySet[CustomFieldValue]
OtherValues = QuerySet[ObjectCustomFieldValue]


def visible_ticket_values(field_ids: Iterable[int], user: User) -> TicketValues:
    """Return the current values of fields, where the user may see them.

    Who may see the tickets themselves is another question, which lists ask anyway.
    """
    found = CustomFieldValue.objects.filter(field_id__in=field_ids, disabled=False)
    return found.filter(visible_q(user))


def visible_q(user: User, *, ticket: str = "ticket") -> Q:
    """Say that the user may see the field of a row on the ticket the row names.

    ``ticket`` is the path from the row to the ticket.
    """
    rights = rights_of(user)
    if rights.has(RIGHT):
        return Q()
    by_ticket = Ticket.objects.with_right(RIGHT, user)
    condition = Q(**{f"{ticket}__in": by_ticket.values("pk")})
    direct = [pk for pk, held in rights.fields.items() if RIGHT in held]
    if direct:
        condition |= Q(field_id__in=direct)
    for role, granted in rights.field_roles.items():
        ids = [pk for pk, held in granted.items() if RIGHT in held]
        if ids:
            holding = Ticket.objects.held_by(user, role=role)
            where = Q(**{f"{ticket}__in": holding.values("pk")})
            condition |= Q(field_id__in=ids) & where
    return condition


def visible_queue_values(field_ids: Iterable[int], user: User) -> OtherValues:
    """Return the current values of fields of queues, where the user may see them."""
    found = ObjectCustomFieldValue.objects.filter(
        field_id__in=field_ids, disabled=False, queue__isnull=False
    )
    rights = rights_of(user)
    if rights.has(RIGHT):
        return found
    direct = [pk for pk, held in rights.fields.items() if RIGHT in held]
    return found.filter(
        Q(queue_id__in=rights.queue_ids_with(RIGHT)) | Q(field_id__in=direct)
    )
