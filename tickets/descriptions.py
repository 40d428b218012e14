"""One line of plain words for each transaction, for history, mails and clients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import formats, timezone

from accounts.models import Group, User
from queues.models import CustomField, Queue
from tickets.commands.ownership import OwnerMode
from tickets.custom_values.showing import plain_text
from tickets.models import Transaction, TransactionType
from tickets.roles import nobody_id

NO_VALUE = "(no value)"
DATE_FIELDS = {"Starts", "Started", "Due", "Told", "Resolved"}
LINK_NAMES = {
    "DependsOn": "Dependency on",
    "DependedOnBy": "Dependency by",
    "RefersTo": "Reference to",
    "ReferredToBy": "Reference by",
    "MemberOf": "Membership in",
    "HasMember": "Member",
    "MergedInto": "Merged into",
}
FIXED = {
    TransactionType.CREATE: "Ticket created",
    TransactionType.CORRESPOND: "Correspondence added",
    TransactionType.COMMENT: "Comments added",
    TransactionType.EMAIL_RECORD: "Outgoing email recorded",
    TransactionType.COMMENT_EMAIL_RECORD: "Outgoing email about a comment recorded",
}
MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class Names:
    """Names of the users, groups, queues and fields that transactions store ids of."""

    users: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    queues: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[int, CustomField] = field(default_factory=dict)

    def person(self, stored: str) -> str:
        """Return the name of a stored user id or ``group:`` and id."""
        kind, _, number = stored.rpartition(":")
        if not number.isdecimal():
            return stored
        if kind == "group":
            return f"group {self.groups.get(int(number), f'#{number}')}"
        if int(number) == nobody_id():
            return "Nobody"
        return self.users.get(int(number), f"#{number}")

    def queue(self, stored: str) -> str:
        """Return the name of a stored queue id."""
        return (
            self.queues.get(int(stored), f"#{stored}") if stored.isdecimal() else stored
        )


def names_for(rows: Iterable[Transaction]) -> Names:
    """Load the names these transactions need: one query, or none.

    One more where values of custom fields have changed.
    """
    rows = list(rows)
    wanted: dict[str, set[int]] = {"user": set(), "group": set(), "queue": set()}
    for row in rows:
        for stored in (row.old_value, row.new_value):
            kind, _, number = stored.rpartition(":")
            if not number.isdecimal():
                continue
            if _stores_person(row):
                wanted[kind or "user"].add(int(number))
            elif row.field == "Queue":
                wanted["queue"].add(int(number))
    names = _named(wanted) if any(wanted.values()) else Names()
    return replace(names, fields=_fields_of(rows))


def _fields_of(rows: Iterable[Transaction]) -> dict[int, CustomField]:
    """Load the fields whose values have changed; imported rows have names instead."""
    changes = (row for row in rows if row.type == TransactionType.CUSTOM_FIELD)
    ids = {int(row.field) for row in changes if row.field.isdecimal()}
    if not ids:
        return {}
    found = CustomField.objects.filter(pk__in=ids).only("name", "type")
    return {field.pk: field for field in found}


def _named(wanted: Mapping[str, set[int]]) -> Names:
    def text(value: str) -> Value:
        return Value(value, output_field=CharField())

    shown = Case(
        When(~Q(real_name=""), then=F("real_name")),
        When(~Q(nickname=""), then=F("nickname")),
        default=F("name"),
    )
    columns = ("source", "pk", "shown")
    name = F("name")
    users = User.objects.filter(pk__in=wanted["user"])
    groups = Group.objects.filter(pk__in=wanted["group"])
    queues = Queue.objects.filter(pk__in=wanted["queue"])
    found: dict[str, dict[int, str]] = {"user": {}, "group": {}, "queue": {}}
    for source, number, called in (
        users.annotate(source=text("user"), shown=shown)
        .values_list(*columns)
        .union(
            groups.annotate(source=text("group"), shown=name).values_list(*columns),
            queues.annotate(source=text("queue"), shown=name).values_list(*columns),
            all=True,
        )
    ):
        found[source][number] = called
    return Names(users=found["user"], groups=found["group"], queues=found["queue"])


def describe(row: Transaction, *, names: Names | None = None) -> str:
    """Return what happened, without who and when."""
    names = names_for([row]) if names is None else names
    kind = TransactionType(row.type)
    if kind in FIXED:
        return FIXED[kind]
    if kind is TransactionType.STATUS:
        if row.new_value == "deleted":
            return "Ticket deleted"
        return f"Status changed from '{row.old_value}' to '{row.new_value}'"
    if kind in {TransactionType.SET, TransactionType.TOLD}:
        return _describe_set(row, names)
    if kind in {TransactionType.ADD_LINK, TransactionType.DELETE_LINK}:
        return _describe_link(row, kind)
    if _stores_person(row):
        return _describe_watcher(row, kind, names)
    return _describe_other(row, kind, names)


def _describe_set(row: Transaction, names: Names) -> str:
    old, new = row.old_value, row.new_value
    if row.field == "Owner":
        return _describe_owner(row, names)
    if row.field == "TimeWorked":
        return _describe_time(row)
    if row.field == "Queue":
        return f"Queue changed from {names.queue(old)} to {names.queue(new)}"
    if row.field in DATE_FIELDS:
        return f"{row.field} changed from {_date(old)} to {_date(new)}"
    if row.field in {"Description", "Password"}:
        return f"{row.field} changed"
    return f"{row.field} changed from {_quoted(old)} to {_quoted(new)}"


def _describe_owner(row: Transaction, names: Names) -> str:
    old, new = names.person(row.old_value), names.person(row.new_value)
    actor = str(row.creator_id)
    if row.data == OwnerMode.FORCE:
        return f"Owner forcibly changed from {old} to {new}"
    if row.new_value == actor:
        return "Taken" if old == "Nobody" else f"Stolen from {old}"
    if new == "Nobody":
        return "Untaken" if row.old_value == actor else f"Taken from {old}"
    if row.old_value == actor or old == "Nobody":
        return f"Given to {new}"
    return f"Owner forcibly changed from {old} to {new}"


def _describe_time(row: Transaction) -> str:
    minutes = int(row.new_value or 0) - int(row.old_value or 0)
    if minutes < 0:
        return f"Adjusted time worked by {minutes} minutes"
    return f"Worked {duration(minutes)}"


def _describe_link(row: Transaction, kind: TransactionType) -> str:
    what = LINK_NAMES.get(row.field, row.field)
    added = kind is TransactionType.ADD_LINK
    far = row.new_value if added else row.old_value
    far = f"#{far}" if far.isdecimal() else far
    if row.field == "MergedInto":
        return f"{what} {far}"
    return f"{what} {far} {'added' if added else 'deleted'}"


def _describe_watcher(row: Transaction, kind: TransactionType, names: Names) -> str:
    if kind is TransactionType.ADD_WATCHER:
        return f"{row.field} {names.person(row.new_value)} added"
    if kind is TransactionType.DEL_WATCHER:
        return f"{row.field} {names.person(row.old_value)} deleted"
    if kind is TransactionType.SET_WATCHER:
        return f"{row.field} set to {names.person(row.new_value)}"
    return _describe_owner(row, names)


def _describe_other(row: Transaction, kind: TransactionType, names: Names) -> str:
    reminders = {
        TransactionType.ADD_REMINDER: "added",
        TransactionType.OPEN_REMINDER: "reopened",
        TransactionType.RESOLVE_REMINDER: "completed",
    }
    if kind in reminders:
        return f"Reminder '{row.data}' {reminders[kind]}"
    if kind is TransactionType.SYSTEM_ERROR:
        return row.data or "System error"
    if kind is TransactionType.FORWARD_TICKET:
        return f"Forwarded Ticket to {row.data}"
    if kind is TransactionType.FORWARD_TRANSACTION:
        return f"Forwarded Transaction #{row.field} to {row.data}"
    if kind is TransactionType.CUSTOM_FIELD:
        return _describe_custom_field(row, names)
    return f"{row.type} {row.field}".strip()


def _describe_custom_field(row: Transaction, names: Names) -> str:
    name, old, new = row.field, row.old_value, row.new_value
    if row.field.isdecimal():
        known = names.fields.get(int(row.field))
        name = known.name if known else f"Custom field #{row.field}"
        if known and known.is_long:
            change = "changed" if old and new else "added" if new else "deleted"
            return f"{name} {change}"
        if known:
            old, new = plain_text(known, old), plain_text(known, new)
    if not old:
        return f"{name} {new} added"
    if not new:
        return f"{name} {old} deleted"
    return f"{name} {old} changed to {new}"


def _stores_person(row: Transaction) -> bool:
    return row.field == "Owner" or row.type in {
        TransactionType.ADD_WATCHER,
        TransactionType.DEL_WATCHER,
        TransactionType.SET_WATCHER,
        TransactionType.TAKE,
        TransactionType.UNTAKE,
        TransactionType.STEAL,
        TransactionType.GIVE,
        TransactionType.FORCE,
    }


def duration(minutes: int) -> str:
    """Return minutes as people say them: 25 minutes, 1.5 hours (90 minutes)."""
    if abs(minutes) < MINUTES_PER_HOUR:
        return f"{minutes} minute{'' if abs(minutes) == 1 else 's'}"
    hours = f"{minutes / MINUTES_PER_HOUR:.2f}".rstrip("0").rstrip(".")
    return f"{hours} hour{'' if hours == '1' else 's'} ({minutes} minutes)"


def _quoted(value: str) -> str:
    return f"'{value}'" if value else NO_VALUE


def _date(stored: str) -> str:
    if not stored:
        return "Not set"
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
