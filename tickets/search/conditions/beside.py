"""Conditions that compare a field with another field of the same ticket."""

from typing import cast

from django.db.models import CharField, Exists, F, Func, OuterRef, Q
from django.db.models.functions import Lower

from tickets.models import TicketWatcher
from tickets.search.conditions.custom_fields import named_fields, visible_values
from tickets.search.conditions.values import LOOKUPS
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.fields import EQUALITY, ORDER, Kind, Resolved, resolve
from tickets.search.nodes import Column, Condition, Operator

NUMBERS = frozenset({Kind.ID, Kind.NUMBER, Kind.PRIORITY})
TEXTS = frozenset({Kind.TEXT, Kind.STATUS, Kind.TYPE})
MIRRORED = {
    Operator.LESS: Operator.GREATER,
    Operator.LESS_OR_EQUAL: Operator.GREATER_OR_EQUAL,
    Operator.GREATER: Operator.LESS,
    Operator.GREATER_OR_EQUAL: Operator.LESS_OR_EQUAL,
}


class DateText(Func):
    """A moment in UTC as the text that custom fields hold."""

    output_field = CharField()

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        """Format it with PostgreSQL's function."""
        template = (
            "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        )
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        """Format it with SQLite's function."""
        template = "strftime('%%Y-%%m-%%d %%H:%%M:%%S', %(expressions)s)"
        return self.as_sql(compiler, connection, template=template, **extra)


def compare_columns(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare two fields; one that is not set matches nothing."""
    column = cast(Column, condition.value)
    other = _column_named(column)
    operator = condition.operator
    if operator not in EQUALITY | ORDER or _is_part(resolved) or _is_part(other):
        raise _incomparable(condition, column)
    if resolved.is_custom and not other.is_custom:
        swapped = Condition(
            column.field,
            MIRRORED.get(operator, operator),
            (Column(condition.field),),
        )
        return _beside_custom_field(other, resolved, swapped, context)
    if other.is_custom:
        return _beside_custom_field(resolved, other, condition, context)
    return _beside_column(resolved, other, condition, column)


def _column_named(column: Column) -> Resolved:
    try:
        return resolve(column.field)
    except TicketSQLError as error:
        shown = column.field.text[:60]
        raise TicketSQLError(
            f"Unknown field: {shown}",
            position=column.position,
            suggestion=f"quotes, as in '{shown}'",
            code="unknown_field",
        ) from error


def _is_part(resolved: Resolved) -> bool:
    """Say whether only a part of the field is meant, which cannot be compared."""
    return bool(resolved.part) or resolved.subfield not in {"", "id"}


def _beside_column(
    resolved: Resolved, other: Resolved, condition: Condition, column: Column
) -> Q:
    left, right = resolved.field, other.field
    if {left.kind, right.kind} == {Kind.ROLE, Kind.PERSON}:
        return _role_is_person(resolved, other, condition, column)
    family = _family(left.kind)
    if not family or family != _family(right.kind):
        raise _incomparable(condition, column)
    is_equality = condition.operator is Operator.EQUAL
    if not is_equality and family in {"text", "person"}:
        raise _incomparable(condition, column)
    if family == "text":
        return Q(**{f"{left.path}__iexact": F(right.path)})
    lookup = "exact" if is_equality else LOOKUPS[condition.operator]
    set_both = Q(**{f"{left.path}__isnull": False, f"{right.path}__isnull": False})
    return set_both & Q(**{f"{left.path}__{lookup}": F(right.path)})


def _family(kind: Kind) -> str:
    if kind in NUMBERS:
        return "number"
    if kind in TEXTS:
        return "text"
    return {Kind.DATE: "date", Kind.PERSON: "person"}.get(kind, "")


def _role_is_person(
    resolved: Resolved, other: Resolved, condition: Condition, column: Column
) -> Q:
    is_role_first = resolved.field.kind is Kind.ROLE
    role, person = (resolved, other) if is_role_first else (other, resolved)
    if condition.operator is not Operator.EQUAL or not role.field.path:
        raise _incomparable(condition, column)
    rows = TicketWatcher.objects.filter(
        role=role.field.path,
        ticket_id=OuterRef("pk"),
        user_id=OuterRef(f"{person.field.path}_id"),
    )
    return Q(Exists(rows))


def _beside_custom_field(
    resolved: Resolved, custom: Resolved, condition: Condition, context: Context
) -> Q:
    """Compare a column with the values of a custom field, dates as dates."""
    column = cast(Column, condition.value)
    kind, path = resolved.field.kind, resolved.field.path
    lookup = LOOKUPS[condition.operator]
    mirrored = LOOKUPS[MIRRORED.get(condition.operator, condition.operator)]
    named = Condition(column.field, Operator.IS, condition.values)
    values = visible_values(named_fields(custom, named, context), context).filter(
        ticket_id=OuterRef("pk")
    )
    if kind is Kind.DATE and condition.operator is not Operator.EQUAL:
        moment = DateText(OuterRef(path), output_field=CharField())
        rows = values.exclude(content="").filter(**{f"content__{mirrored}": moment})
        return Q(**{f"{path}__isnull": False}) & Q(Exists(rows))
    if kind in TEXTS and lookup == "iexact":
        rows = values.annotate(folded=Lower("content"))
        return Q(Exists(rows.filter(folded=Lower(OuterRef(path)))))
    raise _incomparable(condition, column)


def _incomparable(condition: Condition, column: Column) -> TicketSQLError:
    first, second = condition.field.text[:60], column.field.text[:60]
    return TicketSQLError(
        f"{first} {condition.operator} {second} compares what cannot be compared",
        position=column.position,
        suggestion=f"quotes, as in '{second}'",
        code="operator",
    )
