"""Which tickets a person may see, and what a list of them needs."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.held_rights import EVERYWHERE, Rights
from queues.rights import rights_of

if TYPE_CHECKING:
    from tickets.models.tickets import Ticket  # noqa: F401 - named in a string below

LIST_FIELDS = (
    "type", "subject", "status", "is_active", "priority", "due", "created",
    "last_updated", "queue__name", "owner__name", "owner__real_name",
    "owner__nickname", "owner__email",
)  # fmt: skip


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Adjectives for tickets; ``visible_to`` is the only way lists are made."""

    def visible_to(self, user: User | AnonymousUser) -> "TicketQuerySet":
        """Keep the tickets whose ShowTicket the user holds, in the same SQL."""
        return self.with_right(Right.SHOW_TICKET, user)

    def with_right(self, right: Right, user: User | AnonymousUser) -> "TicketQuerySet":
        """Keep the tickets on which the user holds a right: own, group's or role's.

        Reads the user's grants once (``rights_of``) and adds one condition.
        """
        rights = rights_of(user)
        if rights.has(right):
            return self
        direct = rights.queue_ids_with(right)
        condition = Q(queue_id__in=direct)
        for role, places in rights.role_places(right).items():
            # Where the right is held anyway, a role adds nothing but work.
            if further := places - direct:
                condition |= _holding(role, further, user, rights)
        return self.filter(condition)

    def held_by(self, user: User, *, role: str) -> "TicketQuerySet":
        """Keep the tickets on which the user has a role, by the queue too."""
        rights = rights_of(user)
        standing = rights.queue_roles.get(role, frozenset())
        has_role = _holding(role, {EVERYWHERE}, user, rights)
        return self.filter(has_role | Q(queue_id__in=standing))

    def real(self) -> "TicketQuerySet":
        """Drop merged and deleted tickets, and what is no ordinary ticket."""
        return self.filter(merged_into=None, type="ticket").exclude(status="deleted")

    def active(self) -> "TicketQuerySet":
        """Keep unfinished ordinary tickets: initial and active statuses."""
        return self.filter(is_active=True, merged_into=None, type="ticket")

    def for_list(self) -> "TicketQuerySet":
        """Load what a row of a list shows and nothing else: half the work."""
        return self.select_related("queue", "owner").only(*LIST_FIELDS)

    def for_update(self) -> "TicketQuerySet":
        """Lock the ticket rows alone, with queue, lifecycle and owner loaded."""
        return self.select_related("queue__lifecycle", "owner").select_for_update(
            of=("self",)
        )


def _holding(role: str, places: set[int], user: Any, rights: Rights) -> Q:
    """Say in SQL: the user has this role on the ticket, in one of these queues."""
    if role == RoleName.OWNER:
        has_role = Q(owner_id=user.pk)
    else:
        watcher = apps.get_model("tickets", "TicketWatcher")
        has_role = Q(
            Exists(
                watcher.objects.filter(
                    Q(user_id=user.pk) | Q(group_id__in=rights.groups),
                    ticket_id=OuterRef("pk"),
                    role=role,
                )
            )
        )
    return has_role if EVERYWHERE in places else has_role & Q(queue_id__in=places)
