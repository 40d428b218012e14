"""RT's names of what results are sorted by → SQL, the same order every time.

Every field with a column, people by name or by a part (`Owner.City`), roles by their
first member (`Requestor.EmailAddress`), custom fields (`CF.{Name}`), and two of their
own: `Relevance` after a full-text search, `Custom.Ownership` (mine, then nobody's).
"""

from collections.abc import Sequence
from typing import TypeAlias

from django.db.models import (
    Case,
    F,
    FloatField,
    Func,
    Min,
    OrderBy,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower, NullIf

from accounts.models import NOBODY
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

Column: TypeAlias = str | F | Func | Case | Subquery

NULLABLE = frozenset({"starts", "started", "due", "told", "resolved"})
MOST_KEYS = 10
RELEVANCE = "Relevance"
OWNERSHIP = "Custom.Ownership"


def ordering(names: Sequence[str], *, context: Context) -> list[str | OrderBy]:
    """Turn names into an order; `-` before one turns it round.

    What is not set comes last either way; names and texts sort in any case, and Nobody
    by that name. The number of the ticket decides what is left, so that pages neither
    repeat nor skip one.

    Raises:
        TicketSQLError: a name by which nothing can be sorted, or too many of them.
    """
    if len(names) > MOST_KEYS:
        raise TicketSQLError(
            f"Results cannot be ordered by more than {MOST_KEYS} names", code="order"
        )
    columns: list[str | OrderBy] = []
    is_descending = False
    for name in names:
        is_descending = name.startswith("-")
        keys = _keys(name.removeprefix("-").strip(), context)
        columns += [_directed(key, is_descending=is_descending) for key in keys]
        if keys == ["id"]:
            return columns
    return [*columns, "-id" if is_descending else "id"]


def _keys(name: str, context: Context) -> list[Column]:
    if name.lower() == RELEVANCE.lower():
        return [relevance(context.terms, context)] if context.terms else []
    if name.lower() == OWNERSHIP.lower():
        return [_ownership(context)]
    resolved = _resolved(name)
    if resolved.is_custom:
        return _custom_field(resolved, name, context)
    field = resolved.field
    if field.kind is Kind.PERSON:
        return [_person(resolved)]
    if field.kind is Kind.ROLE and resolved.field.path:
        return [_role(resolved)]
    if resolved.subfield or resolved.part or not field.order_path:
        raise _no_order(name)
    return [_column(field)]


def _resolved(name: str) -> Resolved:
    try:
        return resolve(field_name(name))
    except TicketSQLError as error:
        raise _no_order(name) from error


def _no_order(name: str) -> TicketSQLError:
    known = [field.name for field in FIELDS if field.order_path]
    return TicketSQLError(
        f"Results cannot be ordered by {name[:60]}",
        suggestion=nearest(name, known=[*known, RELEVANCE, "CF.{Name}"]),
        code="order",
    )


def _directed(column: Column, *, is_descending: bool) -> str | OrderBy:
    if isinstance(column, str):
        return f"-{column}" if is_descending else column
    if is_descending:
        return column.desc(nulls_last=True)
    return column.asc(nulls_last=True)


def _column(field: Field) -> Column:
    path = field.order_path
    if field.kind is Kind.EFFECTIVE_ID:
        return Coalesce(F(path), F("id"))
    if path in NULLABLE:
        return F(path)
    if path == "subject" or path.endswith("__name"):
        return Lower(F(path))
    return path


def _person(resolved: Resolved) -> Column:
    path = resolved.field.path
    column = resolved.subfield or "name"
    if column == "id":
        return F(f"{path}_id")
    if path == "owner" and column == "name":
        return Lower(Coalesce(F("owner__name"), Value(NOBODY)))
    return _folded(f"{path}__{column}")


def _role(resolved: Resolved) -> Column:
    """Sort by the first member, as a reader of the list sees them."""
    column = resolved.subfield or "email"
    value = F("user_id") if column == "id" else _folded(f"user__{column}")
    members = TicketWatcher.objects.filter(
        role=resolved.field.path, ticket=OuterRef("pk"), user__isnull=False
    )
    by_ticket = members.order_by().values("ticket").annotate(first=Min(value))
    return Subquery(by_ticket.values("first"))


def _folded(path: str) -> NullIf:
    """Return a text without case; an empty one is not set."""
    return NullIf(Lower(F(path)), Value(""))


def _custom_field(resolved: Resolved, name: str, context: Context) -> list[Column]:
    """Sort by place among the choices, then as numbers, then as texts.

    By the first value the reader may see; a ticket where they may see none is last.
    """
    condition = Condition(field_name(name), Operator.IS, (Null(0),))
    fields = named_fields(resolved, condition, context)
    values = visible_values(fields, context).filter(ticket=OuterRef("pk"))
    choices = CustomFieldChoice.objects.filter(
        field=OuterRef("field"), name=OuterRef("content")
    )
    place = Subquery(choices.values("sort_order")[:1])
    number = Case(
        When(content__regex=NUMBER, then=Cast("content", FloatField())),
        default=None,
        output_field=FloatField(),
    )
    first = values.annotate(place=place, number=number).order_by(
        F("place").asc(nulls_last=True), F("number").asc(nulls_last=True), "content"
    )
    text = first.annotate(folded=Lower("content"))
    return [
        Subquery(first.values("place")[:1]),
        Subquery(first.values("number")[:1]),
        Subquery(text.values("folded")[:1]),
    ]


def _ownership(context: Context) -> Column:
    return Case(
        When(owner_id=context.user.pk, then=Value(0)),
        When(owner_id=None, then=Value(1)),
        default=Value(2),
    )
