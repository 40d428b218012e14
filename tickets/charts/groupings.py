"""What tickets can be grouped by: RT's names, read and listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from django.core.exceptions import ValidationError

from tickets.search.errors import nearest
from tickets.search.moments import DURATIONS


class GroupingKind(Enum):
    """How a grouping finds the groups of a ticket."""

    COLUMN = auto()
    PERSON = auto()
    ROLE = auto()
    DATE = auto()
    DURATION = auto()
    CUSTOM_FIELD = auto()


PERSON_PARTS = (
    *("Name", "RealName", "Nickname", "EmailAddress", "Organization"),
    *("Lang", "City", "Country", "Timezone"),
)
DATE_PARTS = (
    *("Time", "Hourly", "Hour", "Date", "Daily", "Weekly"),
    *("DayOfWeek", "DayOfMonth", "DayOfYear", "Month", "Monthly"),
    *("Year", "Annually", "WeekOfYear"),
)
DURATION_PARTS = ("Default", "Hour", "Day", "Week", "Month", "Year")
COLUMNS = (
    *("Status", "SLA", "Queue"),
    *("Priority", "InitialPriority", "FinalPriority"),
)
PERSONS = ("Owner", "Creator", "LastUpdatedBy")
ROLES = ("Requestor", "Cc", "AdminCc", "Watcher")
DATES = ("Created", "Starts", "Started", "Resolved", "Due", "Told", "LastUpdated")
# "CreatedToResolved" -> "Created to Resolved", as RT's pages say.
DURATION_LABELS = {name: re.sub(r"To(?=[A-Z])", " to ", name) for name in DURATIONS}

KINDS: dict[str, GroupingKind] = {
    **dict.fromkeys(COLUMNS, GroupingKind.COLUMN),
    **dict.fromkeys(PERSONS, GroupingKind.PERSON),
    **dict.fromkeys(ROLES, GroupingKind.ROLE),
    **dict.fromkeys(DATES, GroupingKind.DATE),
    **dict.fromkeys(DURATIONS, GroupingKind.DURATION),
}


def _first(part: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    return (part, *(other for other in parts if other != part))


# The first part is the one meant when none is named.
PARTS: dict[GroupingKind, tuple[str, ...]] = {
    GroupingKind.PERSON: PERSON_PARTS,
    GroupingKind.ROLE: (
        "EmailAddress",
        *(p for p in PERSON_PARTS if p != "EmailAddress"),
    ),
    GroupingKind.DATE: _first("Daily", DATE_PARTS),
    GroupingKind.DURATION: DURATION_PARTS,
}
_BY_NAME = {name.lower(): name for name in KINDS} | {
    "requestors": "Requestor",
    "createdby": "Creator",
    "lastcontact": "Told",
    "watchers": "Watcher",
}
_CUSTOM = re.compile(
    r"(?:cf|customfield)\.(?:\{(?P<braced>[^{}]{1,200})\}|(?P<bare>.{1,200}))",
    re.IGNORECASE | re.DOTALL,
)
_PAIR = re.compile(r"\s*(?:->|→|-|\bto\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Grouping:
    """A field, and the part of it, by which tickets are put together."""

    kind: GroupingKind
    field: str
    part: str = ""

    @property
    def name(self) -> str:
        """Return it as URLs and RT write it: ``Created.Monthly``, ``CF.{Site}``."""
        if self.kind is GroupingKind.CUSTOM_FIELD:
            return f"CF.{{{self.field}}}"
        return f"{self.field}.{self.part}" if self.part else self.field

    @property
    def label(self) -> str:
        """Return the heading of its column."""
        label = DURATION_LABELS.get(self.field, self.field)
        if not self.part or self.part == "Default":
            return label
        return f"{label} ({self.part})"


def grouping_named(text: str, *, part: str = "") -> Grouping:
    """Return the grouping of a name such as ``Created.Monthly``, in any case.

    Without a part, RT's usual one is meant. ``part`` is one chosen apart from the
    field, which is passed over if the field has no such part.

    Raises:
        ValidationError: no such field or part, with the nearest there is.
    """
    if custom := _CUSTOM.fullmatch(text.strip()):
        field = custom["braced"] or custom["bare"]
        return Grouping(GroupingKind.CUSTOM_FIELD, field)
    name, _, written = text.strip().partition(".")
    field = _field(name)
    kind = KINDS[field]
    parts = PARTS.get(kind, ())
    if not parts:
        if written:
            raise _unknown(text, f"{field} has no parts.")
        return Grouping(kind, field)
    known = {p.lower(): p for p in parts}
    if not written:
        return Grouping(kind, field, known.get(part.lower(), parts[0]))
    if written.lower() not in known:
        near = nearest(written, known=parts)
        raise _unknown(text, f"Did you mean {field}.{near}?" if near else "")
    return Grouping(kind, field, known[written.lower()])


def offered() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the fields a form offers, by the heading of their group."""
    yield "Ticket", [(name, name) for name in COLUMNS]
    yield "People", [(name, name) for name in (*PERSONS, *ROLES)]
    yield "Dates", [(name, name) for name in DATES]
    yield "Time between", list(DURATION_LABELS.items())


def offered_parts() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the parts a form offers: a key, the heading, the names."""
    yield "date", "Of dates", list(DATE_PARTS)
    yield "person", "Of people", list(PERSON_PARTS)
    yield "duration", "Of time between", list(DURATION_PARTS)


def _field(name: str) -> str:
    folded = name.strip().lower()
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    start, *end = _PAIR.split(name.strip(), maxsplit=1)
    if end and (pair := _BY_NAME.get(f"{start}to{end[0]}".lower())):
        return pair
    near = nearest(name, known=[*KINDS, "CF.{Name}"])
    raise _unknown(name, f"Did you mean {near}?" if near else "")


def _unknown(text: str, hint: str) -> ValidationError:
    return ValidationError(
        f"Tickets cannot be grouped by “{text[:60]}”. {hint}".strip(), code="group_by"
    )
