"""Typed tree → `Q` over tickets, with the limits that every search has.

Unless the query says otherwise: not merged into another ticket (until EffectiveId
is named), of type `ticket` (until Type is named), and never deleted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from django.db.models import Q

from tickets.models import Ticket, TicketType
from tickets.rights import discreet
from tickets.search import among  # noqa: F401 - registers the look-up
from tickets.search.conditions import (
    beside,
    columns,
    custom_fields,
    date_parts,
    durations,
    history,
    links,
    people,
    places,
)
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.fields import OPERATORS, ORDER, Kind, Resolved, resolve
from tickets.search.fulltext import TicketIds
from tickets.search.nodes import (
    And,
    Column,
    Condition,
    Node,
    Not,
    Null,
    Operator,
    Or,
)
from tickets.search.texts import MOST_TEXTS, is_full_text, is_text

# More would meet SQLite's limits: 1,000 steps per expression, 100 open terms in its
# parser. Parentheses that change nothing do not count.
MOST_CONDITIONS = 400
MOST_LEVELS = 20
MOST_VALUES = 5_000
DELETED = "deleted"

Handler: TypeAlias = Callable[[Resolved, Condition, Context], Q]

HANDLERS: dict[Kind, Handler] = {
    Kind.ID: columns.ticket_id,
    Kind.EFFECTIVE_ID: columns.effective_id,
    Kind.NUMBER: columns.number,
    Kind.PRIORITY: columns.number,
    Kind.TEXT: columns.text,
    Kind.TYPE: columns.ticket_type,
    Kind.STATUS: places.status,
    Kind.QUEUE: places.queue,
    Kind.LIFECYCLE: places.lifecycle,
    Kind.DATE: date_parts.date,
    Kind.PERSON: people.person,
    Kind.ROLE: people.role,
    Kind.QUEUE_ROLE: people.queue_role,
    Kind.ROLE_GROUP: people.role_group,
    Kind.LINK: links.link,
    Kind.CUSTOM_FIELD: custom_fields.custom_field,
    Kind.TRANSACTION_FIELD: custom_fields.transaction_field,
    Kind.QUEUE_FIELD: custom_fields.queue_field,
    Kind.CONTENT: history.content,
    Kind.ATTACHMENT: history.attachment,
    Kind.UPDATED: history.updated,
    Kind.UPDATED_BY: history.updated_by,
    Kind.DURATION: durations.duration,
}
# Their values collapse into one SQL condition however many there are.
COLLAPSING = frozenset(
    {
        Kind.ID,
        Kind.EFFECTIVE_ID,
        Kind.NUMBER,
        Kind.PRIORITY,
        Kind.TYPE,
        Kind.STATUS,
        Kind.QUEUE,
        Kind.LIFECYCLE,
        Kind.UPDATED_BY,
    }
)
# Their negation is not "all the others": what is not set never matches.
NEGATE_THEMSELVES = frozenset({Kind.DATE, Kind.DURATION})
SHALLOW_KINDS = frozenset({Kind.ROLE, Kind.QUEUE_ROLE})
SET_OPERATORS = frozenset({Operator.EQUAL, Operator.IN})


def compile_query(node: Node, *, context: Context) -> Q:
    """Return the condition of a whole query, the implicit limits included."""
    if depth(node) > MOST_LEVELS:
        raise TicketSQLError(
            f"AND, OR and NOT are nested more than {MOST_LEVELS} deep", code="too_deep"
        )
    compiler = _Compiler(context)
    condition = compiler.root(node)
    if Kind.EFFECTIVE_ID not in compiler.kinds:
        condition &= Q(merged_into__isnull=True)
    if Kind.TYPE not in compiler.kinds:
        condition &= Q(type=TicketType.TICKET.value)
    else:
        condition &= discreet(context.user)
    return condition & ~Q(status=DELETED)


@dataclass(frozen=True, slots=True)
class _Grouping:
    """What conditions must have in common to be one condition with more values."""

    field: tuple[str, ...]
    is_shallow: bool


class _Compiler:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.kinds: set[Kind] = set()
        self.conditions = 0
        self.values = 0

    def root(self, node: Node) -> Q:
        """Compile a whole query, what its texts find first."""
        operands = node.operands if isinstance(node, And) else (node,)
        texts = [operand for operand in operands if is_full_text(operand)]
        if not texts:
            return self.node(node)
        first, *others = [self._found(text) for text in texts]
        found = first.intersection(*others) if others else first
        rest = _deepest_first([each for each in operands if each not in texts])
        return self._all(rest) & Q(pk__among=found)

    def node(self, node: Node) -> Q:
        if isinstance(node, Not):
            return ~self.node(node.operand)
        if isinstance(node, And):
            return self._all(_deepest_first(node.operands))
        if isinstance(node, Or):
            return self._alternatives(_deepest_first(_merged(node.operands)))
        return self.condition(node)

    def _all(self, operands: Sequence[Node]) -> Q:
        """Join conditions; those on the time of one thing that happened are one."""
        times = [cast(Condition, node) for node in operands if _is_updated(node)]
        others = [node for node in operands if len(times) < 2 or node not in times]
        joined = Q(*(self.node(node) for node in others))
        if len(times) < 2:
            return joined
        for time in times:
            self._checked(time)
        return joined & history.updated_once(times, self.context)

    def _alternatives(self, operands: list[Node]) -> Q:
        """Join alternatives; those that indexes of text answer are one subquery.

        A database reads every ticket for `Subject LIKE 'x' OR Content LIKE 'x'`
        otherwise.
        """
        texts = [node for node in operands if is_text(node)][:MOST_TEXTS]
        if not any(is_full_text(text) for text in texts):
            return columns.any_of(self.node(operand) for operand in operands)
        others = [node for node in operands if node not in texts]
        found = Q(pk__in=self._found(Or(tuple(texts))))
        return columns.any_of([*(self.node(each) for each in others), found])

    def _found(self, node: Node) -> TicketIds:
        """Return a subquery of the tickets that texts find."""
        texts = node.operands if isinstance(node, Or) else (node,)
        first, *others = [
            ids for text in texts for ids in self._text_ids(cast(Condition, text))
        ]
        return first.union(*others, all=True) if others else first

    def _text_ids(self, condition: Condition) -> list[TicketIds]:
        resolved = self._checked(condition)
        if resolved.field.kind is Kind.CONTENT:
            return history.content_ids(resolved, condition, self.context)
        subjects = Ticket.objects.filter(columns.text_matches("subject", condition))
        return [cast(TicketIds, subjects.values("pk"))]

    def _checked(self, condition: Condition) -> Resolved:
        resolved = resolve(condition.field)
        self.kinds.add(resolved.field.kind)
        _check(resolved, condition)
        self._spend(resolved.field.kind, condition)
        return resolved

    def condition(self, condition: Condition) -> Q:
        condition = _with_null_read(condition)
        resolved = self._checked(condition)
        kind = resolved.field.kind
        if kind in NEGATE_THEMSELVES and not _is_column(condition):
            return HANDLERS[kind](resolved, condition, self.context)
        positive = replace(condition, operator=condition.operator.positive)
        found = self._positive(resolved, positive)
        if not condition.operator.is_negative:
            return found
        if kind in NEGATE_THEMSELVES:
            return _both_set(resolved, condition) & ~found
        return ~found

    def _positive(self, resolved: Resolved, condition: Condition) -> Q:
        if _is_column(condition):
            return beside.compare_columns(resolved, condition, self.context)
        return HANDLERS[resolved.field.kind](resolved, condition, self.context)

    def _spend(self, kind: Kind, condition: Condition) -> None:
        count = len(condition.values)
        self.values += count
        self.conditions += 1 if kind in COLLAPSING else count
        if self.conditions > MOST_CONDITIONS or self.values > MOST_VALUES:
            raise TicketSQLError(
                f"The query has more than {MOST_CONDITIONS} conditions",
                position=condition.field.position,
                code="too_long",
            )


def depth(node: Node) -> int:
    """Return how deep AND, OR and NOT are nested."""
    if isinstance(node, Not):
        return 1 + depth(node.operand)
    if isinstance(node, And | Or):
        return 1 + max(depth(operand) for operand in node.operands)
    return 0


def _is_updated(node: Node) -> bool:
    return (
        isinstance(node, Condition)
        and node.operator in ORDER
        and not isinstance(node.value, Column)
        and resolve(node.field).field.kind is Kind.UPDATED
    )


def _deepest_first(operands: Sequence[Node]) -> list[Node]:
    """Put nested operands first, where SQLite's parser needs the least room."""
    return sorted(operands, key=depth, reverse=True)


