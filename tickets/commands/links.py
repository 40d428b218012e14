"""Links to other tickets and to URLs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from tickets.commands._record import Held, editing, record
from tickets.dependencies import would_close_a_circle
from tickets.models import Link, LinkType, Ticket, Transaction, TransactionType

# Name as seen from a ticket -> (stored type, whether that ticket is the base).
DIRECTIONS: Final[dict[str, tuple[LinkType, bool]]] = {
    "DependsOn": (LinkType.DEPENDS_ON, True),
    "DependedOnBy": (LinkType.DEPENDS_ON, False),
    "RefersTo": (LinkType.REFERS_TO, True),
    "ReferredToBy": (LinkType.REFERS_TO, False),
    "MemberOf": (LinkType.MEMBER_OF, True),
    "HasMember": (LinkType.MEMBER_OF, False),
}
REVERSE: Final = {
    "DependsOn": "DependedOnBy",
    "DependedOnBy": "DependsOn",
    "RefersTo": "ReferredToBy",
    "ReferredToBy": "RefersTo",
    "MemberOf": "HasMember",
    "HasMember": "MemberOf",
}


class LinkError(ValidationError):
    """The link cannot be made."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="link")


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The far end of a link: a ticket's number, or the URL of something else."""

    ticket_id: int | None = None
    uri: str = ""

    @classmethod
    def parse(cls, text: str) -> "LinkEnd":
        """Read ``42``, ``#42`` or a URL.

        Raises:
            LinkError: it is neither.
        """
        text = text.strip()
        if match := re.fullmatch(r"#?(\d{1,15})", text):
            return cls(ticket_id=int(match[1]))
        if re.fullmatch(r"(?i)(https?|ftp|mailto):[^\s<>\"\x00-\x1f]+", text):
            if len(text) > 240:
                raise LinkError("A link may have at most 240 characters.")
            return cls(uri=text)
        raise LinkError(f"'{text}' is neither a ticket number nor a URL.")


def add_link(
    ticket: Ticket | int, *, actor: User, direction: str, to: str
) -> Transaction | None:
    """Link a ticket; ``direction`` is one of ``DIRECTIONS``. None if it exists.

    Raises:
        PermissionDenied: ModifyTicket is missing on either ticket.
        LinkError: to itself, to a deleted or missing ticket, or in a circle.
    """
    end = LinkEnd.parse(to)
    with editing(ticket, actor=actor, also=_also(end)) as held:
        held.require(Right.MODIFY_TICKET)
        return _link(held, direction, end)


def remove_link(
    ticket: Ticket | int, *, actor: User, direction: str, to: str
) -> Transaction:
    """Remove a link.

    Raises:
        PermissionDenied: ModifyTicket is missing on either ticket.
        LinkError: there is no such link.
    """
    end = LinkEnd.parse(to)
    with editing(ticket, actor=actor, also=_also(end)) as held:
        held.require(Right.MODIFY_TICKET)
        row = _unlink(held, direction, end)
        if row is None:
            raise LinkError("There is no such link.")
        return row


def change_links(
    ticket: Ticket | int,
    *,
    actor: User,
    add: Sequence[tuple[str, str]] = (),
    remove: Sequence[tuple[str, str]] = (),
) -> list[Transaction]:
    """Add and remove several (direction, to), all or none; what is so is skipped.

    Raises:
        PermissionDenied, LinkError: as the single commands do.
    """
    adding = [(direction, LinkEnd.parse(to)) for direction, to in add]
    removing = [(direction, LinkEnd.parse(to)) for direction, to in remove]
    also = [n for _, end in (*adding, *removing) for n in _also(end)]
    with editing(ticket, actor=actor, also=also) as held:
        held.require(Right.MODIFY_TICKET)
        rows = [_unlink(held, direction, end) for direction, end in removing]
        rows += [_link(held, direction, end) for direction, end in adding]
        return [row for row in rows if row is not None]


