"""Conditions on custom fields: text, numbers, dates and addresses by type."""

import re
from typing import Any

from django.db import connection
from django.db.models import Case, F, FloatField, Q, QuerySet, When
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Collate, Lower
from django.db.models.lookups import In

from tickets.custom_values.addresses import Span, address_range
from tickets.custom_values.visible import (
    visible_q,
    visible_queue_values,
    visible_ticket_values,
)
from tickets.models import ObjectCustomFieldValue
from tickets.search.conditions.addresses import address_fits
from tickets.search.conditions.columns import any_of, compare, text_matches
from tickets.search.conditions.history import visible_history
from tickets.search.conditions.values import moment_of, text_of, wrong_value
from tickets.search.context import Context, CustomFieldName
from tickets.search.dates import local_day
from tickets.search.errors import TicketSQLError, nearest
from tickets.search.fields import LIKE, ORDER, Resolved
from tickets.search.nodes import Condition, Number, Operator, Text, Value

NUMBER = r"^\s*[+-]?[0-9]{1,15}(\.[0-9]{1,15})?\s*$"
SHORT = 255  # longer values are in large_content
BINARY_ORDER = {"postgresql": "C", "sqlite": "BINARY"}
# Of tickets, of transactions or of queues; the columns compared are the same.
Values = QuerySet[Any]


