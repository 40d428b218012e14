"""The order of results: RT's names of fields → keys that sort, and can be resumed.

Every field with a column, people by name or by a part (`Owner.City`), roles by their
first member (`Requestor.EmailAddress`), custom fields (`CF.{Name}`), and two of their
own: `Relevance` after a full-text search, `Custom.Ownership` (mine, then nobody's).
Each key knows its direction and how its values are written in an address, so that a
page can begin behind any ticket without counting those before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Expression,
    F,
    FloatField,
    IntegerField,
    OrderBy,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower, NullIf

from accounts.models import NOBODY, User
from queues.models import CustomFieldChoice
from tickets.models import TicketWatcher
from tickets.search.conditions.custom_fields import (
    NUMBER,
    named_fields,
    visible_values,
)
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError, nearest
from tickets.search.fields import FIELDS, Field, Kind, Resolved, resolve
from tickets.search.fulltext import relevance
from tickets.search.nodes import Condition, Null, Operator
from tickets.search.parser import field_name

NULLABLE = frozenset({"starts", "started", "due", "told", "resolved"})
TEXT_KINDS = frozenset(
    {Kind.TEXT, Kind.STATUS, Kind.TYPE, Kind.QUEUE, Kind.LIFECYCLE, Kind.PERSON}
)
MOST_KEYS = 10
RELEVANCE = "Relevance"
OWNERSHIP = "Custom.Ownership"


class Values(Enum):
    """What the values of a key are, and so how they are written."""

    NUMBER = "number"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One thing to sort by. What is not set comes last, whichever the direction."""

    expression: "Expression | F | Subquery[Any]"
    values: Values
    is_descending: bool = False
    is_nullable: bool = False

    def order_by(self, *, column: str = "", is_reversed: bool = False) -> OrderBy:
        """Return the ORDER BY; of a column that holds the key already, if named."""
        expression = F(column) if column else self.expression
        nulls = {"nulls_first" if is_reversed else "nulls_last": True}
        options = nulls if self.is_nullable else {}
        if self.is_descending != is_reversed:
            return expression.desc(**options)
        return expression.asc(**options)


def order_keys(names: Sequence[str], *, context: Context) -> list[OrderKey]:
    """Turn names into keys that give the same order every time.

    ``-`` before a name turns it round, empty names are skipped. Names and texts sort
    in any case, and Nobody by that name. The number of the ticket comes last.

    Raises:
        TicketSQLError: a name by which nothing can be sorted, or too many of them.
    """
    keys: list[OrderKey] = []
    is_descending = False
    given = [name.strip() for name in names if name.strip(" -")]
    if len(given) > MOST_KEYS:
        raise TicketSQLError(
            f"Results cannot be ordered by more than {MOST_KEYS} names", code="order"
        )
    for name in given:
        is_descending = name.startswith("-")
        bare = name.removeprefix("-").strip()
        keys += [
            replace(key, is_descending=is_descending) for key in _keys(bare, context)
        ]
        if bare.lower() in {"id", "ticket"}:
            return keys
    return [*keys, OrderKey(F("id"), Values.NUMBER, is_descending=is_descending)]


def ordering(names: Sequence[str], *, context: Context) -> list[OrderBy]:
    """Return what a queryset is ordered by for RT's field names."""
    return [key.order_by() for key in order_keys(names, context=context)]


def _keys(name: str, context: Context) -> Iterator[OrderKey]:
    folded = name.lower()
    if folded == RELEVANCE.lower():
        if context.terms:
            yield OrderKey(relevance(context.terms, context), Values.NUMBER)
        return
    if folded == OWNERSHIP.lower():
        yield _ownership(context.user)
        return
    resolved = _resolved(name)
    field = resolved.field
    if resolved.is_custom:
        yield from _custom_field(resolved, name, context)
    elif field.kind is Kind.PERSON:
        yield _person(resolved)
    elif field.kind is Kind.ROLE and field.path:
        yield _role(resolved)
    elif resolved.subfield or resolved.part or not field.order_path:
        raise _no_order(name)
    else:
        yield _column(field)


