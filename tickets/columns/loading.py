"""What the cells of a page need besides the tickets: each read once, when asked for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Max, Q, Sum
from django.utils import timezone

from accounts.models import User
from accounts.rights import Right
from queues.rights import Rights, rights_of
from tickets.commands.links import DIRECTIONS
from tickets.custom_values.reading import values_by_ticket
from tickets.dependencies import pending_counts
from tickets.models import (
    Bookmark,
    CustomFieldValue,
    Link,
    LinkType,
    Ticket,
    TicketType,
    TicketWatcher,
    Transaction,
    TransactionType,
)
from tickets.search.context import Context

DEEPEST_CHILDREN = 8
WATCHER_FIELDS = (
    "ticket", "role", "group__name", "user__name", "user__email", "user__real_name",
    "user__nickname",
)  # fmt: skip
SAID = (TransactionType.CREATE, TransactionType.CORRESPOND)


@dataclass(frozen=True, slots=True)
class LinkedEnd:
    """The far end of a link: a ticket's number, or the address of something else."""

    ticket_id: int | None
    uri: str


class Loaded:
    """The surroundings of some tickets, as one person may see them.

    Every property costs one query for all the tickets together, ``time_of_children``
    one a level, and none when no column asks for it.
    """

    def __init__(
        self,
        tickets: Sequence[Ticket],
        *,
        context: Context,
        person_fields: Sequence[str] = (),
        custom_fields: Sequence[int] = (),
        snippets: Mapping[int, str] | None = None,
        csrf_token: str = "",
    ) -> None:
        self.tickets = tickets
        self.context = context
        self.snippets = snippets or {}
        self.csrf_token = csrf_token
        self.now: datetime = timezone.now()
        self._person_fields = person_fields
        self._custom_fields = list(custom_fields)

    @property
    def user(self) -> User:
        """The person who reads the list."""
        return self.context.user

    @cached_property
    def rights(self) -> Rights:
        """What that person was granted."""
        return rights_of(self.user)

    @cached_property
    def ids(self) -> list[int]:
        """The numbers of the tickets."""
        return [ticket.pk for ticket in self.tickets]

    @cached_property
    def positions(self) -> dict[int, int]:
        """Ticket → its place on the page, from 1."""
        return {number: place for place, number in enumerate(self.ids, start=1)}

    @cached_property
    def pending(self) -> Counter[int]:
        """Ticket → how many unfinished tickets it waits for."""
        return pending_counts(self.ids)

    @cached_property
    def bookmarked(self) -> set[int]:
        """The tickets that carry the reader's bookmark."""
        found = Bookmark.objects.filter(user=self.user, ticket__in=self.ids)
        return set(found.values_list("ticket_id", flat=True))

    @cached_property
    def watchers(self) -> dict[tuple[int, str], list[TicketWatcher]]:
        """Ticket and role → who has it, users before groups as they were added."""
        rows = TicketWatcher.objects.filter(ticket__in=self.ids)
        further = [f"user__{name}" for name in self._person_fields]
        rows = rows.select_related("user", "group").only(*WATCHER_FIELDS, *further)
        grouped: dict[tuple[int, str], list[TicketWatcher]] = defaultdict(list)
        for row in rows.order_by("pk"):
            grouped[row.ticket_id, row.role].append(row)
        return grouped

    @cached_property
    def links(self) -> dict[tuple[int, str], list[LinkedEnd]]:
        """Ticket and direction → what it is linked with; reminders are no links."""
        rows = (
            Link.objects.filter(Q(base__in=self.ids) | Q(target__in=self.ids))
            .values_list("type", "base_id", "base_uri", "base__type",
                         "target_id", "target_uri", "target__type")
            .order_by("pk")
        )  # fmt: skip
        names = {stored: name for name, stored in DIRECTIONS.items()}
        own = set(self.ids)
        grouped: dict[tuple[int, str], list[LinkedEnd]] = defaultdict(list)
        for kind, base, base_uri, base_type, target, target_uri, target_type in rows:
            if base in own and target_type != TicketType.REMINDER:
                name = names[LinkType(kind), True]
                grouped[base, name].append(LinkedEnd(target, target_uri))
            if target in own and base_type != TicketType.REMINDER:
                name = names[LinkType(kind), False]
                grouped[target, name].append(LinkedEnd(base, base_uri))
        return grouped

    @cached_property
    def custom_values(self) -> dict[tuple[int, int], list[CustomFieldValue]]:
        """Ticket and field → current values, where the reader may see them."""
        user = self.context.user
        return values_by_ticket(self.ids, self._custom_fields, user=user)

    @cached_property
    def time_of_children(self) -> dict[int, int]:
        """Ticket → minutes worked on those below it that the reader may see."""
        parents: dict[int, set[int]] = {pk: {pk} for pk in self.ids}
        below: dict[int, set[int]] = defaultdict(set)
        for _ in range(DEEPEST_CHILDREN):
            if not parents:
                break
            parents = self._children_of(parents, below)
        everyone = {child for children in below.values() for child in children}
        times = dict(
            Ticket.objects.filter(pk__in=everyone)
            .visible_to(self.user)
            .values("pk")
            .annotate(time=Sum("time_worked"))
            .values_list("pk", "time")
        )
        return {
            pk: sum(times.get(child, 0) for child in children)
            for pk, children in below.items()
        }

    @staticmethod
    def _children_of(
        parents: dict[int, set[int]], below: dict[int, set[int]]
    ) -> dict[int, set[int]]:
        """Note the children of one level; return child → those above it."""
        rows = Link.objects.filter(
            type=LinkType.MEMBER_OF, target__in=list(parents), base__isnull=False
        ).values_list("target_id", "base_id")
        further: dict[int, set[int]] = defaultdict(set)
        for parent, child in rows:
            if parent is None or child is None:
                continue
            for top in parents[parent]:
                if child != top and child not in below[top]:
                    below[top].add(child)
                    further[child].add(top)
        return further

    @cached_property
    def news(self) -> set[int]:
        """The tickets where others have written since the reader last did anything."""
        mine = Q(creator=self.user)
        said = Q(type__in=SAID)
        if self.rights.has(Right.SHOW_TICKET_COMMENTS):
            said |= Q(type=TransactionType.COMMENT)
        else:
            staffed = self.rights.queue_ids_with(Right.SHOW_TICKET_COMMENTS)
            said |= Q(type=TransactionType.COMMENT, ticket__queue_id__in=staffed)
        rows = (
            Transaction.objects.filter(ticket__in=self.ids)
            .values("ticket_id")
            .annotate(own=Max("pk", filter=mine), others=Max("pk", filter=said & ~mine))
            .values_list("ticket_id", "own", "others")
        )
        return {pk for pk, own, others in rows if others and others > (own or 0)}
