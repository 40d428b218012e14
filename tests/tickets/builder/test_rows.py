"""Rows and text say the same: tree → rows → tree, whatever the query."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tickets.search.answering import answer
from tests.tickets.search.conftest import NOW, World, loaded, world
from tests.tickets.search.corpus import corpus
from tests.tickets.search.test_fuzz import VALUES, queries
from tickets.builder import Group, Mode, Row, rows_of, tree_of
from tickets.builder.rows import WRITTEN, rows_in
from tickets.builder.to_tree import same_meaning
from tickets.search import TicketSQLError, parse, search
from tickets.search.context import Context
from tickets.search.writer import write

__all__ = ["loaded", "world"]  # fixtures

pytestmark = pytest.mark.django_db


def rows(query: str, world: World, name: str = "root") -> Group:
    """Return the rows of a query for one of the people."""
    context = Context(user=world.named(name), now=NOW)
    return rows_of(parse(query), context=context)


def test_a_simple_query(world: World) -> None:
    found = rows("status='open' and Owners.x = 1 or queue != 'Network'", world)
    assert found.mode is Mode.ANY
    both, queue = found.items
    assert isinstance(both, Group)
    assert both.items[0] == Row(2, "Status", "=", ("open",))
    assert both.items[1] == Row(3, WRITTEN, values=("Owners.x = 1",))
    assert queue == Row(4, "Queue", "!=", ("Network",))


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("Requestors.city STARTSWITH 'Os'", ("Requestor.City", "STARTSWITH", "Os")),
        ("lastcontact BETWEEN '1 May' AND 'now'", ("Told", "BETWEEN", "1 May", "now")),
        ("Status NOT IN ('new','open')", ("Status", "NOT IN", "new", "open")),
        ("Due = NULL", ("Due", "IS")),
        ("Due IS NOT 'x'", ("Due", "IS NOT")),
        ("LastUpdated > Resolved", ("LastUpdated", "> FIELD", "Resolved")),
        ("Due < CF.{Deadline}", ("Due", "< FIELD", "CF.{Deadline}")),
        ("CF.Location LIKE 'x'", ("CF.{Location}", "LIKE", "x")),
        ("customfield.{location}='x'", ("CF.{location}", "=", "x")),
        ("Priority > '5'", ("Priority", ">", "5")),
        ("DependsOn = 12", ("DependsOn", "=", "12")),
        ("created.dayofweek = 'Mon'", ("Created.DayOfWeek", "=", "Mon")),
        ("Due.Date > '2026-05-01'", ("Due.Daily", ">", "2026-05-01")),
        ("id = '__Bookmarked__'", ("id", "=", "__Bookmarked__")),
    ],
)
def test_one_condition(world: World, query: str, row: tuple[str, ...]) -> None:
    (only,) = rows(query, world).items
    assert isinstance(only, Row)
    assert (only.field, only.operator, *only.values) == row


@pytest.mark.parametrize(
    "query",
    [
        "Subject = ''",
        "id IN (1, NULL)",
        "Status IN ('new', Subject)",
        "Queue < 'x'",
        "Nonsense = 1",
        "CF.{Nowhere} = 1",
        "Subject LIKE 'two\nlines'",
        "Due BETWEEN Created AND 'now'",
    ],
)
def test_what_fits_no_row_is_kept_as_it_is(world: World, query: str) -> None:
    (only,) = rows(query, world).items
    assert isinstance(only, Row)
    assert only.is_written
    tree = tree_of(only)
    assert tree is not None
    assert same_meaning(tree, parse(query))


def test_a_field_one_may_not_see_is_as_unknown_as_any(world: World) -> None:
    """What it is called for root tells the stranger nothing."""
    (seen,) = rows("CF.{Location} = 'x'", world).items
    (unseen,) = rows("CF.{Location} = 'x'", world, "stranger").items
    (absent,) = rows("CF.{Nowhere} = 'x'", world, "stranger").items
    assert isinstance(seen, Row)
    assert isinstance(unseen, Row)
    assert isinstance(absent, Row)
    assert not seen.is_written
    assert unseen.is_written
    assert absent.is_written


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        ("id=1 AND id=2", Mode.ALL),
        ("id=1 OR id=2", Mode.ANY),
        ("NOT (id=1 OR id=2)", Mode.NONE),
        ("NOT (id=1 AND id=2)", Mode.NOT_ALL),
        ("NOT Due = 'today'", Mode.NONE),
    ],
)
def test_modes(world: World, query: str, mode: Mode) -> None:
    assert rows(query, world).mode is mode


def test_rows_not_filled_in_are_left_out() -> None:
    whole = Group(items=(Row(1), Row(2, "Status"), Row(3, "Due", "BETWEEN", ("now",))))
    assert tree_of(whole) is None
    filled = replace(whole, items=(*whole.items, Row(4, "Owner", "=", ("bob",))))
    tree = tree_of(filled)
    assert tree is not None
    assert write(tree) == "Owner = 'bob'"


def test_a_row_of_text_may_hold_a_whole_query() -> None:
    row = Row(2, WRITTEN, values=("id = 1 OR id = 2",))
    tree = tree_of(Group(items=(Row(1, "Owner", "=", ("bob",)), row)))
    assert tree is not None
    assert write(tree) == "Owner = 'bob' AND (id = 1 OR id = 2)"


@pytest.mark.parametrize(
    "row", [Row(1, "Nonsense", "=", ("x",)), Row(1, WRITTEN, values=("a =",))]
)
def test_rows_that_make_no_sense(row: Row) -> None:
    with pytest.raises(TicketSQLError):
        tree_of(Group(items=(row,)))


@given(query=queries(VALUES))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_rows_give_back_the_same_query(world: World, query: str) -> None:
    """And through the text once more; what it finds is the same, or the same error."""
    text = query
    for like_rt in (False, True):
        try:
            tree = parse(query, rt_precedence=like_rt)
        except TicketSQLError:
            return
        whole = rows_of(tree, context=Context(user=world.root, now=NOW))
        keys = [row.key for row in rows_in(whole)]
        assert len(keys) == len(set(keys))
        back = tree_of(whole)
        assert back is not None
        assert same_meaning(back, tree)
        text = write(back)
        assert same_meaning(parse(text), tree)
    assert _found(world, text) == _found(world, query, like_rt=True)


def _found(world: World, query: str, *, like_rt: bool = False) -> object:
    try:
        found = search(query, user=world.root, now=NOW, rt_precedence=like_rt)
        return sorted(ticket.pk for ticket in found)
    except TicketSQLError as error:
        return error.code


def test_the_corpus_finds_the_same_by_way_of_rows(world: World) -> None:
    """Every query with known answers, read into rows and written anew."""
    for expected in corpus():
        user = world.named(expected.person)
        tree = parse(expected.query, rt_precedence=expected.is_read_like_rt)
        whole = rows_of(tree, context=Context(user=user, now=NOW))
        back = tree_of(whole)
        assert back is not None
        assert answer(write(back), person=expected.person) == expected.ids, expected