def _resolved(name: str) -> Resolved:
    """Find the field; RT's `CreatedRelative` is a way to show Created."""
    bare = name[:-8] if name.lower().endswith("relative") else name
    try:
        return resolve(field_name(bare))
    except TicketSQLError as error:
        raise _no_order(name) from error


def _no_order(name: str) -> TicketSQLError:
    known = [field.name for field in FIELDS if field.order_path]
    known += [RELEVANCE, OWNERSHIP, "Requestor.EmailAddress", "CF.{Name}"]
    return TicketSQLError(
        f"Results cannot be ordered by {name[:60]}",
        suggestion=nearest(name, known=known),
        code="order",
    )


def _column(field: Field) -> OrderKey:
    path = field.order_path
    if field.kind is Kind.EFFECTIVE_ID:
        return OrderKey(Coalesce(F(path), F("id")), Values.NUMBER)
    if field.kind is Kind.DATE:
        return OrderKey(F(path), Values.DATE, is_nullable=path in NULLABLE)
    if path == "subject" or path.endswith("__name"):
        return OrderKey(Lower(F(path)), Values.TEXT)
    kind = Values.TEXT if field.kind in TEXT_KINDS else Values.NUMBER
    return OrderKey(F(path), kind)


def _person(resolved: Resolved) -> OrderKey:
    path = resolved.field.path
    column = resolved.subfield or "name"
    if column == "id":
        return OrderKey(F(f"{path}_id"), Values.NUMBER, is_nullable=True)
    if path == "owner" and column == "name":
        return OrderKey(Lower(Coalesce(F("owner__name"), Value(NOBODY))), Values.TEXT)
    return OrderKey(_folded(f"{path}__{column}"), Values.TEXT, is_nullable=True)


def _role(resolved: Resolved) -> OrderKey:
    """Sort by the first member, as a reader of the list sees them."""
    column = resolved.subfield or "email"
    is_number = column == "id"
    members = (
        TicketWatcher.objects.filter(
            ticket=OuterRef("pk"), role=resolved.field.path, user__isnull=False
        )
        .annotate(key=F("user_id") if is_number else _folded(f"user__{column}"))
        .order_by("key")
    )
    kind = Values.NUMBER if is_number else Values.TEXT
    return OrderKey(Subquery(_first(members)), kind, is_nullable=True)


def _folded(path: str) -> NullIf:
    """Return a text without case; an empty one is not set."""
    return NullIf(Lower(Cast(F(path), CharField())), Value(""))


def _custom_field(
    resolved: Resolved, name: str, context: Context
) -> Iterator[OrderKey]:
    """Sort by place among the choices, then as numbers, then as texts.

    By the first value the reader may see; a ticket where they may see none is last.
    """
    condition = Condition(field_name(name), Operator.IS, (Null(0),))
    named = named_fields(resolved, condition, context)
    values = visible_values(named, context).filter(ticket=OuterRef("pk"))
    place = CustomFieldChoice.objects.filter(
        field=OuterRef("field"), name=OuterRef("content")
    )
    number = Case(
        When(content__regex=NUMBER, then=Cast("content", FloatField())),
        default=None,
        output_field=FloatField(),
    )
    by_place = values.annotate(
        key=Subquery(place.values("sort_order")[:1], output_field=IntegerField())
    )
    for rows, kind in (
        (by_place, Values.NUMBER),
        (values.annotate(key=number), Values.DECIMAL),
        (values.annotate(key=Lower("content")), Values.TEXT),
    ):
        yield OrderKey(Subquery(_first(rows)), kind, is_nullable=True)


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(key__isnull=False).order_by("key").values("key")[:1]


def _ownership(user: User) -> OrderKey:
    """Mine, then those nobody owns, then the others."""
    return OrderKey(
        Case(
            When(owner_id=user.pk, then=Value(0)),
            When(owner_id__isnull=True, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        ),
        Values.NUMBER,
    )
