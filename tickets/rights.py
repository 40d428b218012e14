"""What a person may do to one ticket: own, group's and role's rights in one place."""

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Q

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.models import Ticket, TicketType, TicketWatcher


class TicketRights:
    """A snapshot of what a user may do to a ticket.

    Grants are read once per user object; the roles the user has on this ticket are
    read (one query) only when a right is not held without them. Taken at the start of
    a command, it stays valid to its end: giving a ticket away after resolving it works.
    """

    def __init__(self, ticket: Ticket, user: User) -> None:
        self.user = user
        self._grants = rights_of(user)
        self._ticket_id = ticket.pk
        self._queue_id = ticket.queue_id
        self._owner_id = ticket.owner_id

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles the user has on the ticket itself, through groups too."""
        held = set(
            TicketWatcher.objects.filter(ticket_id=self._ticket_id)
            .filter(Q(user_id=self.user.pk) | Q(group_id__in=self._grants.groups))
            .values_list("role", flat=True)
        )
        if self._owner_id == self.user.pk:
            held.add(RoleName.OWNER.value)
        return frozenset(held)

    def has(self, right: Right | str) -> bool:
        """Say whether the user holds the right on this ticket."""
        if self._grants.has(right, self._queue_id):
            return True
        places = self._grants.role_places(right)
        if not places:
            return False
        return any(
            self._grants.role_has(role, right, self._queue_id)
            for role in places
            if role in self.roles
        )

    def has_on_field(self, right: Right | str, field_id: int) -> bool:
        """Say whether the user holds the right on this ticket or on the field."""
        if self.has(right):
            return True
        if self._grants.has_on_field(right, field_id, self._queue_id):
            return True
        wanted = self._grants.field_role_names(right, field_id)
        return bool(wanted) and not wanted.isdisjoint(self.roles)

    def fields_with(self, right: Right | str) -> set[int]:
        """Return the custom fields on which themselves the user holds the right."""
        named = self._grants.fields_with(right)
        return {pk for pk in named if self.has_on_field(right, pk)}

    def has_any(self, rights: Iterable[Right]) -> bool:
        """Say whether the user holds at least one of the rights."""
        return any(self.has(right) for right in rights)

    def __getitem__(self, name: str) -> bool:
        """Answer templates: ``{% if can.ModifyTicket %}``.

        Raises:
            KeyError: no such right, so that a typing mistake is not a silent no.
        """
        try:
            return self.has(Right(name))
        except ValueError as error:
            raise KeyError(name) from error


def rights_on(ticket: Ticket, user: User) -> TicketRights:
    """Return what a user may do to a ticket."""
    return TicketRights(ticket, user)


def discreet(user: User) -> Q:
    """Leave out reminders of others for who may not see comments either.

    What staff remind themselves of is as internal as what they say. Lists of ordinary
    tickets need not ask.
    """
    rights = rights_of(user)
    if rights.has(Right.SHOW_TICKET_COMMENTS):
        return Q()
    staffed = rights.queue_ids_with(Right.SHOW_TICKET_COMMENTS)
    ordinary = ~Q(type=TicketType.REMINDER.value)
    return ordinary | Q(owner_id=user.pk) | Q(queue_id__in=staffed)


def may_see(ticket: Ticket, can: TicketRights) -> bool:
    """Say of one ticket what ``visible_to`` and ``discreet`` say of a list."""
    if not can.has(Right.SHOW_TICKET):
        return False
    is_internal = ticket.type == TicketType.REMINDER
    if not is_internal or ticket.owner_id == can.user.pk:
        return True
    return can.has(Right.SHOW_TICKET_COMMENTS)
