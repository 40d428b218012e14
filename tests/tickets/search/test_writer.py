"""Tree → text: what is written reads back as the same tree, to RT as well."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tickets.search.test_fuzz import VALUES, queries
from tickets.search import TicketSQLError, parse
from tickets.search.nodes import (
    And,
    Column,
    Condition,
    FieldName,
    Node,
    Not,
    Null,
    Or,
    Value,
)
from tickets.search.writer import write


def bare(node: Node) -> Node:
    """Return a tree without the places its parts had in a text."""
    if isinstance(node, Not):
        return Not(bare(node.operand))
    if isinstance(node, And | Or):
        return type(node)(tuple(bare(operand) for operand in node.operands))
    values = tuple(_bare_value(value) for value in node.values)
    return replace(node, field=_bare_field(node.field), values=values)


def _bare_field(field: FieldName) -> FieldName:
    return FieldName(field.parts, "", 0)


def _bare_value(value: Value) -> Value:
    if isinstance(value, Column):
        return Column(_bare_field(value.field))
    return Null(0) if isinstance(value, Null) else replace(value, position=0)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a=1 AND b=2 OR c=3", "(a = 1 AND b = 2) OR c = 3"),
        ("a=1 and (b=2 and c=3)", "a = 1 AND (b = 2 AND c = 3)"),
        ("NOT (a=1 OR b=2)", "NOT (a = 1 OR b = 2)"),
        ("NOT a LIKE 'x'", "NOT a LIKE 'x'"),
        ("a not in (1,'2')", "a NOT IN (1, '2')"),
        ("NOT a BETWEEN 1 AND 2", "a NOT BETWEEN 1 AND 2"),
        ('a is "NULL"', "a IS NULL"),
        ("a = NULL", "a = NULL"),
        ("'CF.{Asset Tag}' LIKE 'it\\'s'", "CF.{Asset Tag} LIKE 'it\\'s'"),
        ("cf.Net.{x y} > Due", "cf.{Net}.{x y} > Due"),
        ("Cc.Name SHALLOW = 'bob'", "Cc.Name SHALLOW = 'bob'"),
        ("a =+5", "a =+5"),
        ("a IN (+1, 007)", "a IN (+1, 007)"),
        ("a = 'CF.x'", "a = CF.{x}"),
        ("a IN ('CF.x')", "a IN ('CF.x')"),
        ("'in' = 1", "'in' = 1"),
        ("'{Two words}.x' = 1", "'{Two words}.x' = 1"),
    ],
)
def test_written(text: str, written: str) -> None:
    assert write(parse(text)) == written
    assert bare(parse(written)) == bare(parse(text))


@given(query=queries(VALUES))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_reads_back_as_the_same_tree(query: str) -> None:
    """Both for us and for RT, whose reading the parentheses leave nothing to."""
    for like_rt in (False, True):
        try:
            tree = parse(query, rt_precedence=like_rt)
        except TicketSQLError:
            continue
        text = write(tree)
        assert bare(parse(text)) == bare(tree)
        assert bare(parse(text, rt_precedence=True)) == bare(tree)


def test_a_text_that_looks_like_a_field_stays_a_text() -> None:
    """Between signs RT reads 'CF.x' as the field."""
    inside = parse("Subject IN ('CF.x')")
    assert isinstance(inside, Condition)
    equal = parse("Subject = 'x'")
    assert isinstance(equal, Condition)
    text = write(replace(equal, values=inside.values))
    assert text == "Subject IN ('CF.x')"
