"""What the builder offers to one user: fields, and the entries of drop-downs.

Each list is read when the first row asks for it, so a page costs the same number of
queries however many rows it has. Nothing is offered that the user may not see.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from accounts.models import NOBODY, Group, GroupKind, User
from accounts.rights import Right
from queues.lifecycles import Definition
from queues.models import CustomFieldChoice, Lifecycle
from queues.rights import holders_of, rights_of
from tickets.models import TicketType
from tickets.search.context import Context, CustomFieldName, QueueName
from tickets.search.labels import CUSTOM, field_label, fields_by_group
from tickets.search.writer import plain_field

MOST_PEOPLE = 300
MOST_CHOICES = 500
ME = ("__CurrentUser__", "me, whoever searches")

Choices = list[tuple[str, str]]


@dataclass
class Offers:
    """The lists of one page, for the user of a context."""

    context: Context
    # The custom fields that rows name; the choices of others are not read.
    custom_names: frozenset[str] = frozenset()

    @property
    def user(self) -> User:
        """Who builds the query."""
        return self.context.user

    @cached_property
    def fields(self) -> list[tuple[str, Choices]]:
        """Every field by group: what the query calls it and what people do."""
        menu = [
            (group, [(field.name, field_label(field)) for field in fields])
            for group, fields in fields_by_group().items()
            if group != CUSTOM
        ]
        # Two queues may each have a field of the name; a query means both.
        names = sorted({field.name for field in self.context.custom_fields})
        if names:
            menu.append((CUSTOM, [(plain_field(("CF", name)), name) for name in names]))
        return menu

    @cached_property
    def queues(self) -> list[QueueName]:
        """The queues the user may see, or may read every ticket of."""
        rights = rights_of(self.user)
        return sorted(
            (
                queue
                for queue in self.context.queues
                if rights.has(Right.SEE_QUEUE, queue.id)
                or rights.has(Right.SHOW_TICKET, queue.id)
            ),
            key=lambda queue: queue.name.lower(),
        )

    @property
    def queue_choices(self) -> Choices:
        """The names of these queues."""
        return [(queue.name, queue.name) for queue in self.queues]

    @property
    def lifecycle_choices(self) -> Choices:
        """The lifecycles these queues have."""
        names = sorted({queue.lifecycle for queue in self.queues})
        return [(name, name) for name in names]

    @cached_property
    def status_choices(self) -> Choices:
        """The statuses of these lifecycles, and the words for all active ones."""
        names = {queue.lifecycle for queue in self.queues}
        found = Lifecycle.objects.filter(name__in=names).order_by("name")
        rules: list[Definition] = [lifecycle.rules for lifecycle in found]
        statuses = dict.fromkeys(
            status for one in rules for status in one.statuses if status != "deleted"
        )
        every = [("__Active__", "any active"), ("__Inactive__", "any inactive")]
        return [*every, *((status, status) for status in statuses)]

    @property
    def type_choices(self) -> Choices:
        """RT's types of tickets."""
        return [(str(kind), str(kind)) for kind in TicketType.values]

    @cached_property
    def owner_choices(self) -> Choices | None:
        """Who may own tickets the user may know of; None where they are too many."""
        queue_ids = {queue.id for queue in self.queues}
        if not queue_ids:
            return [ME, (NOBODY, NOBODY)]
        people = holders_of(Right.OWN_TICKET, queue_ids=queue_ids)
        named = list(people[: MOST_PEOPLE + 1])
        if len(named) > MOST_PEOPLE:
            return None
        others = [(user.name, _named(user)) for user in named]
        others.sort(key=lambda entry: entry[1].lower())
        return [ME, (NOBODY, NOBODY), *others]

    @cached_property
    def group_choices(self) -> Choices:
        """The groups the user may see: own ones, or all with SeeGroup."""
        groups = Group.objects.filter(kind=GroupKind.USER_DEFINED, disabled=False)
        rights = rights_of(self.user)
        if not (rights.has(Right.SEE_GROUP) or rights.has(Right.ADMIN_GROUP)):
            groups = groups.filter(pk__in=rights.groups)
        names = groups.order_by("name").values_list("name", flat=True)[:MOST_CHOICES]
        return [(name, name) for name in names]

    def custom_fields_named(self, name: str) -> list[CustomFieldName]:
        """Return the fields a name or number in a query means."""
        wanted = name.lower()
        return [
            field
            for field in self.context.custom_fields
            if field.name.lower() == wanted or str(field.id) == wanted
        ]

    def custom_choices(self, fields: list[CustomFieldName]) -> Choices:
        """Return what select fields of a name offer; nothing where that is too much."""
        names = dict.fromkeys(
            name for field in fields for name in self._choices.get(field.id, ())
        )
        too_many = len(names) > MOST_CHOICES
        return [] if too_many else [(name, name) for name in names]

    @cached_property
    def _choices(self) -> dict[int, list[str]]:
        """The choices of the fields that rows name. One query."""
        ids = [
            field.id
            for name in self.custom_names
            for field in self.custom_fields_named(name)
        ]
        rows = CustomFieldChoice.objects.filter(field_id__in=ids)
        found: dict[int, list[str]] = defaultdict(list)
        ordered = rows.order_by("field_id", "sort_order", "name")
        for field_id, name in ordered.values_list("field_id", "name"):
            found[field_id].append(name)
        return found


def _named(user: User) -> str:
    shown = user.display_name
    return shown if shown == user.name else f"{shown} ({user.name})"