def _link(held: Held, direction: str, end: LinkEnd) -> Transaction | None:
    other = _other(held, end)
    if not insert_link(held.ticket, held.actor, direction, other, end.uri):
        return None
    return _record_both(held, TransactionType.ADD_LINK, direction, other, end)


def _unlink(held: Held, direction: str, end: LinkEnd) -> Transaction | None:
    other = _other(held, end)
    count, _ = Link.objects.filter(
        **_ends(held.ticket, direction, other, end.uri)
    ).delete()
    if not count:
        return None
    return _record_both(held, TransactionType.DELETE_LINK, direction, other, end)


def apply_initial_link(
    held: Held, direction: str, end: LinkEnd, notes: list[str]
) -> None:
    """Link a ticket being created; only the other end's history records it."""
    try:
        other = _other(held, end)
        if insert_link(held.ticket, held.actor, direction, other, end.uri) and other:
            far = str(held.ticket.pk)
            _record_end(other, TransactionType.ADD_LINK, REVERSE[direction], far)
    except ValidationError as error:
        notes += error.messages
    except PermissionDenied as error:
        notes.append(str(error))


def insert_link(
    ticket: Ticket, actor: User, direction: str, other: Held | None, uri: str
) -> bool:
    """Write the link row after the checks; return False if it was there."""
    if direction not in DIRECTIONS:
        raise LinkError(f"There is no kind of link named '{direction}'.")
    kind, is_base = DIRECTIONS[direction]
    if other is not None:
        if other.ticket.pk == ticket.pk:
            raise LinkError("Can't link a ticket to itself.")
        if other.ticket.status == "deleted":
            raise LinkError("Linking to a deleted ticket is not allowed.")
        base, target = (ticket, other.ticket) if is_base else (other.ticket, ticket)
        if kind is not LinkType.REFERS_TO and would_close_a_circle(
            kind, base=base, target=target
        ):
            raise LinkError(
                f"#{base.pk} {kind.label.lower()} #{target.pk} would be a "
                "circular relationship."
            )
    _, created = Link.objects.get_or_create(
        **_ends(ticket, direction, other, uri), defaults={"creator": actor}
    )
    return created


def _also(end: LinkEnd) -> list[int]:
    return [] if end.ticket_id is None else [end.ticket_id]


def _other(held: Held, end: LinkEnd) -> Held | None:
    if end.ticket_id is None:
        return None
    other = held.others.get(end.ticket_id)
    if other is None:
        if end.ticket_id == held.ticket.pk:
            raise LinkError("Can't link a ticket to itself.")
        raise LinkError(f"Ticket {end.ticket_id} does not exist.")
    if not other.rights.has(Right.SHOW_TICKET):
        # As if it were not there: the answer must not tell.
        raise LinkError(f"Ticket {end.ticket_id} does not exist.")
    if not other.rights.has(Right.MODIFY_TICKET):
        raise PermissionDenied(f"You may not modify ticket {end.ticket_id}.")
    return other


def _ends(
    ticket: Ticket, direction: str, other: Held | None, uri: str
) -> dict[str, object]:
    kind, is_base = DIRECTIONS[direction]
    far = other.ticket if other else None
    near = {"base": ticket, "base_uri": "", "target": far, "target_uri": uri}
    swapped = {"base": far, "base_uri": uri, "target": ticket, "target_uri": ""}
    return {"type": kind, **(near if is_base else swapped)}


def _record_both(
    held: Held,
    kind: TransactionType,
    direction: str,
    other: Held | None,
    end: LinkEnd,
) -> Transaction:
    far = end.uri or str(end.ticket_id)
    if other is not None:
        _record_end(other, kind, REVERSE[direction], str(held.ticket.pk))
    return _record_end(held, kind, direction, far)


def _record_end(
    held: Held, kind: TransactionType, direction: str, far: str
) -> Transaction:
    added = kind is TransactionType.ADD_LINK
    return record(
        held,
        kind,
        field_name=direction,
        old="" if added else far,
        new=far if added else "",
    )
