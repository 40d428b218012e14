"""What the buttons do, shown by the text that comes of it."""

import pytest

from tickets.builder import Group, Mode, Row, tree_of
from tickets.builder.changes import CHANGES, MOST_ROWS, is_too_large
from tickets.builder.rows import find, next_key, rows_in
from tickets.search.writer import write


def row(key: int, operator: str = "=") -> Row:
    """Return the row `id = key`."""
    return Row(key, "id", operator, (str(key),))


# 1 and (2 or 3) and 4; the group has the key 9.
WHOLE = Group(items=(row(1), Group(9, Mode.ANY, (row(2), row(3))), row(4)))


def text(whole: Group) -> str:
    """Return the query of some rows, shortened to the numbers."""
    tree = tree_of(whole)
    assert tree is not None
    return write(tree).replace("id = ", "")


@pytest.mark.parametrize(
    ("change", "key", "expected"),
    [
        ("remove", 1, "(2 OR 3) AND 4"),
        ("remove", 9, "1 AND 4"),
        ("remove", 2, "1 AND 3 AND 4"),
        ("up", 1, "1 AND (2 OR 3) AND 4"),
        ("up", 4, "1 AND (2 OR 3 OR 4)"),
        ("down", 1, "(1 OR 2 OR 3) AND 4"),
        ("up", 3, "1 AND (3 OR 2) AND 4"),
        ("up", 2, "1 AND 2 AND 3 AND 4"),
        ("down", 3, "1 AND 2 AND 3 AND 4"),
        ("up", 9, "(2 OR 3) AND 1 AND 4"),
        ("down", 4, "1 AND (2 OR 3) AND 4"),
        ("unwrap", 9, "1 AND 2 AND 3 AND 4"),
        ("negate", 1, "id != 1 AND (2 OR 3) AND 4"),
        ("negate", 9, "1 AND NOT (2 OR 3) AND 4"),
        ("negate", 0, "NOT (1 AND (2 OR 3) AND 4)"),
        ("remove", 77, "1 AND (2 OR 3) AND 4"),
        ("add", 1, "1 AND (2 OR 3) AND 4"),
    ],
)
def test_change(change: str, key: int, expected: str) -> None:
    assert text(CHANGES[change](WHOLE, key)) == expected


def test_moving_goes_everywhere() -> None:
    """Nothing is lost or doubled on the way, and up undoes down."""
    whole = WHOLE
    for _ in range(5):
        whole = CHANGES["down"](whole, 1)
        assert sorted(one.key for one in rows_in(whole)) == [1, 2, 3, 4]
    assert text(whole) == "(2 OR 3) AND 4 AND 1"
    for _ in range(5):
        whole = CHANGES["up"](whole, 1)
    assert whole == WHOLE


def test_negating_twice() -> None:
    """What has no opposite of its own gets "none of" around it."""
    once = CHANGES["negate"](Group(items=(row(1, "<"),)), 1)
    assert text(once) == "NOT id < 1"
    assert text(CHANGES["negate"](once, once.items[0].key)) == "id < 1"
    beside = Row(1, "Due", "IS", ())
    assert text(CHANGES["negate"](Group(items=(beside,)), 1)) == "Due IS NOT NULL"


def test_adding() -> None:
    """New rows are empty, so that the query stays; new groups differ in mode."""
    whole = CHANGES["add"](WHOLE, 9)
    added = find(whole, 10)
    assert added == Row(10)
    whole = CHANGES["group"](WHOLE, 0)
    group = find(whole, 10)
    assert isinstance(group, Group)
    assert group.mode is Mode.ANY
    assert text(whole) == text(WHOLE)


def test_wrapping() -> None:
    """A group around a row says the same until something joins it."""
    whole = CHANGES["wrap"](WHOLE, 1)
    assert text(whole) == text(WHOLE)
    group = whole.items[0]
    assert isinstance(group, Group)
    assert group.mode is Mode.ANY
    assert next_key(whole) == 12


def test_size_is_bounded() -> None:
    assert not is_too_large(Group(items=tuple(row(n) for n in range(1, MOST_ROWS))))
    assert is_too_large(Group(items=tuple(row(n) for n in range(1, MOST_ROWS + 3))))
