"""The fields a query can name: what kind each is and where it lives.

One table, so that the compiler, the messages, the ordering of results and the
documentation speak of the same names. Names are RT's and case-insensitive.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from accounts.models import RoleName
from queues.models import LookupType
from tickets.models import LinkType
from tickets.search.errors import TicketSQLError, nearest
from tickets.search.moments import DURATIONS
from tickets.search.nodes import FieldName, Operator


class Kind(Enum):
    """How a field is compared."""

    ID = auto()
    EFFECTIVE_ID = auto()
    NUMBER = auto()
    PRIORITY = auto()
    TEXT = auto()
    TYPE = auto()
    STATUS = auto()
    QUEUE = auto()
    LIFECYCLE = auto()
    DATE = auto()
    PERSON = auto()
    ROLE = auto()
    QUEUE_ROLE = auto()
    ROLE_GROUP = auto()
    LINK = auto()
    CUSTOM_FIELD = auto()
    TRANSACTION_FIELD = auto()
    QUEUE_FIELD = auto()
    CONTENT = auto()
    ATTACHMENT = auto()
    UPDATED = auto()
    UPDATED_BY = auto()
    DURATION = auto()


EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN})
ORDER = frozenset(
    {
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.GREATER,
        Operator.GREATER_OR_EQUAL,
        Operator.BETWEEN,
    }
)
LIKE = frozenset(
    {
        Operator.LIKE,
        Operator.NOT_LIKE,
        Operator.STARTS_WITH,
        Operator.NOT_STARTS_WITH,
        Operator.ENDS_WITH,
        Operator.NOT_ENDS_WITH,
    }
)
NULLNESS = frozenset({Operator.IS, Operator.IS_NOT})

OPERATORS: dict[Kind, frozenset[Operator]] = {
    Kind.ID: EQUALITY | ORDER | LIKE,
    Kind.EFFECTIVE_ID: EQUALITY | ORDER,
    Kind.NUMBER: EQUALITY | ORDER,
    Kind.PRIORITY: EQUALITY | ORDER,
    Kind.TEXT: EQUALITY | LIKE | NULLNESS,
    Kind.TYPE: EQUALITY,
    Kind.STATUS: EQUALITY | LIKE,
    Kind.QUEUE: EQUALITY | LIKE,
    Kind.LIFECYCLE: EQUALITY | LIKE,
    Kind.DATE: EQUALITY | ORDER | NULLNESS,
    Kind.PERSON: EQUALITY | LIKE | NULLNESS,
    Kind.ROLE: EQUALITY | LIKE | NULLNESS,
    Kind.QUEUE_ROLE: EQUALITY | LIKE | NULLNESS,
    Kind.ROLE_GROUP: frozenset({Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN}),
    Kind.LINK: EQUALITY | NULLNESS,
    Kind.CUSTOM_FIELD: EQUALITY | ORDER | LIKE | NULLNESS,
    Kind.TRANSACTION_FIELD: EQUALITY | ORDER | LIKE | NULLNESS,
    Kind.QUEUE_FIELD: EQUALITY | ORDER | LIKE | NULLNESS,
    Kind.CONTENT: frozenset({Operator.LIKE, Operator.NOT_LIKE}),
    Kind.ATTACHMENT: EQUALITY | LIKE,
    Kind.UPDATED: EQUALITY | ORDER,
    Kind.UPDATED_BY: EQUALITY,
    Kind.DURATION: EQUALITY | ORDER | NULLNESS,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table.

    `path` is a column, or a role's or link's own name, or what custom fields belong to.
    """

    name: str
    kind: Kind
    path: str = ""
    aliases: tuple[str, ...] = ()
    order_path: str = ""


def _dates() -> Iterator[Field]:
    for name in ("Created", "Starts", "Started", "Due", "Resolved"):
        yield Field(name, Kind.DATE, name.lower(), order_path=name.lower())
    yield Field("LastUpdated", Kind.DATE, "last_updated", order_path="last_updated")
    yield Field("Told", Kind.DATE, "told", ("LastContact",), "told")


def _numbers() -> Iterator[Field]:
    for name, path in (
        ("Priority", "priority"),
        ("InitialPriority", "initial_priority"),
        ("FinalPriority", "final_priority"),
    ):
        yield Field(name, Kind.PRIORITY, path, order_path=path)
    for name, path in (
        ("TimeWorked", "time_worked"),
        ("TimeLeft", "time_left"),
        ("TimeEstimated", "time_estimated"),
    ):
        yield Field(name, Kind.NUMBER, path, order_path=path)


