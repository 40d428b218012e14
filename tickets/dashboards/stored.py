"""Layouts as they are stored: JSON, which is believed nothing."""

from collections.abc import Mapping
from typing import Any, Final

from tickets.dashboards.kinds import MOST_PORTLET_ROWS, SAVED, Kind
from tickets.dashboards.layout import (
    EMPTY_ROW,
    LARGEST_KEY,
    LONGEST_TITLE,
    MOST_PORTLETS,
    MOST_ROWS,
    Layout,
    LayoutError,
    Portlet,
    Row,
    Shape,
)

LARGEST_ID: Final = 2**63 - 1


def read_layout(stored: Any) -> Layout:
    """Read what is stored; nothing at all is one empty row.

    Raises:
        LayoutError: it is no layout, or larger than one may be.
    """
    if not isinstance(stored, Mapping):
        raise LayoutError("A layout is an object with rows.")
    rows = stored.get("rows", [])
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise LayoutError(f"A dashboard has at most {MOST_ROWS} rows.")
    layout = Layout(tuple(map(_read_row, rows)) or (EMPTY_ROW,))
    portlets = list(layout.portlets())
    if len(portlets) > MOST_PORTLETS:
        raise LayoutError(f"A dashboard has at most {MOST_PORTLETS} parts.")
    keys = [row.key for row in layout.rows] + [p.key for p in portlets]
    if len(set(keys)) != len(keys):
        raise LayoutError("Two parts of the layout have the same key.")
    return layout


def _read_row(stored: Any) -> Row:
    if not isinstance(stored, Mapping):
        raise LayoutError("A row is an object with a shape and columns.")
    try:
        shape = Shape(stored.get("shape", ""))
    except ValueError as error:
        raise LayoutError("There is no such shape of a row.") from error
    columns = stored.get("columns")
    if not isinstance(columns, list) or len(columns) != shape.columns:
        raise LayoutError(f"A row of this shape has {shape.columns} columns.")
    if not all(isinstance(column, list) for column in columns):
        raise LayoutError("A column is a list of parts.")
    key = _whole(stored.get("key"), "key", 1, LARGEST_KEY)
    read = tuple(tuple(map(_read_portlet, column)) for column in columns)
    return Row(key, shape, read)


def _read_portlet(stored: Any) -> Portlet:
    if not isinstance(stored, Mapping):
        raise LayoutError("A part is an object with a kind.")
    try:
        kind = Kind(stored.get("kind", ""))
    except ValueError as error:
        raise LayoutError("There is no such kind of part.") from error
    target, title, rows = stored.get("id"), stored.get("title", ""), stored.get("rows")
    if kind in SAVED:
        target = _whole(target, "id", 1, LARGEST_ID)
    elif target is not None:
        raise LayoutError(f"{kind} shows nothing that is saved.")
    if not isinstance(title, str) or len(title) > LONGEST_TITLE:
        raise LayoutError(f"A title has at most {LONGEST_TITLE} characters.")
    if rows is not None:
        rows = _whole(rows, "rows", 1, MOST_PORTLET_ROWS)
    key = _whole(stored.get("key"), "key", 1, LARGEST_KEY)
    return Portlet(key, kind, target, title, rows)


def _whole(value: Any, name: str, least: int, most: int) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        raise LayoutError(f"{name} is a number from {least} to {most}.")
    return int(value)


def layout_json(layout: Layout) -> dict[str, Any]:
    """Return what is stored of a layout."""
    return {
        "rows": [
            {
                "key": row.key,
                "shape": str(row.shape),
                "columns": [list(map(_portlet_json, c)) for c in row.columns],
            }
            for row in layout.rows
        ]
    }


def _portlet_json(portlet: Portlet) -> dict[str, Any]:
    stored: dict[str, Any] = {"key": portlet.key, "kind": str(portlet.kind)}
    if portlet.target is not None:
        stored["id"] = portlet.target
    if portlet.title:
        stored["title"] = portlet.title
    if portlet.rows is not None:
        stored["rows"] = portlet.rows
    return stored
