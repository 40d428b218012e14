"""Layouts: read, rearranged, written; and what is no layout."""

from collections.abc import Callable
from typing import Any

import pytest

from tickets.dashboards.kinds import Kind
from tickets.dashboards.layout import (
    BUILT_IN,
    MOST_PORTLETS,
    MOST_ROWS,
    Direction,
    Layout,
    LayoutError,
    Shape,
)
from tickets.dashboards.stored import layout_json, read_layout


def part(key: int, kind: str = "QueueList", **more: Any) -> dict[str, Any]:
    """Return a stored part."""
    return {"key": key, "kind": kind, **more}


def row(key: int, shape: str, *columns: list[Any]) -> dict[str, Any]:
    """Return a stored row."""
    return {"key": key, "shape": shape, "columns": list(columns)}


def keys(layout: Layout) -> list[list[list[int]]]:
    """Return the keys of the parts as they stand."""
    return [[[p.key for p in c] for c in r.columns] for r in layout.rows]


TWO_ROWS = read_layout(
    {
        "rows": [
            row(1, "halves", [part(10), part(11)], [part(12)]),
            row(2, "whole", [part(13)]),
        ]
    }
)


def test_what_is_written_can_be_read() -> None:
    """The built-in layout too, and nothing stored is one empty row."""
    assert read_layout(layout_json(BUILT_IN)) == BUILT_IN
    assert keys(read_layout({})) == [[[]]]


@pytest.mark.parametrize(
    ("key", "to", "expected"),
    [
        (10, "up", [[[10, 11], [12]], [[13]]]),
        (11, "up", [[[11, 10], [12]], [[13]]]),
        (10, "down", [[[11, 10], [12]], [[13]]]),
        (11, "down", [[[10], [12]], [[11, 13]]]),
        (13, "up", [[[10, 11, 13], [12]], [[]]]),
        (13, "down", [[[10, 11], [12]], [[13]]]),
        (10, "right", [[[11], [10, 12]], [[13]]]),
        (12, "left", [[[12, 10, 11], []], [[13]]]),
        (12, "right", [[[10, 11], [12]], [[13]]]),
    ],
)
def test_moving_a_part(key: int, to: str, expected: Any) -> None:
    """Through columns and rows; at an edge it stays."""
    assert keys(TWO_ROWS.moved(key, Direction(to))) == expected


def test_dropping_a_part() -> None:
    """The place is counted without the part itself; beyond the end is the end."""
    assert keys(TWO_ROWS.placed(10, row=0, column=0, position=1))[0] == [[11, 10], [12]]
    assert keys(TWO_ROWS.placed(10, row=1, column=9, position=99)) == [
        [[11], [12]],
        [[13, 10]],
    ]


def test_adding_and_removing() -> None:
    """A new part has a key of its own, and the others keep theirs."""
    layout = TWO_ROWS.with_portlet(Kind.MY_REMINDERS, row=2, column=0)
    assert keys(layout) == [[[10, 11], [12]], [[13, 14]]]
    assert keys(layout.without_portlet(11)) == [[[10], [12]], [[13, 14]]]


def test_rows() -> None:
    """Added, moved, reshaped and removed without losing a part."""
    layout = TWO_ROWS.with_row(Shape.THIRDS)
    assert keys(layout)[-1] == [[], [], []]
    assert [r.key for r in layout.with_row_moved(2, Direction.UP).rows][:2] == [2, 1]
    assert keys(TWO_ROWS.reshaped(1, Shape.WHOLE))[0] == [[10, 11, 12]]
    assert sorted(p.key for p in TWO_ROWS.without_row(1).portlets()) == [10, 11, 12, 13]
    assert keys(TWO_ROWS.without_row(2)) == [[[10, 11, 13], [12]]]


GONE: dict[str, Callable[[], Layout]] = {
    "part": lambda: TWO_ROWS.without_portlet(99),
    "row": lambda: TWO_ROWS.reshaped(99, Shape.WHOLE),
    "last row": lambda: BUILT_IN.without_row(1),
    "place": lambda: TWO_ROWS.placed(10, row=9, column=0, position=0),
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_what_is_gone_is_said(change: Callable[[], Layout]) -> None:
    """Somebody else was faster."""
    with pytest.raises(LayoutError):
        change()


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "rows",
        {"rows": {}},
        {"rows": ["x"]},
        {"rows": [row(1, "no-such-shape", [])]},
        {"rows": [row(1, "halves", [])]},
        {"rows": [{"key": 1, "shape": "whole", "columns": [None]}]},
        {"rows": [row(0, "whole", [])]},
        {"rows": [row(True, "whole", [])]},
        {"rows": [row(1, "whole", [part(1)])]},
        {"rows": [row(1, "whole", [part(2), part(2)])]},
        {"rows": [row(1, "whole", ["x"])]},
        {"rows": [row(1, "whole", [part(2, "NoSuchKind")])]},
        {"rows": [row(1, "whole", [part(2, "Search")])]},
        {"rows": [row(1, "whole", [part(2, "Search", id="7")])]},
        {"rows": [row(1, "whole", [part(2, "Search", id=2**63)])]},
        {"rows": [row(1, "whole", [part(2, id=7)])]},
        {"rows": [row(1, "whole", [part(2, title="x" * 121)])]},
        {"rows": [row(1, "whole", [part(2, title=7)])]},
        {"rows": [row(1, "whole", [part(2, rows=0)])]},
        {"rows": [row(1, "whole", [part(2, rows=101)])]},
        {"rows": [row(n, "whole", []) for n in range(1, MOST_ROWS + 2)]},
        {"rows": [row(1, "whole", [part(n) for n in range(2, MOST_PORTLETS + 3)])]},
    ],
)
def test_what_is_no_layout(stored: Any) -> None:
    """Stored JSON is believed nothing."""
    with pytest.raises(LayoutError):
        read_layout(stored)


def test_there_is_a_limit_of_parts_and_rows() -> None:
    """A change that leads beyond them is refused."""
    full = read_layout(
        {"rows": [row(1, "whole", [part(n) for n in range(2, MOST_PORTLETS + 2)])]}
    )
    with pytest.raises(LayoutError, match="at most"):
        full.with_portlet(Kind.QUEUE_LIST, row=1, column=0)
    long = read_layout({"rows": [row(n, "whole", []) for n in range(1, MOST_ROWS + 1)]})
    with pytest.raises(LayoutError, match="at most"):
        long.with_row(Shape.WHOLE)
