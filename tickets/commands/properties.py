"""Subject, priorities, times and dates."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.rights import Right
from tickets.commands._record import LARGEST, Held, editing, record
from tickets.models import Ticket, Transaction, TransactionType
from tickets.models.tickets import SUBJECT_LENGTH

# Attribute -> RT's name of the field, as history and clients know it.
PROPERTIES = {
    "subject": "Subject",
    "initial_priority": "InitialPriority",
    "priority": "Priority",
    "final_priority": "FinalPriority",
    "time_estimated": "TimeEstimated",
    "time_worked": "TimeWorked",
    "time_left": "TimeLeft",
    "starts": "Starts",
    "started": "Started",
    "due": "Due",
    "told": "Told",
    "sla": "SLA",
}
NUMBERS = {name for name in PROPERTIES if name.startswith("time_")} | {
    name for name in PROPERTIES if name.endswith("priority")
}
MOMENTS = {"starts", "started", "due", "told"}
EARLIEST_YEAR, LATEST_YEAR = 1900, 9000


def set_properties(
    ticket: Ticket | int, *, actor: User, **values: Any
) -> list[Transaction]:
    """Set any of ``PROPERTIES``; what is that already is left out of the answer.

    Raises:
        PermissionDenied: ModifyTicket is not held.
        ValidationError: a value does not fit, by attribute name.
    """
    with editing(ticket, actor=actor) as held:
        return apply_properties(held, **values)


def apply_properties(held: Held, **values: Any) -> list[Transaction]:
    """Set properties of a held ticket."""
    changes = {
        name: value
        for name, value in ((n, _clean(n, v)) for n, v in values.items())
        if value != getattr(held.ticket, name)
    }
    if changes:
        held.require(Right.MODIFY_TICKET)
    return [_apply(held, name, value) for name, value in changes.items()]


def _apply(held: Held, name: str, value: Any) -> Transaction:
    old = getattr(held.ticket, name)
    held.change(**{name: value})
    return record(
        held,
        TransactionType.TOLD if name == "told" else TransactionType.SET,
        field_name=PROPERTIES[name],
        old=_shown(old),
        new=_shown(value),
        time_taken=max(value - old, -LARGEST) if name == "time_worked" else 0,
    )


def _clean(name: str, value: Any) -> Any:
    if name not in PROPERTIES:
        raise ValidationError({name: "There is no such property."}, code="unknown")
    if name == "subject":
        return clean_subject(value)
    if name in MOMENTS:
        return clean_moment(name, value)
    if name in NUMBERS and not (
        isinstance(value, int) and -LARGEST <= value <= LARGEST
    ):
        raise ValidationError({name: "Enter a whole number."}, code="number")
    return value


def clean_moment(name: str, value: datetime | None) -> datetime | None:
    """Refuse a moment that some time zone could not show.

    Raises:
        ValidationError: by attribute name.
    """
    if value is not None and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        message = f"Choose a year from {EARLIEST_YEAR} to {LATEST_YEAR}."
        raise ValidationError({name: message}, code="date")
    return value


def clean_subject(text: str) -> str:
    """Return a subject on one line without NUL bytes, cut to what the field holds."""
    return " ".join(text.replace("\x00", "").split())[:SUBJECT_LENGTH]


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)
