"""Rows → typed tree. A row that is not filled in yet is left out."""

import re

from tickets.builder.rows import BESIDE, NOT_BETWEEN, NOT_IN, Item, Mode, Row
from tickets.search.errors import TicketSQLError
from tickets.search.fields import Kind, Resolved, resolve
from tickets.search.nodes import (
    And,
    Column,
    Condition,
    FieldName,
    Node,
    Not,
    Null,
    Number,
    Operator,
    Or,
    Text,
    Value,
)
from tickets.search.parser import MOST_DIGITS, field_name, parse

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Their values are written without quotes when they are digits.
NUMERIC_KINDS = frozenset(
    {Kind.ID, Kind.EFFECTIVE_ID, Kind.NUMBER, Kind.PRIORITY, Kind.LINK}
)
NUMERIC_OPERATORS = frozenset(
    {Operator.EQUAL, Operator.NOT_EQUAL, Operator.IN, Operator.BETWEEN}
    | {Operator.LESS, Operator.LESS_OR_EQUAL}
    | {Operator.GREATER, Operator.GREATER_OR_EQUAL}
)


def tree_of(item: Item) -> Node | None:
    """Return the tree of some rows, or None when nothing is filled in.

    Raises:
        TicketSQLError: a row names no field, or holds TicketSQL that cannot be read.
    """
    if isinstance(item, Row):
        return condition_of(item)
    nodes = [node for one in item.items if (node := tree_of(one)) is not None]
    if not nodes:
        return None
    is_and = item.mode in {Mode.ALL, Mode.NOT_ALL}
    joined = _joined(nodes, is_and=is_and)
    return joined if item.mode in {Mode.ALL, Mode.ANY} else _not(joined)


def condition_of(row: Row) -> Node | None:
    """Return the condition of one row, or None while it lacks field or value."""
    if row.is_written:
        text = row.values[0] if row.values else ""
        return parse(text) if text.strip() else None
    if not row.field:
        return None
    name = field_name(row.field)
    resolved = resolve(name)
    operator, is_negated = _operator(row.operator)
    if operator in {Operator.IS, Operator.IS_NOT}:
        return Condition(name, operator, (Null(0),))
    values = tuple(
        _value(text, row, resolved, operator) for text in row.values if text != ""
    )
    if len(values) < (2 if operator is Operator.BETWEEN else 1):
        return None
    if operator not in {Operator.IN, Operator.BETWEEN}:
        values = values[:1]
    is_shallow = row.is_shallow and operator is not Operator.BETWEEN
    condition = Condition(name, operator, values, is_shallow)
    return Not(condition) if is_negated else condition


def _operator(code: str) -> tuple[Operator, bool]:
    if code in {NOT_IN, NOT_BETWEEN}:
        return Operator(code.removeprefix("NOT ")), True
    try:
        return Operator(code.removesuffix(BESIDE)), False
    except ValueError as error:
        raise TicketSQLError(
            f"Unknown operator: {code[:20]}", code="operator"
        ) from error


def _value(text: str, row: Row, resolved: Resolved, operator: Operator) -> Value:
    if row.operator.endswith(BESIDE):
        return Column(field_name(text))
    is_numeric = _is_numeric(resolved) and operator in NUMERIC_OPERATORS
    if is_numeric and NUMBER.fullmatch(text) and len(text) <= MOST_DIGITS:
        return Number(float(text) if "." in text else int(text), text, 0)
    return Text(text, 0)


def _is_numeric(resolved: Resolved) -> bool:
    return resolved.field.kind in NUMERIC_KINDS or bool(resolved.part)


def _joined(nodes: list[Node], *, is_and: bool) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return And(tuple(nodes)) if is_and else Or(tuple(nodes))


def _not(node: Node) -> Node:
    return node.operand if isinstance(node, Not) else Not(node)


def same_meaning(first: Node, second: Node) -> bool:
    """Say whether two trees are the same but for how fields and values are written."""
    return _bare(first) == _bare(second)


def _bare(node: Node) -> object:
    if isinstance(node, Not):
        return ("not", _bare(node.operand))
    if isinstance(node, And | Or):
        word = "and" if isinstance(node, And) else "or"
        return (word, *(_bare(operand) for operand in node.operands))
    operator = node.operator
    if isinstance(node.value, Null):
        nulls = {Operator.EQUAL: Operator.IS, Operator.NOT_EQUAL: Operator.IS_NOT}
        operator = nulls.get(operator, operator)
    field = _bare_field(node.field)
    is_numeric = isinstance(field, Resolved) and _is_numeric(field)
    values = tuple(_bare_value(value, is_numeric=is_numeric) for value in node.values)
    return (field, operator, values, node.is_shallow)


def _bare_value(value: Value, *, is_numeric: bool) -> object:
    """Return what a value says; 5 and '5' say the same, but not -1 and '-1'."""
    if isinstance(value, Column):
        return ("column", _bare_field(value.field))
    if isinstance(value, Null):
        return None
    text = value.text if isinstance(value, Number) else value.value
    if is_numeric and not (text.isascii() and text.isdigit()):
        return (isinstance(value, Number), text)
    return text


def _bare_field(name: FieldName) -> object:
    try:
        return resolve(name)
    except TicketSQLError:
        return tuple(part.lower() for part in name.parts)
