"""Text → tree: precedence, words in any case, and never anything but our error."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.search import TicketSQLError, parse, quote
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
)

WORDS = [
    *("Status", "Owner", "id", "CF.{A b}", "'CF.{x}'", "Requestor.Name", "Due"),
    *("=", "!=", "<", "<=", "LIKE", "not like", "STARTSWITH", "IS", "IN", "BETWEEN"),
    *("AND", "OR", "NOT", "(", ")", ",", "NULL", "SHALLOW", "+", "{", "}", "."),
    *("'open'", '"new"', "'it\\'s'", "'", '"', "\\", "12", "-3", "1.5", "0x", "é"),
]


def shape(node: Node) -> str:
    """Write a tree with all its parentheses, fields alone standing for conditions."""
    if isinstance(node, Not):
        return f"!{shape(node.operand)}"
    if isinstance(node, And | Or):
        word = "&" if isinstance(node, And) else "|"
        return f"({word.join(shape(operand) for operand in node.operands)})"
    return node.field.text


@pytest.mark.parametrize(
    ("query", "usual", "like_rt"),
    [
        ("a=1 AND b=1", "(a&b)", "(a&b)"),
        ("a=1 OR b=1 AND c=1", "(a|(b&c))", "(a&b&c)"),
        ("a=1 AND b=1 OR c=1", "((a&b)|c)", "(a|b|c)"),
        ("a=1 OR b=1 OR c=1", "(a|b|c)", "(a|b|c)"),
        ("(a=1 OR b=1) AND c=1", "((a|b)&c)", "((a|b)&c)"),
        ("a=1 OR (b=1 OR c=1 AND d=1)", "(a|(b|(c&d)))", "(a|(b&c&d))"),
        ("NOT a=1 AND b=1", "(!a&b)", "(!a&b)"),
        ("NOT (a=1 OR b=1)", "!(a|b)", "!(a|b)"),
        ("NOT NOT a=1", "a", "a"),
        ("a NOT IN (1) OR b=1", "(!a|b)", "(!a|b)"),
        ("a BETWEEN 1 AND 2 AND b=1", "(a&b)", "(a&b)"),
        ("a NOT BETWEEN 1 AND 2 OR b=1", "(!a|b)", "(!a|b)"),
        ("((((a=1))))", "a", "a"),
    ],
)
def test_precedence(query: str, usual: str, like_rt: str) -> None:
    assert shape(parse(query)) == usual
    assert shape(parse(query, rt_precedence=True)) == like_rt


@pytest.mark.parametrize(
    ("query", "operator", "values"),
    [
        ("a = 'x'", Operator.EQUAL, (Text("x", 4),)),
        ('a != "x"', Operator.NOT_EQUAL, (Text("x", 5),)),
        ("a <> 'x'", Operator.NOT_EQUAL, (Text("x", 5),)),
        ("a<=-5", Operator.LESS_OR_EQUAL, (Number(-5, "-5", 3),)),
        ("a > 007", Operator.GREATER, (Number(7, "007", 4),)),
        ("a < 1.5", Operator.LESS, (Number(1.5, "1.5", 4),)),
        ("a like 'x'", Operator.LIKE, (Text("x", 7),)),
        ("a Not  Like 'x'", Operator.NOT_LIKE, (Text("x", 12),)),
        ("a NOT STARTSWITH 'x'", Operator.NOT_STARTS_WITH, (Text("x", 17),)),
        ("a IS NULL", Operator.IS, (Null(5),)),
        ("a is not null", Operator.IS_NOT, (Null(9),)),
        ("a IS 'anything'", Operator.IS, (Null(5),)),
        ("a IN (1,'x')", Operator.IN, (Number(1, "1", 6), Text("x", 8))),
        (r"a = 'it\'s \\ x'", Operator.EQUAL, (Text("it's \\ x", 4),)),
        ("a = b", Operator.EQUAL, (Column(FieldName(("b",), "b", 4)),)),
    ],
)
def test_operators_and_values(
    query: str, operator: Operator, values: tuple[object, ...]
) -> None:
    node = parse(query)
    assert isinstance(node, Condition)
    assert (node.operator, node.values) == (operator, values)


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("Requestor.EmailAddress = 1", ("Requestor", "EmailAddress")),
        ("CF.{Asset Tag} = 1", ("CF", "Asset Tag")),
        ("'CF.{Asset Tag}' = 1", ("CF", "Asset Tag")),
        ('"CF.{It\'s}" = 1', ("CF", "It's")),
        ("CF.Help.{Asset Tag} = 1", ("CF", "Help", "Asset Tag")),
        ("CF.{Help Desk}.{Asset Tag} = 1", ("CF", "Help Desk", "Asset Tag")),
        ("CF.5 = 1", ("CF", "5")),
        ("CF.{Größe}.Content = 1", ("CF", "Größe", "Content")),
        ("(CF.{Tags}'='x')", ("CF", "Tags")),
    ],
)
def test_field_names(query: str, parts: tuple[str, ...]) -> None:
    node = parse(query)
    assert isinstance(node, Condition)
    assert node.field.parts == parts


def test_custom_field_in_quotes_is_a_column_but_for_like() -> None:
    compared, searched = parse("a = 'CF.{B}'"), parse("a LIKE 'CF.{B}'")
    assert isinstance(compared, Condition)
    assert isinstance(searched, Condition)
    assert isinstance(compared.value, Column)
    assert searched.value == Text("CF.{B}", 7)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_tree_or_our_error(text: str) -> None:
    _parses_or_says_why(text)


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.booleans())
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_words_give_a_tree_or_our_error(words: list[str], spaced: bool) -> None:
    _parses_or_says_why((" " if spaced else "").join(words))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_quoted_text_comes_back_as_it_was(text: str) -> None:
    node = parse(f"a LIKE {quote(text)}")
    assert isinstance(node, Condition)
    assert node.value == Text(text, 7)


def _parses_or_says_why(text: str) -> None:
    began = time.monotonic()
    for rt_precedence in (False, True):
        error = _error(text, rt_precedence)
        if error is not None:
            assert str(error)
            assert error.position is None or 0 <= error.position <= len(text)
    assert time.monotonic() - began < 2


def _error(text: str, rt_precedence: bool) -> TicketSQLError | None:
    try:
        parse(text, rt_precedence=rt_precedence)
    except TicketSQLError as error:
        return error
    return None
