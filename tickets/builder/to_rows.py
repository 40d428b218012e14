"""Typed tree → rows. Nothing is lost: what fits no row becomes a row of TicketSQL."""

from collections.abc import Iterator
from itertools import count
from typing import cast

from tickets.builder.rows import (
    BESIDE,
    NOT_BETWEEN,
    NOT_IN,
    ROOT,
    WRITTEN,
    Group,
    Item,
    Mode,
    Row,
)
from tickets.builder.to_tree import condition_of, same_meaning
from tickets.search.conditions.custom_fields import named_fields
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.fields import (
    DATE_PARTS,
    EQUALITY,
    OPERATORS,
    ORDER,
    PERSON_SUBFIELDS,
    Resolved,
    resolve,
)
from tickets.search.nodes import (
    And,
    Column,
    Condition,
    Node,
    Not,
    Null,
    Number,
    Operator,
    Or,
    Text,
)
from tickets.search.writer import plain_field, write

SINGLE_LINE_BREAKS = ("\n", "\r", "\0")
NEGATED = {Operator.IN: NOT_IN, Operator.BETWEEN: NOT_BETWEEN}
NULLNESS_OF = {Operator.EQUAL: Operator.IS, Operator.NOT_EQUAL: Operator.IS_NOT}
PART_NAMES = {part: name for name, part in reversed(DATE_PARTS.items())}
SUBFIELD_NAMES = {column: name for name, column in PERSON_SUBFIELDS.items()}


def rows_of(node: Node | None, *, context: Context) -> Group:
    """Return the rows of a tree. Reads the user's custom fields where any is named."""
    keys = count(ROOT)
    if node is None:
        return Group(next(keys))
    mode, operands = _grouped(node)
    if not operands:
        mode, operands = Mode.ALL, (node,)
    return _group(mode, operands, keys, context)


def _grouped(node: Node) -> tuple[Mode, tuple[Node, ...]]:
    """Return how a node groups others, and those; none for a single condition."""
    if isinstance(node, And):
        return Mode.ALL, node.operands
    if isinstance(node, Or):
        return Mode.ANY, node.operands
    if isinstance(node, Not):
        inner = node.operand
        if isinstance(inner, Or):
            return Mode.NONE, inner.operands
        if isinstance(inner, And):
            return Mode.NOT_ALL, inner.operands
        if isinstance(inner, Condition) and inner.operator not in NEGATED:
            return Mode.NONE, (inner,)
    return Mode.ALL, ()


def _group(
    mode: Mode, operands: tuple[Node, ...], keys: Iterator[int], context: Context
) -> Group:
    key = next(keys)
    items: list[Item] = []
    for operand in operands:
        inner_mode, inner = _grouped(operand)
        if inner:
            items.append(_group(inner_mode, inner, keys, context))
        else:
            items.append(_row(operand, next(keys), context))
    return Group(key, mode, tuple(items))


def _row(node: Node, key: int, context: Context) -> Row:
    is_negated = isinstance(node, Not)
    condition = cast(Condition, node.operand if isinstance(node, Not) else node)
    try:
        row = _filled_in(condition, is_negated, key, context)
        back = condition_of(row) if row else None
    except TicketSQLError:
        row = back = None
    if row is None or back is None or not same_meaning(back, node):
        return Row(key, WRITTEN, values=(write(node),))
    return row


def _filled_in(
    condition: Condition, is_negated: bool, key: int, context: Context
) -> Row | None:
    """Return the row of a condition, or None where no row says exactly that."""
    resolved = resolve(condition.field)
    field = canonical(resolved)
    if resolved.is_custom:
        named_fields(resolved, condition, context)
    operator = condition.operator
    if isinstance(condition.value, Null):
        operator = NULLNESS_OF.get(operator, operator)
    if operator not in OPERATORS[resolved.field.kind]:
        return None
    code = NEGATED[operator] if is_negated else operator.value
    if operator in {Operator.IS, Operator.IS_NOT}:
        return Row(key, field, code)
    if isinstance(condition.value, Column):
        return _beside(condition, key, field, context)
    values = []
    for value in condition.values:
        if not isinstance(value, Text | Number):
            return None
        text = value.text if isinstance(value, Number) else value.value
        if text == "" or any(mark in text for mark in SINGLE_LINE_BREAKS):
            return None
        values.append(text)
    return Row(key, field, code, tuple(values), condition.is_shallow)


def _beside(condition: Condition, key: int, field: str, context: Context) -> Row | None:
    column = cast(Column, condition.value)
    operator = condition.operator
    if operator not in EQUALITY | ORDER or len(condition.values) > 1:
        return None
    if operator is Operator.IN:
        return None
    other = resolve(column.field)
    if other.is_custom:
        named_fields(other, condition, context)
    values = (canonical(other),)
    return Row(key, field, f"{operator}{BESIDE}", values, condition.is_shallow)


def canonical(resolved: Resolved) -> str:
    """Return RT's name of a field, whatever alias or case the query used."""
    if resolved.is_custom:
        queue = (resolved.custom_queue,) if resolved.custom_queue else ()
        return plain_field(("CF", *queue, resolved.custom_name))
    if resolved.part:
        return f"{resolved.field.name}.{PART_NAMES[resolved.part]}"
    if not resolved.subfield:
        return resolved.field.name
    return f"{resolved.field.name}.{SUBFIELD_NAMES[resolved.subfield]}"
