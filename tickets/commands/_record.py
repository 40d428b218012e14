"""Locking a ticket for a change and recording the change: used by commands alone."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.rights import Right
from tickets.messages import Message
from tickets.models import Blob, Ticket, Transaction, TransactionType
from tickets.models.transactions import SILENT_TYPES
from tickets.rights import TicketRights, rights_on
from tickets.search.fulltext_index import index_change
from tickets.signals import ring
from tickets.stored_messages import store_message

# The most that an integer column holds.
LARGEST = 2_147_483_647

_cause: ContextVar[Transaction | None] = ContextVar("cause", default=None)


@contextmanager
def causing(cause: Transaction) -> Iterator[None]:
    """Record everything done inside as caused by this transaction."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


@dataclass
class Held:
    """A locked ticket on its way through a command.

    Attributes set through ``change`` are saved once, when the command ends.
    """

    ticket: Ticket
    actor: User
    rights: TicketRights
    now: datetime
    others: dict[int, "Held"] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    def require(self, *rights: Right | str) -> None:
        """Demand one of the rights.

        Raises:
            PermissionDenied: the actor holds none of them.
        """
        if not any(self.rights.has(right) for right in rights):
            raise PermissionDenied("Permission Denied")

    def change(self, **values: Any) -> None:
        """Set attributes of the ticket, to be saved when the command ends."""
        for name, value in values.items():
            setattr(self.ticket, name, value)
        self._changed.update(values)

    def touch(self, names: Iterable[str]) -> None:
        """Save these attributes too: somebody else has set them."""
        self._changed.update(names)

    def save(self) -> None:
        """Write what has changed."""
        if self._changed:
            self.ticket.save(update_fields=sorted(self._changed))
            self._changed.clear()


@contextmanager
def editing(
    ticket: Ticket | int,
    *,
    actor: User,
    also: Iterable[int] = (),
    now: datetime | None = None,
) -> Iterator[Held]:
    """Lock a ticket, and others with it, for one change in one DB transaction.

    A merged ticket stands for its survivor. Rows are locked in the order of their
    ids, so that two commands that need the same two tickets cannot block each other.

    Raises:
        Ticket.DoesNotExist: the ticket is not there.
    """
    number = ticket if isinstance(ticket, int) else ticket.pk
    moment = now or timezone.now()
    with transaction.atomic():
        held = hold_others({number, *also}, actor=actor, now=moment)
        if number not in held:
            raise Ticket.DoesNotExist(f"Ticket {number} does not exist.")
        main = held.pop(number)
        main.others = {
            wanted: other for wanted, other in held.items() if other.ticket.pk != number
        }
        yield main
        for each in (main, *main.others.values()):
            each.save()


def hold_others(
    numbers: Iterable[int], *, actor: User, now: datetime
) -> dict[int, Held]:
    """Lock the tickets a new one is linked to; belongs inside a DB transaction."""
    return {
        wanted: Held(ticket=row, actor=actor, rights=rights_on(row, actor), now=now)
        for wanted, row in _locked_rows(set(numbers)).items()
    }


def _locked_rows(numbers: set[int]) -> dict[int, Ticket]:
    if not numbers:
        return {}
    found = {
        row.pk: row
        for row in Ticket.objects.for_update().filter(pk__in=numbers).order_by("pk")
    }
    for number, row in list(found.items()):
        survivor = row
        while survivor.merged_into_id is not None:
            survivor = Ticket.objects.for_update().get(pk=survivor.merged_into_id)
        found[number] = survivor
    return found


class _Unit:
    """What one database transaction has recorded; rings once it has committed."""

    def __init__(self) -> None:
        self.batch = uuid.uuid4()
        self.tickets: dict[int, None] = {}
        self.has_rung = False

    def __call__(self) -> None:
        self.has_rung = True
        for ticket_id in self.tickets:
            ring(ticket_id)


def _current_unit() -> _Unit:
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record() belongs inside the database transaction of the change."
        )
    for _, callback, _ in connection.run_on_commit:
        if isinstance(callback, _Unit) and not callback.has_rung:
            return callback
    unit = _Unit()
    transaction.on_commit(unit, robust=True)
    return unit


def record(
    held: Held,
    kind: TransactionType,
    *,
    field_name: str = "",
    old: object = "",
    new: object = "",
    data: str = "",
    time_taken: int = 0,
    message: Message | None = None,
    blobs: dict[str, Blob] | None = None,
) -> Transaction:
    """Write the Transaction row, and ring the scrips' worker after the commit.

    The only writer of Transaction rows besides the import. Time taken (minutes) is
    added to the ticket's time worked.
    """
    unit = _current_unit()
    cause = _cause.get()
    total = held.ticket.time_worked + time_taken
    if max(abs(total), abs(time_taken)) > LARGEST and field_name != "TimeWorked":
        raise ValidationError({"time_worked": "That is too much time."}, code="number")
    is_silent = kind in SILENT_TYPES
    row = Transaction.objects.create(
        ticket=held.ticket,
        type=kind,
        field=field_name,
        old_value="" if old is None else str(old),
        new_value="" if new is None else str(new),
        data=data[:255],
        time_taken=time_taken,
        creator=held.actor,
        created=held.now,
        caused_by=cause,
        depth=cause.depth + 1 if cause else 0,
        batch=unit.batch,
        scrips_done_at=held.now if is_silent else None,
    )
    nodes = store_message(row, message, blobs=blobs or {}) if message else []
    index_change(row, nodes)
    if time_taken and field_name != "TimeWorked":
        held.change(time_worked=total)
    held.change(last_updated=held.now, last_updated_by=held.actor)
    if not is_silent:
        unit.tickets[held.ticket.pk] = None
    return row
