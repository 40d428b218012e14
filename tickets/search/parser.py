"""Text → typed tree, in bounded time, with errors that say where and what.

AND binds tighter than OR. RT reads it otherwise: the last AND or OR inside a
pair of parentheses rules everything beside it there. `rt_precedence` asks for
that reading, because scripts and searches made for RT mean it.
"""

import functools
import re
from collections.abc import Callable
from typing import cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from tickets.search.errors import TicketSQLError, excerpt, nearest
from tickets.search.grammar import GRAMMAR
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

LONGEST_QUERY = 100_000
DEEPEST_NESTING = 100
LONGEST_CACHED = 2_000
MOST_DIGITS = 30

CUSTOM_FIELD_TEXT = re.compile(r"CF\.(?:\{[^{}]+\}|\w+)", re.IGNORECASE)
NAME_PARTS = re.compile(r"\{([^{}]*)\}|(\w+)")
NESTING_TOKENS = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\{[^{}]*\}|[()]", re.DOTALL
)
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
WORDS = ("AND", "OR", "NOT", "LIKE", "STARTSWITH", "ENDSWITH", "IS", "IN")
OPERATORS = "an operator such as =, !=, <, LIKE, STARTSWITH, IN or IS NULL"
EXPECTED = (
    ("SIGN", OPERATORS),
    ("NULL", "a value: 'text', a number, NULL or another field"),
    ("COMMA", "a comma or a closing parenthesis"),
    ("CONNECTOR", "AND, OR or the end"),
    ("LPAR", "a condition such as Status = 'open'"),
    ("IN", "LIKE, STARTSWITH, ENDSWITH, IN or BETWEEN"),
    ("WORD", "LIKE, STARTSWITH or ENDSWITH"),
)


def parse(text: str, *, rt_precedence: bool = False) -> Node:
    """Return the tree of a query; raises nothing but TicketSQLError."""
    if len(text) <= LONGEST_CACHED:
        return _parse_cached(text, rt_precedence)
    return _parse(text, rt_precedence)


@functools.lru_cache(maxsize=512)
def _parse_cached(text: str, rt_precedence: bool) -> Node:
    return _parse(text, rt_precedence)


def _parse(text: str, rt_precedence: bool) -> Node:
    _check_size(text)
    try:
        tree = _grammar().parse(text)
    except UnexpectedCharacters as error:
        raise _bad_character(text, error.pos_in_stream or 0) from error
    except (UnexpectedToken, UnexpectedEOF) as error:
        raise _bad_token(text, error) from error
    return _Builder(rt_precedence=rt_precedence).start(tree)


@functools.cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)


