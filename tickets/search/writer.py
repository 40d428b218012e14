"""Typed tree → text: the one way TicketSQL is written by the product.

Parentheses stand around every AND and OR inside another, so that RT's reading and
the usual one agree. What is written reads back as the same tree.
"""

import re

from tickets.search.nodes import (
    And,
    Condition,
    Node,
    Not,
    Null,
    Number,
    Operator,
    Text,
    Value,
    quote,
)
from tickets.search.parser import CUSTOM_FIELD_TEXT

FIRST_PART = re.compile(r"[^\W\d]\w*")
PART = re.compile(r"\w+")
# As names of fields these need quotes, where they do not read as words of the language.
RESERVED = frozenset(
    {"and", "or", "not", "like", "startswith", "endswith", "in", "between", "is"}
    | {"null", "shallow"}
)
WITH_OWN_NEGATION = frozenset({Operator.IN, Operator.BETWEEN})


def write(node: Node) -> str:
    """Return the text of a tree."""
    if isinstance(node, Not):
        return _negated(node.operand)
    if isinstance(node, Condition):
        return _condition(node, negation="")
    word = " AND " if isinstance(node, And) else " OR "
    return word.join(_operand(operand) for operand in node.operands)


def write_field(parts: tuple[str, ...]) -> str:
    """Return a field as it is written before an operator, with quotes if it must."""
    written = plain_field(parts)
    is_word = FIRST_PART.fullmatch(parts[0])
    if is_word and not (len(parts) == 1 and parts[0].lower() in RESERVED):
        return written
    return quote(written)


def plain_field(parts: tuple[str, ...]) -> str:
    """Return a field without quotes: `CF.{Asset Tag}`, `Requestor.City`."""
    first, *rest = parts
    shown = first if FIRST_PART.fullmatch(first) else f"{{{first}}}"
    is_custom = first.lower() == "cf"
    return ".".join([shown, *(_part(part, is_custom=is_custom) for part in rest)])


def _part(part: str, *, is_custom: bool) -> str:
    is_plain = PART.fullmatch(part) and not is_custom
    return part if is_plain else f"{{{part}}}"


def _operand(node: Node) -> str:
    return write(node) if isinstance(node, Condition | Not) else f"({write(node)})"


def _negated(node: Node) -> str:
    if not isinstance(node, Condition):
        return f"NOT ({write(node)})"
    if node.operator in WITH_OWN_NEGATION:
        return _condition(node, negation="NOT ")
    return f"NOT {_condition(node, negation='')}"


def _condition(condition: Condition, *, negation: str) -> str:
    field = write_field(condition.field.parts)
    shallow = " SHALLOW" if condition.is_shallow else ""
    operator, values = condition.operator, condition.values
    if operator in {Operator.IS, Operator.IS_NOT}:
        return f"{field} {operator} NULL"
    if operator is Operator.IN:
        listed = ",".join(_spaced(value) for value in values).lstrip()
        return f"{field}{shallow} {negation}IN ({listed})"
    if operator is Operator.BETWEEN:
        low, high = (_spaced(value) for value in values)
        return f"{field} {negation}BETWEEN{low} AND{high}"
    if _reads_as_a_column(condition):
        # Between signs RT reads such a text as the field; in a list it stays a text.
        is_negative = operator is Operator.NOT_EQUAL
        return f"{field}{shallow} {'NOT ' * is_negative}IN ({_value(values[0])})"
    return f"{field}{shallow} {operator}{_spaced(values[0])}"


def _reads_as_a_column(condition: Condition) -> bool:
    value = condition.value
    return (
        condition.operator in {Operator.EQUAL, Operator.NOT_EQUAL}
        and isinstance(value, Text)
        and CUSTOM_FIELD_TEXT.fullmatch(value.value) is not None
    )


def _spaced(value: Value) -> str:
    """Put a blank before a value, but not before a plus, which would swallow it."""
    written = _value(value)
    return written if written.startswith("+") else f" {written}"


def _value(value: Value) -> str:
    if isinstance(value, Text):
        return quote(value.value)
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Null):
        return "NULL"
    return plain_field(value.field.parts)
