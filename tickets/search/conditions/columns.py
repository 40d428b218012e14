"""Conditions on the ticket's own columns: numbers, texts, dates."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import CharField, F, Q
from django.db.models.functions import Cast, Coalesce

from tickets.models import Bookmark, Ticket, TicketType
from tickets.search.conditions.values import (
    ID_LIMIT,
    LOOKUPS,
    integer_of,
    moment_of,
    text_of,
)
from tickets.search.context import Context
from tickets.search.dates import local_day
from tickets.search.fields import LIKE, Kind, Resolved
from tickets.search.nodes import Condition, Operator


def number(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare a column of whole numbers."""
    is_priority = resolved.field.kind is Kind.PRIORITY
    values = [integer_of(v, is_priority=is_priority) for v in condition.values]
    return compare(resolved.field.path, condition.operator, values)


def ticket_id(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the ticket's number, as a number or as text, or ask for bookmarks."""
    if condition.operator in LIKE:
        lookup = f"id_text__{LOOKUPS[condition.operator]}"
        text = text_of(condition.value, operator=condition.operator)
        found = Ticket.objects.annotate(id_text=Cast("id", CharField()))
        return Q(pk__in=found.filter(**{lookup: text}).values("pk"))
    if condition.operator is Operator.EQUAL and _is_bookmarked(condition):
        marks = Bookmark.objects.filter(user_id=context.user.pk)
        return Q(pk__in=marks.values("ticket_id"))
    values = [integer_of(v, limit=ID_LIMIT) for v in condition.values]
    return compare("pk", condition.operator, values)


def effective_id(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the number of the ticket that a merged one lives on in."""
    values = [integer_of(v, limit=ID_LIMIT) for v in condition.values]
    survivors = Ticket.objects.annotate(effective=Coalesce("merged_into_id", F("id")))
    found = survivors.filter(compare("effective", condition.operator, values))
    return Q(pk__in=found.values("pk"))


def text(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare a column of text in any case; empty counts as not set."""
    path = resolved.field.path
    if condition.operator is Operator.IS:
        return Q(**{path: ""})
    return text_matches(path, condition)


def text_matches(path: str, condition: Condition) -> Q:
    """Say that a text column matches one of the values."""
    lookup = f"{path}__{LOOKUPS[condition.operator]}"
    return any_of(
        Q(**{lookup: text_of(value, operator=condition.operator)})
        for value in condition.values
    )


def ticket_type(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the type; the built-in ones are stored in lower case."""
    wanted = [text_of(value) for value in condition.values]
    if all(word.lower() in TicketType.values for word in wanted):
        return compare("type", Operator.IN, [word.lower() for word in wanted])
    return text_matches("type", condition)


def date(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare a date; what is not set matches nothing but IS NULL."""
    path = resolved.field.path
    if condition.operator is Operator.IS:
        return Q(**{f"{path}__isnull": True})
    if condition.operator is Operator.IS_NOT:
        return Q(**{f"{path}__isnull": False})
    if condition.operator is Operator.NOT_EQUAL:
        same_day = date_matches(path, condition, context)
        return Q(**{f"{path}__isnull": False}) & ~same_day
    return date_matches(path, condition, context)


def date_matches(path: str, condition: Condition, context: Context) -> Q:
    """Compare a moment: `=` means the whole local day, the rest the instant.

    The upper end of BETWEEN, given as a bare date, includes that day.
    """
    moments = [moment_of(value, context=context) for value in condition.values]
    operator = condition.operator
    if operator in {Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN}:
        return any_of(_on_day(path, moment, context) for moment in moments)
    if operator is Operator.BETWEEN:
        low, high = moments
        start, end = local_day(high, zone=context.zone)
        upper = {f"{path}__lt": end} if high == start else {f"{path}__lte": high}
        return Q(**{f"{path}__gte": low}, **upper)
    return Q(**{f"{path}__{LOOKUPS[operator]}": moments[0]})


def _on_day(path: str, moment: datetime, context: Context) -> Q:
    start, end = local_day(moment, zone=context.zone)
    return Q(**{f"{path}__gte": start, f"{path}__lt": end})


def _is_bookmarked(condition: Condition) -> bool:
    value = getattr(condition.value, "value", "")
    return isinstance(value, str) and value.lower() == "__bookmarked__"


def compare(path: str, operator: Operator, values: Sequence[object]) -> Q:
    """Compare a column with values that have its type already."""
    if operator is Operator.BETWEEN:
        low, high = values
        return Q(**{f"{path}__gte": low, f"{path}__lte": high})
    if operator in {Operator.EQUAL, Operator.IN}:
        return Q(**({path: values[0]} if len(values) == 1 else {f"{path}__in": values}))
    return Q(**{f"{path}__{LOOKUPS[operator]}": values[0]})


def any_of(conditions: Iterable[Q]) -> Q:
    """Join alternatives; none at all matches nothing."""
    joined = tuple(conditions)
    return Q(*joined, _connector=Q.OR) if joined else Q(pk__in=())