def custom_field(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that the ticket has a current value that matches and may be seen."""
    fields = named_fields(resolved, condition, context)
    values = visible_values(fields, context)
    return _having(values, "ticket_id", "pk", fields, condition, context)


def transaction_field(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that something in the ticket's history has a value that may be seen."""
    fields = named_fields(resolved, condition, context)
    values = ObjectCustomFieldValue.objects.filter(
        visible_q(context.user, ticket="transaction__ticket"),
        visible_history(context, prefix="transaction__"),
        field_id__in=[field.id for field in fields],
        disabled=False,
        transaction__isnull=False,
    )
    path = "transaction__ticket_id"
    return _having(values, path, "pk", fields, condition, context)


def queue_field(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that the ticket's queue has a value that may be seen."""
    fields = named_fields(resolved, condition, context)
    values = visible_queue_values([field.id for field in fields], context.user)
    return _having(values, "queue_id", "queue", fields, condition, context)


def _having(
    values: Values,
    path: str,
    column: str,
    fields: list[CustomFieldName],
    condition: Condition,
    context: Context,
) -> Q:
    if condition.operator is Operator.IS:
        return ~Q(**{f"{column}__in": values.values(path)})
    kinds = {_kind(field.type): field for field in fields}
    by_kind = []
    for kind in sorted(kinds):
        ids = [field.id for field in fields if _kind(field.type) == kind]
        matching = MATCHERS[kind](values.filter(field_id__in=ids), condition, context)
        by_kind.append(Q(**{f"{column}__in": matching.values(path)}))
    return any_of(by_kind)


def named_fields(
    resolved: Resolved, condition: Condition, context: Context
) -> list[CustomFieldName]:
    """Return the fields a name means; several queues may have one of the name."""
    wanted = resolved.custom_name.lower()
    known = context.custom_fields_of(resolved.field.path)
    found = [
        field
        for field in known
        if field.name.lower() == wanted or str(field.id) == wanted
    ]
    if resolved.custom_queue:
        applying = context.custom_field_ids_of_queue(resolved.custom_queue)
        found = [field for field in found if field.id in applying]
    if not found:
        near = nearest(resolved.custom_name, known=[field.name for field in known])
        raise TicketSQLError(
            f"Unknown custom field: {resolved.custom_name[:60]}",
            position=condition.field.position,
            suggestion=f"{resolved.field.name}.{{{near}}}" if near else "",
            code="unknown_field",
        )
    return found


def visible_values(fields: list[CustomFieldName], context: Context) -> Values:
    """Return the current values of fields, where the user may see them."""
    return visible_ticket_values([field.id for field in fields], context.user)


def _kind(field_type: str) -> str:
    if field_type.startswith("DateTime"):
        return "datetime"
    if field_type.startswith("Date"):
        return "date"
    return "address" if field_type.startswith("IPAddress") else "text"


def _text_values(values: Values, condition: Condition, context: Context) -> Values:
    if condition.operator in ORDER:
        return _ordered(values, condition)
    if condition.operator in {Operator.EQUAL, Operator.IN}:
        return values.filter(_equals(condition))
    return values.filter(text_matches("content", condition) | _long_matches(condition))


def _equals(condition: Condition) -> Q:
    """Compare in any case, in the form that the index has; long ones lie elsewhere."""
    texts = [text_of(value) for value in condition.values]
    short = [Lower(Constant(text)) for text in texts if len(text) <= SHORT]
    found = Q(In(Lower(F("content")), short)) if short else Q(pk__in=())
    return found if len(short) == len(texts) else found | _long_matches(condition)


def _long_matches(condition: Condition) -> Q:
    return ~Q(large_content="") & text_matches("large_content", condition)


def _ordered(values: Values, condition: Condition) -> Values:
    """Compare as numbers where the query gives numbers, else as text."""
    numbers = [_as_number(value) for value in condition.values]
    if all(number is not None for number in numbers):
        as_number = Case(
            When(content__regex=NUMBER, then=Cast("content", FloatField())),
            default=None,
            output_field=FloatField(),
        )
        compared: Values = values.annotate(number=as_number).filter(
            compare("number", condition.operator, numbers)
        )
        return compared
    texts = [text_of(value) for value in condition.values]
    collation = BINARY_ORDER[connection.vendor]
    in_order: Values = values.annotate(ordered=Collate("content", collation)).filter(
        compare("ordered", condition.operator, texts)
    )
    return in_order


def _as_number(value: Value) -> float | None:
    if isinstance(value, Number):
        return float(value.value)
    if isinstance(value, Text):
        return float(value.value) if re.match(NUMBER, value.value) else None
    return None


def _date_values(values: Values, condition: Condition, context: Context) -> Values:
    """Compare local days; they are stored as YYYY-MM-DD, without a zone."""
    if condition.operator in LIKE:
        return values.filter(text_matches("content", condition))
    days = [
        moment_of(value, context=context).astimezone(context.zone).date().isoformat()
        for value in condition.values
    ]
    return values.filter(compare("content", condition.operator, days))


def _datetime_values(values: Values, condition: Condition, context: Context) -> Values:
    """Compare moments; they are stored in UTC as YYYY-MM-DD HH:MM:SS."""
    if condition.operator in LIKE:
        return values.filter(text_matches("content", condition))
    moments = [moment_of(value, context=context) for value in condition.values]
    if condition.operator not in {Operator.EQUAL, Operator.IN}:
        texts = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]
        return values.filter(compare("content", condition.operator, texts))
    days = [local_day(moment, zone=context.zone) for moment in moments]
    return values.filter(
        any_of(
            Q(content__gte=f"{start:%Y-%m-%d %H:%M:%S}")
            & Q(content__lt=f"{end:%Y-%m-%d %H:%M:%S}")
            for start, end in days
        )
    )


def _address_values(values: Values, condition: Condition, context: Context) -> Values:
    """Compare addresses and ranges: the distinct values are few and read here."""
    if condition.operator in LIKE:
        return values.filter(text_matches("content", condition))
    wanted = [_range_of(value) for value in condition.values]
    contents = values.order_by().values_list("content", flat=True).distinct()
    fitting = [
        content
        for content in contents.iterator()
        if (span := address_range(content))
        and address_fits(span, operator=condition.operator, wanted=wanted)
    ]
    return values.filter(content__in=fitting)


def _range_of(value: Value) -> Span:
    span = address_range(text_of(value))
    if span is None:
        raise wrong_value(value, "an address such as 10.0.0.1, 10.0.0.0/8 or a-b")
    return span


MATCHERS = {
    "text": _text_values,
    "date": _date_values,
    "datetime": _datetime_values,
    "address": _address_values,
}