def _people() -> Iterator[Field]:
    yield Field("Owner", Kind.PERSON, "owner", order_path="owner__name")
    yield Field("Creator", Kind.PERSON, "creator", ("CreatedBy",), "creator__name")
    yield Field(
        "LastUpdatedBy",
        Kind.PERSON,
        "last_updated_by",
        order_path="last_updated_by__name",
    )
    roles = (RoleName.REQUESTOR, RoleName.CC, RoleName.ADMIN_CC)
    for role in roles:
        plural = (f"{role}s",) if role == RoleName.REQUESTOR else ()
        yield Field(role.value, Kind.ROLE, role.value, plural)
    yield Field("RequestorGroup", Kind.ROLE_GROUP, RoleName.REQUESTOR.value)
    yield Field("CCGroup", Kind.ROLE_GROUP, RoleName.CC.value)
    yield Field("AdminCCGroup", Kind.ROLE_GROUP, RoleName.ADMIN_CC.value)
    yield Field("OwnerGroup", Kind.ROLE_GROUP, RoleName.OWNER.value)
    yield Field("WatcherGroup", Kind.ROLE_GROUP)
    yield Field("Watcher", Kind.ROLE, "", ("Watchers",))
    for role in (RoleName.CC, RoleName.ADMIN_CC):
        yield Field(f"Queue{role.value}", Kind.QUEUE_ROLE, role.value)
    yield Field("QueueWatcher", Kind.QUEUE_ROLE)


def _links() -> Iterator[Field]:
    """Yield the link fields; the path says the stored type and our own end of it."""
    yield Field("DependsOn", Kind.LINK, f"{LinkType.DEPENDS_ON}:base")
    yield Field(
        "DependedOnBy", Kind.LINK, f"{LinkType.DEPENDS_ON}:target", ("DependentOn",)
    )
    yield Field("RefersTo", Kind.LINK, f"{LinkType.REFERS_TO}:base")
    yield Field("ReferredToBy", Kind.LINK, f"{LinkType.REFERS_TO}:target")
    yield Field(
        "MemberOf", Kind.LINK, f"{LinkType.MEMBER_OF}:base", ("Parent", "Parents")
    )
    yield Field(
        "HasMember",
        Kind.LINK,
        f"{LinkType.MEMBER_OF}:target",
        ("Members", "Member", "Child", "Children"),
    )
    yield Field("LinkedTo", Kind.LINK, ":base")
    yield Field("LinkedFrom", Kind.LINK, ":target")
    yield Field("Linked", Kind.LINK, ":both")


FIELDS: tuple[Field, ...] = (
    Field("id", Kind.ID, "id", ("Ticket",), "id"),
    Field("EffectiveId", Kind.EFFECTIVE_ID, order_path="merged_into_id"),
    Field("Queue", Kind.QUEUE, "queue_id", ("QueueName",), "queue__name"),
    Field("Lifecycle", Kind.LIFECYCLE, order_path="queue__lifecycle__name"),
    Field("Subject", Kind.TEXT, "subject", order_path="subject"),
    Field("Status", Kind.STATUS, "status", order_path="status"),
    Field("Type", Kind.TYPE, "type", order_path="type"),
    Field("SLA", Kind.TEXT, "sla", order_path="sla"),
    *_numbers(),
    *_dates(),
    *(Field(name, Kind.DURATION) for name in DURATIONS),
    *_people(),
    *_links(),
    Field("Updated", Kind.UPDATED, "created", ("TransactionDate",)),
    Field("UpdatedBy", Kind.UPDATED_BY, "creator"),
    Field("Content", Kind.CONTENT, aliases=("HistoryContent",)),
    Field("Description", Kind.CONTENT),
    Field("CustomFieldContent", Kind.CONTENT),
    Field("ContentType", Kind.ATTACHMENT, "content_type"),
    Field("Filename", Kind.ATTACHMENT, "filename"),
)
CUSTOM_FIELD = Field("CF", Kind.CUSTOM_FIELD, LookupType.TICKET)
TRANSACTION_FIELD = Field("TxnCF", Kind.TRANSACTION_FIELD, LookupType.TRANSACTION)
QUEUE_FIELD = Field("QueueCF", Kind.QUEUE_FIELD, LookupType.QUEUE)

