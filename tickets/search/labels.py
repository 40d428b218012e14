"""What people call the fields and operators of a query, for pages that offer them.

By kind, so that a field added to the table of `fields.py` is offered at once.
"""

import re

from tickets.search.fields import FIELDS, LIKE, OPERATORS, Field, Kind
from tickets.search.nodes import Operator

TICKET, PEOPLE, DATES, NUMBERS = "Ticket", "People", "Dates", "Priority and time"
LINKS, MESSAGES, CUSTOM = "Links", "Messages and changes", "Custom fields"
GROUPS = (TICKET, PEOPLE, DATES, NUMBERS, LINKS, MESSAGES, CUSTOM)
GROUP_OF: dict[Kind, str] = {
    Kind.NUMBER: NUMBERS,
    Kind.PRIORITY: NUMBERS,
    Kind.DATE: DATES,
    Kind.PERSON: PEOPLE,
    Kind.ROLE: PEOPLE,
    Kind.QUEUE_ROLE: PEOPLE,
    Kind.ROLE_GROUP: PEOPLE,
    Kind.LINK: LINKS,
    Kind.CONTENT: MESSAGES,
    Kind.ATTACHMENT: MESSAGES,
    Kind.UPDATED: MESSAGES,
    Kind.UPDATED_BY: MESSAGES,
    Kind.CUSTOM_FIELD: CUSTOM,
}
LABELS = {
    "id": "Ticket number",
    "EffectiveId": "Number, merged tickets too",
    "Told": "Last contact",
    "LastUpdatedBy": "Last updated by",
    "AdminCc": "AdminCc",
    "Watcher": "Anybody (any role)",
    "QueueCc": "Cc of the queue",
    "QueueAdminCc": "AdminCc of the queue",
    "QueueWatcher": "Watcher of the queue",
    "OwnerGroup": "Owner belongs to group",
    "RequestorGroup": "Requestor belongs to group",
    "CCGroup": "Cc belongs to group",
    "AdminCCGroup": "AdminCc belongs to group",
    "WatcherGroup": "Anybody belongs to group",
    "Content": "Text of a message",
    "Description": "Text of the first message",
    "CustomFieldContent": "Text of a custom field",
    "ContentType": "Type of an attachment",
    "Filename": "Name of an attachment",
    "Updated": "Anything happened",
    "UpdatedBy": "Changed or written by",
    "HasMember": "Has the child",
    "MemberOf": "Is a child of",
    "DependsOn": "Depends on",
    "DependedOnBy": "Is depended on by",
    "RefersTo": "Refers to",
    "ReferredToBy": "Is referred to by",
    "LinkedTo": "Links to",
    "LinkedFrom": "Is linked from",
    "Linked": "Is linked with",
    "TimeWorked": "Time worked (minutes)",
    "TimeLeft": "Time left (minutes)",
    "TimeEstimated": "Time estimated (minutes)",
}
SUBFIELD_LABELS = {
    "EmailAddress": "E-mail address",
    "id": "User number",
    "Hourly": "Hour, 2026-05-13 14:00",
    "Daily": "Day, 2026-05-13",
    "Monthly": "Month, 2026-05",
    "Annually": "Year, 2026",
    "Hour": "Hour of the day",
    "DayOfWeek": "Day of the week",
    "DayOfMonth": "Day of the month",
    "DayOfYear": "Day of the year",
    "Month": "Month of the year",
    "WeekOfYear": "Week of the year",
}
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

TEXT_WORDS = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.LIKE: "contains",
    Operator.NOT_LIKE: "does not contain",
    Operator.STARTS_WITH: "begins with",
    Operator.NOT_STARTS_WITH: "does not begin with",
    Operator.ENDS_WITH: "ends with",
    Operator.NOT_ENDS_WITH: "does not end with",
    Operator.IN: "is one of",
    Operator.LESS: "is less than",
    Operator.LESS_OR_EQUAL: "is at most",
    Operator.GREATER: "is more than",
    Operator.GREATER_OR_EQUAL: "is at least",
    Operator.BETWEEN: "is between",
    Operator.IS: "is not set",
    Operator.IS_NOT: "is set",
}
DATE_WORDS = TEXT_WORDS | {
    Operator.EQUAL: "is on the day of",
    Operator.NOT_EQUAL: "is on another day than",
    Operator.LESS: "is before",
    Operator.LESS_OR_EQUAL: "is at or before",
    Operator.GREATER: "is after",
    Operator.GREATER_OR_EQUAL: "is at or after",
    Operator.IN: "is on one of the days",
}
LINK_WORDS = TEXT_WORDS | {
    Operator.EQUAL: "ticket or URL",
    Operator.NOT_EQUAL: "not ticket or URL",
    Operator.IN: "one of",
    Operator.IS: "nothing",
    Operator.IS_NOT: "something",
}
PEOPLE_WORDS = TEXT_WORDS | {Operator.IS: "is nobody", Operator.IS_NOT: "is somebody"}
NOT_IN_WORDS = {"is one of": "is none of", "one of": "none of"}
DATE_KINDS = frozenset({Kind.DATE, Kind.UPDATED})
PEOPLE_KINDS = frozenset({Kind.PERSON, Kind.ROLE, Kind.QUEUE_ROLE})
# What stands first where the whole alphabet of operators is allowed.
LIKE_FIRST = frozenset({Kind.TEXT, Kind.CONTENT, Kind.ATTACHMENT})


def field_label(field: Field) -> str:
    """Return the words for a field."""
    known = LABELS.get(field.name)
    if known:
        return known
    first, *rest = _HUMPS.split(field.name)
    return " ".join([first, *(word.lower() for word in rest)])


def subfield_label(name: str) -> str:
    """Return the words for a part of a person or of a date."""
    known = SUBFIELD_LABELS.get(name)
    if known:
        return known
    first, *rest = _HUMPS.split(name)
    return " ".join([first, *(word.lower() for word in rest)])


def fields_by_group() -> dict[str, list[Field]]:
    """Return the fields as a menu shows them, custom fields apart."""
    menu: dict[str, list[Field]] = {group: [] for group in GROUPS}
    for field in FIELDS:
        menu[GROUP_OF.get(field.kind, TICKET)].append(field)
    return menu


def operator_label(operator: Operator, kind: Kind, *, is_negated: bool = False) -> str:
    """Return the words for an operator between a field of some kind and its value."""
    if kind in DATE_KINDS:
        words = DATE_WORDS[operator]
    elif kind is Kind.LINK:
        words = LINK_WORDS[operator]
    elif kind in PEOPLE_KINDS:
        words = PEOPLE_WORDS[operator]
    else:
        words = TEXT_WORDS[operator]
    if not is_negated:
        return words
    return NOT_IN_WORDS.get(words) or words.replace("is ", "is not ", 1)


def operators_of(kind: Kind) -> list[Operator]:
    """Return the operators a kind allows, the most useful first."""
    allowed = [operator for operator in TEXT_WORDS if operator in OPERATORS[kind]]
    if kind not in LIKE_FIRST:
        return allowed
    return sorted(allowed, key=lambda operator: operator not in LIKE)
