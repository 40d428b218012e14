"""What a query is read against: who asks, when, and the names they may use.

Every look-up happens once per search however often the query repeats it.
"""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from accounts.models import Group, GroupKind, User
from accounts.rights import Right
from queues.held_rights import EVERYWHERE, Rights
from queues.models import CustomField, LookupType, Queue
from queues.rights import rights_of
from tickets.models import Ticket
from tickets.models.indexed_texts import index_is_usable
from tickets.search.dates import Calendar
from tickets.words import Term

SEARCHED_LOOKUPS = (LookupType.TICKET, LookupType.TRANSACTION, LookupType.QUEUE)


@dataclass(frozen=True, slots=True)
class QueueName:
    """A queue as queries name it."""

    id: int
    name: str
    lifecycle: str


@dataclass(frozen=True, slots=True)
class CustomFieldName:
    """A custom field as queries name it."""

    id: int
    name: str
    type: str
    lookup_type: str


@dataclass
class Context:
    """One search: the user whose rights, zone and name count, and the moment."""

    user: User
    now: datetime
    selected_user: User | None = None  # what a dashboard's reader chose, else the user
    terms: list[Term] = field(default_factory=list)  # what full text was searched for
    _users: dict[str, User | None] = field(default_factory=dict)

    @cached_property
    def zone(self) -> tzinfo:
        """The user's time zone, or the site's."""
        try:
            return ZoneInfo(self.user.timezone or settings.TIME_ZONE)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(settings.TIME_ZONE)

    @cached_property
    def calendar(self) -> Calendar:
        """What dates are read against."""
        return Calendar(now=self.now, zone=self.zone)

    @property
    def rights(self) -> Rights:
        """What the user was granted."""
        return rights_of(self.user)

    @cached_property
    def queues(self) -> list[QueueName]:
        """Every queue; one query."""
        rows = Queue.objects.values_list("id", "name", "lifecycle__name")
        return [QueueName(*row) for row in rows.order_by("id")]

    @property
    def custom_fields(self) -> list[CustomFieldName]:
        """The ticket fields the user may see somewhere."""
        return self.custom_fields_of(LookupType.TICKET)

    def custom_fields_of(self, lookup_type: str) -> list[CustomFieldName]:
        """Return the fields of one kind of object that the user may see somewhere.

        A field nobody may see is as unknown as one that does not exist.
        """
        return [f for f in self._all_custom_fields if f.lookup_type == lookup_type]

    @cached_property
    def _all_custom_fields(self) -> list[CustomFieldName]:
        """The fields of everything that can be searched; one query."""
        known = CustomField.objects.none()
        for lookup_type in SEARCHED_LOOKUPS:
            visible = CustomField.objects.visible_with(self.rights, lookup_type)
            known = known | visible
        rows = known.values_list("id", "name", "type", "lookup_type").order_by("id")
        return [CustomFieldName(*row) for row in rows]

    def custom_field_ids_of_queue(self, name: str) -> set[int]:
        """Return the fields that apply in the queue of that name or id."""
        ids = [queue.id for queue in self.queues_named(name)]
        applies = Q(is_global=True) | Q(queues__in=ids)
        found = (
            CustomField.objects.filter(applies) if ids else CustomField.objects.none()
        )
        return set(found.values_list("id", flat=True))

    def queues_named(self, text: str) -> list[QueueName]:
        """Return the queue of that id or, in any case, name; a list of one or none."""
        folded = text.strip().lower()
        return [
            queue
            for queue in self.queues
            if queue.name.lower() == folded or str(queue.id) == folded
        ]

    def user_named(self, text: str) -> User | None:
        """Return the user a value means by name, number or placeholder."""
        folded = text.strip().lower()
        if folded in {"__currentuser__", "__currentusername__"}:
            return self.user
        if folded in {"__selecteduser__", "__selectedusername__"}:
            return self.selected_user or self.user
        if folded not in self._users:
            self._users[folded] = self._look_up(folded)
        return self._users[folded]

    def _look_up(self, folded: str) -> User | None:
        if folded.isascii() and folded.isdigit() and len(folded) < 19:
            return User.objects.filter(pk=int(folded)).only("id", "name").first()
        named = User.objects.filter(equals("name", folded))
        return named.only("id", "name").first()

    def tickets_with(self, right: Right) -> "QuerySet[Ticket] | None":
        """Return the tickets on which the user holds a right.

        None means all those the user may see at all, which needs no asking: what a
        query finds is limited to them anyway.
        """
        if self.rights.has(right) or self._goes_with_show_ticket(right):
            return None
        return Ticket.objects.with_right(right, self.user)

    def _goes_with_show_ticket(self, right: Right) -> bool:
        """Say whether whatever lets the user see a ticket gives the right too."""
        rights, direct = self.rights, self.rights.queue_ids_with(right)
        if rights.has(Right.SHOW_TICKET):
            return False
        if not rights.queue_ids_with(Right.SHOW_TICKET) <= direct:
            return False
        by_role = rights.role_places(right)
        return all(
            EVERYWHERE in by_role.get(role, ())
            or places - direct <= by_role.get(role, set())
            for role, places in rights.role_places(Right.SHOW_TICKET).items()
        )

    @cached_property
    def is_indexed(self) -> bool:
        """Say whether the full-text index may be asked; one query."""
        return index_is_usable()

    def group_ids_named(self, text: str) -> list[int]:
        """Return the enabled user-defined group of that name; a list of one or none."""
        named = Group.objects.filter(
            equals("name", text), Q(kind=GroupKind.USER_DEFINED, disabled=False)
        )
        return list(named.values_list("pk", flat=True))


def equals(path: str, text: str) -> Exact:
    """Compare a column in any case, in the form that the unique indexes have."""
    return Exact(Lower(F(path)), Lower(Value(text.strip())))
