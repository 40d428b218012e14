"""What the boxes at the side of a ticket show: people, links, reminders, values."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Group, RoleName, User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.commands.links import DIRECTIONS
from tickets.models import (
    Link,
    LinkType,
    Ticket,
    TicketType,
    TicketWatcher,
)
from tickets.rights import TicketRights

ROLE_LABELS = {
    RoleName.REQUESTOR: "Requestors",
    RoleName.CC: "Cc",
    RoleName.ADMIN_CC: "AdminCc",
}
LINK_LABELS = {
    "DependsOn": "Depends on",
    "DependedOnBy": "Depended on by",
    "MemberOf": "Parents",
    "HasMember": "Children",
    "RefersTo": "Refers to",
    "ReferredToBy": "Referred to by",
}
# Users and tickets have dozens of columns; the boxes show these.
PERSON_FIELDS = ("name", "real_name", "nickname", "email")
FAR_FIELDS = ("type", "subject", "status", "is_active", "queue", "due", "owner")
LINK_FIELDS = (
    "type",
    "base_uri",
    "target_uri",
    *(f"{end}__{name}" for end in ("base", "target") for name in FAR_FIELDS),
    *(f"base__owner__{name}" for name in PERSON_FIELDS),
)
WATCHER_FIELDS = (
    "role",
    "ticket",
    "group__name",
    *(f"user__{name}" for name in PERSON_FIELDS),
)


@dataclass(frozen=True, slots=True)
class FarEnd:
    """The other end of a link; ``ticket`` is None when the reader may not see it."""

    direction: str
    ticket_id: int | None
    uri: str
    ticket: Ticket | None
    is_open: bool

    @property
    def is_web(self) -> bool:
        """Whether it is an address a browser can open."""
        return self.uri.startswith(("http://", "https://"))

    @property
    def text(self) -> str:
        """How the far end is typed."""
        return self.uri or str(self.ticket_id)


@dataclass(frozen=True, slots=True)
class Links:
    """Everything a ticket is linked with, by direction, and its open reminders."""

    ends: list[FarEnd]
    reminders: list[Ticket]

    @property
    def by_direction(self) -> list[tuple[str, list[FarEnd]]]:
        """Label and far ends, in the order shown: open tickets before closed ones."""
        grouped: dict[str, list[FarEnd]] = defaultdict(list)
        for end in self.ends:
            grouped[end.direction].append(end)
        return [
            (label, sorted(grouped[name], key=lambda end: not end.is_open))
            for name, label in LINK_LABELS.items()
            if grouped[name]
        ]

    @property
    def waiting_for(self) -> list[FarEnd]:
        """The unfinished tickets this one depends on, seen or not."""
        return [e for e in self.ends if e.direction == "DependsOn" and e.is_open]


def links_of(ticket: Ticket, can: TicketRights) -> Links:
    """Return the links of a ticket as a person may see them.

    One query, and one more when only a role can make one of the tickets visible.
    """
    user = can.user
    found = Link.objects.filter(Q(base=ticket) | Q(target=ticket))
    rows = found.select_related("base__owner", "target").only(*LINK_FIELDS)
    far_ends = [
        (
            row,
            row.base_id == ticket.pk,
            row.target if row.base_id == ticket.pk else row.base,
        )
        for row in rows.order_by("pk")
    ]
    visible = _visible([other for _, _, other in far_ends if other], user)
    # What staff remind themselves of is as internal as what they say.
    shows_reminders = can.has(Right.SHOW_TICKET_COMMENTS)
    ends: list[FarEnd] = []
    reminders: list[Ticket] = []
    for row, is_base, other in far_ends:
        if other is not None and other.type == TicketType.REMINDER:
            is_mine = other.owner_id == user.pk
            if other.is_active and (
                is_mine or (shows_reminders and other.pk in visible)
            ):
                reminders.append(other)
            continue
        ends.append(
            FarEnd(
                direction=_direction(LinkType(row.type), is_base=is_base),
                ticket_id=other.pk if other else None,
                uri=row.target_uri if is_base else row.base_uri,
                ticket=other if other and other.pk in visible else None,
                is_open=bool(other and other.is_active),
            )
        )
    return Links(ends, reminders)


def _visible(tickets: list[Ticket], user: User) -> set[int]:
    """Return which of some tickets a user may see; no query for who sees the queue."""
    rights = rights_of(user)
    seen = {t.pk for t in tickets if rights.has(Right.SHOW_TICKET, t.queue_id)}
    unsure = {t.pk for t in tickets} - seen
    if unsure and rights.role_places(Right.SHOW_TICKET):
        by_role = Ticket.objects.visible_to(user).filter(pk__in=unsure)
        seen |= set(by_role.values_list("pk", flat=True))
    return seen


def _direction(kind: LinkType, *, is_base: bool) -> str:
    return next(
        name for name, stored in DIRECTIONS.items() if stored == (kind, is_base)
    )


def watchers_of(ticket: Ticket) -> list[TicketWatcher]:
    """Return the watchers with their users and groups. One query."""
    rows = TicketWatcher.objects.filter(ticket=ticket).select_related("user", "group")
    return list(rows.only(*WATCHER_FIELDS).order_by("pk"))


def party(watcher: TicketWatcher) -> User | Group:
    """Return the user or group that watches; the database has no third case."""
    found = watcher.user or watcher.group
    if found is None:
        raise ValueError(f"Watcher {watcher.pk} is neither a user nor a group.")
    return found


def party_name(watcher: TicketWatcher) -> str:
    """Return how pages call a watcher."""
    found = party(watcher)
    return found.display_name if isinstance(found, User) else found.name


def by_role(
    watchers: list[TicketWatcher],
) -> list[tuple[str, str, list[TicketWatcher]]]:
    """Return role, label and watchers, in the order shown."""
    return [
        (role.value, label, [w for w in watchers if w.role == role])
        for role, label in ROLE_LABELS.items()
    ]