def _merged(operands: tuple[Node, ...]) -> list[Node]:
    """Join `a = 1 OR a = 2` into `a IN (1, 2)`: one subquery or one index scan."""
    merged: dict[object, Node] = {}
    for index, node in enumerate(operands):
        key: object = index
        if isinstance(node, Condition) and node.operator in SET_OPERATORS:
            has_plain_values = not any(
                isinstance(value, Column | Null) for value in node.values
            )
            if has_plain_values:
                name = tuple(part.lower() for part in node.field.parts)
                key = _Grouping(name, node.is_shallow)
        known = merged.get(key)
        if isinstance(known, Condition) and isinstance(node, Condition):
            node = replace(
                known, operator=Operator.IN, values=known.values + node.values
            )
        merged[key] = node
    return list(merged.values())


def _with_null_read(condition: Condition) -> Condition:
    """Read `= NULL` as IS NULL, which is all it can mean."""
    if not isinstance(condition.value, Null):
        return condition
    if condition.operator is Operator.EQUAL:
        return replace(condition, operator=Operator.IS)
    if condition.operator is Operator.NOT_EQUAL:
        return replace(condition, operator=Operator.IS_NOT)
    return condition


def _check(resolved: Resolved, condition: Condition) -> None:
    kind = resolved.field.kind
    shown = condition.field.text[:60]
    allowed = OPERATORS[kind]
    if condition.operator not in allowed:
        names = ", ".join(
            operator.value for operator in Operator if operator in allowed
        )
        raise TicketSQLError(
            f"{shown} cannot be compared with {condition.operator}",
            position=condition.field.position,
            expected=f"one of {names}",
            code="operator",
        )
    if condition.is_shallow and kind not in SHALLOW_KINDS:
        raise TicketSQLError(
            f"{shown} has no members, so SHALLOW means nothing",
            position=condition.field.position,
            code="operator",
        )


def _is_column(condition: Condition) -> bool:
    return len(condition.values) == 1 and isinstance(condition.value, Column)


def _both_set(resolved: Resolved, condition: Condition) -> Q:
    column = cast(Column, condition.value)
    other = resolve(column.field).field
    is_set = Q(**{f"{resolved.field.path}__isnull": False})
    if other.kind is Kind.DATE:
        is_set &= Q(**{f"{other.path}__isnull": False})
    return is_set