def _check_size(text: str) -> None:
    if not text.strip():
        raise TicketSQLError("The query is empty", code="empty")
    if len(text.encode(errors="replace")) > LONGEST_QUERY:
        raise TicketSQLError(
            f"The query is longer than {LONGEST_QUERY:,} bytes", code="too_long"
        )
    if bad := UNSTORABLE.search(text):
        raise _located("A character that no text can hold", text, bad.start())
    depth = 0
    for match in NESTING_TOKENS.finditer(text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
        if depth > DEEPEST_NESTING:
            raise TicketSQLError(
                f"Parentheses are nested more than {DEEPEST_NESTING} deep",
                position=match.start(),
                code="too_deep",
            )


class _Builder:
    """Turns lark's tree into ours; recursion is bounded by the nesting check."""

    def __init__(self, *, rt_precedence: bool) -> None:
        self.join = _join_like_rt if rt_precedence else _join_and_first

    def start(self, tree: "Tree[Token]") -> Node:
        return self.level(_subtree(tree.children[0]))

    def level(self, tree: "Tree[Token]") -> Node:
        terms = [self.term(_subtree(child)) for child in tree.children[::2]]
        connectors = [str(child).upper() for child in tree.children[1::2]]
        return self.join(terms, connectors)

    def term(self, tree: "Tree[Token]") -> Node:
        is_negated = False
        while tree.data == "negation":
            is_negated = not is_negated
            tree = _subtree(tree.children[1])
        if tree.data == "group":
            node = self.level(_subtree(tree.children[0]))
        else:
            node = CONDITIONS[str(tree.data)](tree)
        if not is_negated:
            return node
        return node.operand if isinstance(node, Not) else Not(node)


def _join_and_first(terms: list[Node], connectors: list[str]) -> Node:
    alternatives: list[list[Node]] = [[terms[0]]]
    for connector, term in zip(connectors, terms[1:], strict=True):
        if connector == "AND":
            alternatives[-1].append(term)
        else:
            alternatives.append([term])
    return _or([_and(group) for group in alternatives])


def _join_like_rt(terms: list[Node], connectors: list[str]) -> Node:
    return _or(terms) if connectors and connectors[-1] == "OR" else _and(terms)


def _and(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _or(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _comparison(tree: "Tree[Token]") -> Node:
    field, is_shallow, rest = _head(tree)
    comparator = _subtree(rest[0])
    words = " ".join(str(token).upper() for token in comparator.children)
    operator = Operator("!=" if words == "<>" else words)
    value = _value(_subtree(rest[1]))
    if isinstance(value, Text) and _token(comparator).type == "SIGN":
        value = _column_in_quotes(value)
    return Condition(field, operator, (value,), is_shallow)


def _nullness(tree: "Tree[Token]") -> Node:
    field, _, rest = _head(tree)
    is_negated = _has(rest, "NOT")
    value = _value(_subtree(rest[-1]))
    operator = Operator.IS_NOT if is_negated else Operator.IS
    return Condition(field, operator, (Null(value.position),))


def _membership(tree: "Tree[Token]") -> Node:
    field, is_shallow, rest = _head(tree)
    values = tuple(_value(child) for child in rest if isinstance(child, Tree))
    node = Condition(field, Operator.IN, values, is_shallow)
    return Not(node) if _has(rest, "NOT") else node


def _between(tree: "Tree[Token]") -> Node:
    field, _, rest = _head(tree)
    low, high = (child for child in rest if isinstance(child, Tree))
    connector = next(
        child
        for child in rest
        if isinstance(child, Token) and child.type == "CONNECTOR"
    )
    if connector.upper() != "AND":
        raise TicketSQLError(
            "BETWEEN takes two values joined by AND",
            position=connector.start_pos,
            expected="AND",
        )
    node = Condition(field, Operator.BETWEEN, (_value(low), _value(high)))
    return Not(node) if _has(rest, "NOT") else node


CONDITIONS: dict[str, Callable[["Tree[Token]"], Node]] = {
    "comparison": _comparison,
    "nullness": _nullness,
    "membership": _membership,
    "between": _between,
}


def _head(
    tree: "Tree[Token]",
) -> tuple[FieldName, bool, list["Token | Tree[Token]"]]:
    first, *rest = tree.children
    token = _token(_subtree(first))
    is_quoted = token.type == "STRING"
    field = field_name(_unquote(token) if is_quoted else str(token), _start(token))
    is_shallow = isinstance(rest[0], Tree) and rest[0].data == "shallow"
    return field, is_shallow, rest[1:] if is_shallow else rest


def field_name(text: str, position: int = 0) -> FieldName:
    """Split a field as written into its parts."""
    text = text.strip().rstrip("'")
    parts = tuple(
        (match[1] if match[1] is not None else match[2]).strip()
        for match in NAME_PARTS.finditer(text)
    )
    if not parts or not all(parts):
        raise TicketSQLError(
            "A field name is empty", position=position, expected="a field name"
        )
    return FieldName(parts, text, position)


def _value(tree: "Tree[Token]") -> Value:
    token = _token(tree)
    position = _start(token)
    if token.type == "STRING":
        return Text(_unquote(token), position)
    if token.type == "NULL":
        return Null(position)
    if token.type == "NAME":
        return Column(field_name(str(token), position))
    if len(token) > MOST_DIGITS:
        raise TicketSQLError("The number is too long", position=position)
    number = float(token) if "." in token else int(token)
    return Number(number, str(token), position)


def _column_in_quotes(value: Text) -> Value:
    """Read 'CF.{Name}' as the custom field; RT's interfaces write it so."""
    if CUSTOM_FIELD_TEXT.fullmatch(value.value):
        return Column(field_name(value.value, value.position))
    return value


def _unquote(token: Token) -> str:
    return ESCAPED.sub(r"\1", token[1:-1])


def _has(children: list["Token | Tree[Token]"], kind: str) -> bool:
    return any(isinstance(child, Token) and child.type == kind for child in children)


def _subtree(child: "Token | Tree[Token]") -> "Tree[Token]":
    return cast("Tree[Token]", child)


def _token(tree: "Tree[Token]") -> Token:
    return cast(Token, tree.children[0])


def _start(token: Token) -> int:
    return token.start_pos or 0


def _bad_character(text: str, position: int) -> TicketSQLError:
    character = text[position]
    if character in "'\"":
        message = "The quote is not closed"
    elif character == "{":
        message = "The brace is not closed or stands in the wrong place"
    elif character.isdigit():
        message = "A value that is not just a number needs quotes"
    else:
        message = f"Unexpected {character!r}"
    return _located(message, text, position)


def _bad_token(text: str, error: UnexpectedToken | UnexpectedEOF) -> TicketSQLError:
    token = error.token
    known: set[str] = set(getattr(error, "accepts", None) or error.expected)
    expected = next((words for name, words in EXPECTED if name in known), "")
    if token is None or token.type == "$END":
        at_end = "The query ends too early"
        if known >= {"RPAR"}:
            at_end = "A parenthesis is not closed"
            expected = "a closing parenthesis"
        return _located(at_end, text, len(text.rstrip()), expected)
    if token.type == "RPAR" and not known & {"NUMBER", "NAME"} and "RPAR" not in known:
        return _located("A parenthesis was not opened", text, _start(token))
    shown = str(token) if len(token) <= 40 else f"{token[:40]}…"
    suggestion = nearest(str(token), known=WORDS) if token.type == "NAME" else ""
    return _located(f"Unexpected {shown}", text, _start(token), expected, suggestion)


def _located(
    message: str, text: str, position: int, expected: str = "", suggestion: str = ""
) -> TicketSQLError:
    shown = f'{message} in "{excerpt(text, position=position)}"'
    return TicketSQLError(
        shown,
        position=position,
        expected=expected,
        suggestion=suggestion,
        code="syntax",
    )
