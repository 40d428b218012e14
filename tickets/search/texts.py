"""Which parts of a query the indexes of text answer. Pure."""

from typing import TypeGuard

from tickets.search.fields import Kind, resolve
from tickets.search.nodes import Condition, Node, Number, Operator, Or, Text

# Alternatives of one subquery; databases limit them.
MOST_TEXTS = 50


def is_text(node: Node) -> TypeGuard[Condition]:
    """Say whether a condition is a text to be found in the subject or by full text."""
    if not isinstance(node, Condition) or node.operator is not Operator.LIKE:
        return False
    if not isinstance(node.value, Text | Number) or node.is_shallow:
        return False
    field = resolve(node.field).field
    return field.kind is Kind.CONTENT or field.path == "subject"


def is_full_text(node: Node) -> bool:
    """Say whether texts alone answer a node, and one of them is full text."""
    operands = node.operands if isinstance(node, Or) else (node,)
    texts = [operand for operand in operands if is_text(operand)]
    return len(texts) == len(operands) <= MOST_TEXTS and any(
        resolve(text.field).field.kind is Kind.CONTENT for text in texts
    )
