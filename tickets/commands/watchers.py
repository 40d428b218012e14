"""Adding and removing Requestors, Ccs and AdminCcs."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Group, RoleName, User
from accounts.rights import Right
from tickets.commands._record import Held, editing, record
from tickets.models import Ticket, TicketWatcher, Transaction, TransactionType
from tickets.people import Principal, PrincipalText, principal


def add_watcher(
    ticket: Ticket | int, *, actor: User, role: RoleName, who: PrincipalText
) -> Transaction:
    """Add a user, an address or a group (``group:NAME``) in a role.

    Raises:
        PermissionDenied: no ModifyTicket, and not just oneself with Watch.
        ValidationError: unknown, one of our addresses, or has the role already.
    """
    person = principal(who)
    with editing(ticket, actor=actor) as held:
        row = _add_if_missing(held, role, person)
        if row is None:
            raise ValidationError(
                f"{person_name(person)} is already {role} of this ticket.",
                code="already",
            )
        return row


def remove_watcher(
    ticket: Ticket | int, *, actor: User, role: RoleName, who: PrincipalText
) -> Transaction:
    """Take a role away.

    Raises:
        PermissionDenied: as for adding.
        ValidationError: nobody of that name has the role.
    """
    person = principal(who)
    with editing(ticket, actor=actor) as held:
        row = _remove_if_there(held, role, person)
        if row is None:
            raise ValidationError(
                f"{person_name(person)} is not {role} of this ticket.",
                code="not_watcher",
            )
        return row


def change_watchers(
    ticket: Ticket | int,
    *,
    actor: User,
    add: Sequence[tuple[RoleName, PrincipalText]] = (),
    remove: Sequence[tuple[RoleName, PrincipalText]] = (),
) -> list[Transaction]:
    """Add and remove several watchers, all or none; what is so already is skipped.

    Raises:
        PermissionDenied: as for adding one.
        ValidationError: the first entry that nobody is meant by.
    """
    adding = [(role, principal(who)) for role, who in add]
    removing = [(role, principal(who)) for role, who in remove]
    with editing(ticket, actor=actor) as held:
        rows = [_remove_if_there(held, role, person) for role, person in removing]
        rows += [_add_if_missing(held, role, person) for role, person in adding]
        return [row for row in rows if row is not None]


def _add_if_missing(
    held: Held, role: RoleName, person: Principal
) -> Transaction | None:
    require_watcher_right(held, role, person)
    if not insert_watcher(held.ticket, role, person):
        return None
    return record(
        held, TransactionType.ADD_WATCHER, field_name=role, new=_recorded(person)
    )


def _remove_if_there(
    held: Held, role: RoleName, person: Principal
) -> Transaction | None:
    require_watcher_right(held, role, person)
    count, _ = TicketWatcher.objects.filter(
        ticket=held.ticket, role=role, **_which(person)
    ).delete()
    if not count:
        return None
    return record(
        held, TransactionType.DEL_WATCHER, field_name=role, old=_recorded(person)
    )


def insert_watcher(ticket: Ticket, role: RoleName, person: Principal) -> bool:
    """Write the watcher row; return False if it was there."""
    _, created = TicketWatcher.objects.get_or_create(
        ticket=ticket, role=role, **_which(person)
    )
    return created


def require_watcher_right(held: Held, role: RoleName, person: Principal) -> None:
    """Demand ModifyTicket or, for oneself, the right to watch in this role."""
    rights = [Right.MODIFY_TICKET]
    if isinstance(person, User) and person.pk == held.actor.pk:
        as_admin = role == RoleName.ADMIN_CC
        rights.append(Right.WATCH_AS_ADMIN_CC if as_admin else Right.WATCH)
    held.require(*rights)


def person_name(person: Principal) -> str:
    """Return how messages call a user or group."""
    return person.display_name if isinstance(person, User) else person.name


def _which(person: Principal) -> dict[str, Any]:
    return {"group" if isinstance(person, Group) else "user": person}


def _recorded(person: Principal) -> str:
    """What history stores: a user's id, or ``group:`` and a group's id."""
    return f"group:{person.pk}" if isinstance(person, Group) else str(person.pk)