# What a person has, by RT's names.
PERSON_SUBFIELDS: dict[str, str] = {
    "EmailAddress": "email",
    "Name": "name",
    "RealName": "real_name",
    "Nickname": "nickname",
    "Organization": "organization",
    "Lang": "lang",
    "Timezone": "timezone",
    "Address1": "address1",
    "Address2": "address2",
    "City": "city",
    "State": "state",
    "Zip": "zip",
    "Country": "country",
    "WorkPhone": "work_phone",
    "HomePhone": "home_phone",
    "MobilePhone": "mobile_phone",
    "PagerPhone": "pager_phone",
    "id": "id",
}
# Parts of a date by RT's names; what each means is in conditions/date_parts.py.
DATE_PARTS: dict[str, str] = {
    "Hourly": "hour",
    "Daily": "day",
    "Date": "day",
    "Weekly": "week",
    "Monthly": "month",
    "Annually": "year",
    "Year": "year",
    "Time": "time_of_day",
    "Hour": "hour_of_day",
    "DayOfWeek": "day_of_week",
    "DayOfMonth": "day_of_month",
    "DayOfYear": "day_of_year",
    "Month": "month_of_year",
    "WeekOfYear": "week_of_year",
}
# What RT knows and cannot be answered here, with the reason.
UNANSWERABLE: dict[str, str] = {
    "hasunreadmessages": "what each user has read is not kept",
    "hasnounreadmessages": "what each user has read is not kept",
    "hasattribute": "tickets have no attributes",
    "hasnoattribute": "tickets have no attributes",
    "customrole": "there are no custom roles",
}
CUSTOM_FIELD_WORDS: dict[str, Field] = {
    **dict.fromkeys(("cf", "customfield", "ticketcf"), CUSTOM_FIELD),
    **dict.fromkeys(
        ("txncf", "transactioncf", "transactioncustomfield"), TRANSACTION_FIELD
    ),
    **dict.fromkeys(("queuecf", "queuecustomfield"), QUEUE_FIELD),
}
CONTENT_WORDS = frozenset({"content", "largecontent"})
WITH_SUBFIELDS = frozenset({Kind.PERSON, Kind.ROLE, Kind.QUEUE_ROLE})

BY_NAME: dict[str, Field] = {
    name.lower(): field for field in FIELDS for name in (field.name, *field.aliases)
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A name found in the table: the field, and the part or custom field meant."""

    field: Field
    subfield: str = ""  # of a person
    part: str = ""  # of a date
    custom_name: str = ""
    custom_queue: str = ""

    @property
    def is_custom(self) -> bool:
        """Say whether the name is that of a custom field."""
        return self.field.kind is Kind.CUSTOM_FIELD


def resolve(name: FieldName) -> Resolved:
    """Find a field by name, or raise an error that suggests the nearest one."""
    first, *rest = name.parts
    if first.lower() in CUSTOM_FIELD_WORDS and rest:
        return _custom_field(name, CUSTOM_FIELD_WORDS[first.lower()], rest)
    field = BY_NAME.get(first.lower())
    if field is None:
        raise _unknown(name, first)
    if not rest:
        return Resolved(field)
    if field.kind is Kind.DATE:
        return Resolved(field, part=_named_part(name, rest, DATE_PARTS))
    if field.kind not in WITH_SUBFIELDS:
        raise TicketSQLError(
            f"Unknown field: {name.text}; {field.name} has no parts",
            position=name.position,
            code="unknown_field",
        )
    return Resolved(field, subfield=_named_part(name, rest, PERSON_SUBFIELDS))


def field_names() -> list[str]:
    """Return every name a query can use, aliases included."""
    return [name for field in FIELDS for name in (field.name, *field.aliases)]


def _custom_field(name: FieldName, field: Field, parts: list[str]) -> Resolved:
    if len(parts) > 1 and parts[-1].lower() in CONTENT_WORDS:
        parts = parts[:-1]
    if len(parts) == 1:
        return Resolved(field, custom_name=parts[0])
    if len(parts) == 2 and field.kind is not Kind.QUEUE_FIELD:
        return Resolved(field, custom_queue=parts[0], custom_name=parts[1])
    raise TicketSQLError(
        f"Unknown field: {name.text}",
        position=name.position,
        expected=f"{field.name}.{{Name}} or {field.name}.Queue.{{Name}}",
        code="unknown_field",
    )


def _named_part(name: FieldName, parts: list[str], known: dict[str, str]) -> str:
    by_name = {each.lower(): path for each, path in known.items()}
    path = by_name.get(parts[0].lower()) if len(parts) == 1 else None
    if path is None:
        near = nearest(parts[0], known=known)
        raise TicketSQLError(
            f"Unknown field: {name.text[:60]}",
            position=name.position,
            expected="" if near else f"{name.parts[0][:60]}.{' or .'.join(known)}",
            suggestion=f"{name.parts[0]}.{near}" if near else "",
            code="unknown_field",
        )
    return path


def _unknown(name: FieldName, word: str) -> TicketSQLError:
    if reason := UNANSWERABLE.get(word.lower()):
        return TicketSQLError(
            f"{name.text[:60]} cannot be searched: {reason}",
            position=name.position,
            code="unknown_field",
        )
    return TicketSQLError(
        f"Unknown field: {name.text[:60]}",
        position=name.position,
        suggestion=nearest(word, known=[*field_names(), "CF.{Name}"]),
        code="unknown_field",
    )
