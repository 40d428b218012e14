"""Values in payloads → what the commands take. Numbers come as text, and so on."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from accounts.models import Group, GroupKind, User
from api.errors import ApiError
from queues.models import CustomField, Queue
from tickets.people import PrincipalText, split
from tickets.search.conditions.values import PRIORITY_LABELS
from tickets.search.dates import Calendar, DateError, parse_date

LARGEST = 2**31 - 1


def identifier(value: Any) -> str:
    """Return the id or name in a value, which may be a reference to an object."""
    if isinstance(value, dict):
        value = value.get("id", "")
    return "" if value is None else str(value).strip()


def whole_number(name: str, value: Any) -> int:
    """Return a whole number; priorities may be labels.

    Raises:
        ApiError: 400, with the name of the field.
    """
    text = str(value).strip()
    if name.endswith("Priority") and text.lower() in PRIORITY_LABELS:
        return PRIORITY_LABELS[text.lower()]
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        raise ApiError(400, f"{name} must be a whole number, not '{text[:40]}'")
    number = int(text)
    if abs(number) > LARGEST:
        raise ApiError(400, f"{name} is too large")
    return number


def moment(name: str, value: Any) -> datetime | None:
    """Return a moment, which is in UTC unless it says otherwise.

    Raises:
        ApiError: 400, with the name of the field.
    """
    text = str(value).strip()
    if not text or text.startswith("1970-01-01"):
        return None
    calendar = Calendar(now=datetime.now(UTC), zone=UTC)
    try:
        return parse_date(text, calendar=calendar)
    except DateError as error:
        raise ApiError(400, f"{name} is no date: '{text[:40]}'") from error


def texts(value: Any) -> list[Any]:
    """Return a single value or a list of them as a list, without what is not set."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one not in (None, "")]


def people(value: Any) -> tuple[PrincipalText, ...]:
    """Return whom a role is to be given: addresses, names, ids or references."""
    found: list[PrincipalText] = []
    for one in texts(value):
        if isinstance(one, dict) and one.get("type") == "group":
            found += _groups(identifier(one))
        elif isinstance(one, dict):
            found.append(identifier(one))
        elif str(one).isascii() and str(one).isdigit():
            found += User.objects.filter(pk=int(str(one)[:18]))
        else:
            found += _entries(str(one))
    return tuple(found)


def _entries(text: str) -> list[str]:
    """Split a list at its commas; `group:NAME` must not be taken for an address."""
    parts = [part.strip() for part in text.split(",")]
    groups = [part for part in parts if part.lower().startswith("group:")]
    others = ", ".join(part for part in parts if part not in groups)
    return [*split(others), *groups]


def user_meant(value: Any) -> User | None:
    """Return the user of that id, name or address, or None."""
    text = identifier(value)
    if text.isascii() and text.isdigit():
        return User.objects.filter(pk=int(text[:18])).first()
    return User.objects.by_name_or_email(text) if text else None


def custom_values(
    value: Any, *, queue: Queue
) -> tuple[tuple[CustomField, tuple[str, ...]], ...]:
    """Return fields with their new values, without what is no field of the queue."""
    if not isinstance(value, dict):
        return ()
    fields = list(CustomField.objects.for_queue(queue))
    found = []
    for name, contents in value.items():
        field = _field(str(name), fields)
        if field is not None:
            found.append((field, tuple(str(text) for text in texts(contents))))
    return tuple(found)


def _field(name: str, fields: Iterable[CustomField]) -> CustomField | None:
    for field in fields:
        if field.name.lower() == name.lower() or str(field.pk) == name:
            return field
    return None


def _groups(number: str) -> list[Group]:
    if not (number.isascii() and number.isdigit()):
        return []
    groups = Group.objects.filter(pk=int(number[:18]), kind=GroupKind.USER_DEFINED)
    return list(groups)
