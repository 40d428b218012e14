"""A layout: rows of columns of portlets, as values that can be rearranged.

Every change returns a new layout. Rows and portlets have keys that stay the same while
things move, so that two people who arrange at once do not move each other's portlets.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError

from tickets.dashboards.kinds import FACTS, Kind

MOST_ROWS: Final = 12
MOST_PORTLETS: Final = 40
LONGEST_TITLE: Final = 120
LARGEST_KEY: Final = 100_000


class LayoutError(ValidationError):
    """A layout that cannot be, or a change that leads to one."""

    def __init__(self, message: str, *, code: str = "layout") -> None:
        super().__init__(message, code=code)


class Shape(StrEnum):
    """How wide the columns of a row are."""

    WHOLE = "whole"
    HALVES = "halves"
    WIDE_NARROW = "wide-narrow"
    NARROW_WIDE = "narrow-wide"
    TWO_THIRDS = "two-thirds"
    ONE_THIRD = "one-third"
    THIRDS = "thirds"
    QUARTERS = "quarters"

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return _COLUMNS[self]

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_COLUMNS: Final = {
    Shape.WHOLE: 1,
    Shape.HALVES: 2,
    Shape.WIDE_NARROW: 2,
    Shape.NARROW_WIDE: 2,
    Shape.TWO_THIRDS: 2,
    Shape.ONE_THIRD: 2,
    Shape.THIRDS: 3,
    Shape.QUARTERS: 4,
}
_LABELS: Final = {
    Shape.WHOLE: "One column",
    Shape.HALVES: "Two halves",
    Shape.WIDE_NARROW: "Wide column, side column",
    Shape.NARROW_WIDE: "Side column, wide column",
    Shape.TWO_THIRDS: "Two thirds, one third",
    Shape.ONE_THIRD: "One third, two thirds",
    Shape.THIRDS: "Three columns",
    Shape.QUARTERS: "Four columns",
}


class Direction(StrEnum):
    """Which way a portlet is moved."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Portlet:
    """One box. ``target`` is the number of what is shown, where that is saved."""

    key: int
    kind: Kind
    target: int | None = None
    title: str = ""
    rows: int | None = None

    @property
    def shown_rows(self) -> int:
        """How many rows it shows."""
        return self.rows or FACTS[self.kind].rows


Column = tuple[Portlet, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Columns side by side."""

    key: int
    shape: Shape
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a portlet is, counted from 0."""

    row: int
    column: int
    position: int


@dataclass(frozen=True, slots=True)
class Layout:
    """All rows of a dashboard."""

    rows: tuple[Row, ...]

    def portlets(self) -> Iterator[Portlet]:
        """Yield the portlets in the order in which they are read."""
        for row in self.rows:
            for column in row.columns:
                yield from column

    def targets(self, kind: Kind) -> set[int]:
        """Return the numbers of what its portlets of a kind show."""
        return {p.target for p in self.portlets() if p.kind == kind and p.target}

    # --- changes -----------------------------------------------------------------

    def with_portlet(
        self, kind: Kind, *, row: int, column: int, target: int | None = None
    ) -> "Layout":
        """Add a portlet at the end of a column of the row with that key.

        Raises:
            LayoutError: there is no such row, or there are too many portlets.
        """
        if len(list(self.portlets())) >= MOST_PORTLETS:
            raise LayoutError(f"A dashboard has at most {MOST_PORTLETS} parts.")
        portlet = Portlet(self._next_key(), kind, target)
        return self._put(portlet, self._row(row), column, LARGEST_KEY)

    def without_portlet(self, key: int) -> "Layout":
        """Take a portlet away."""
        place = self.place_of(key)
        return self._with_column(
            place,
            tuple(p for p in self._column(place) if p.key != key),
        )

    def with_settings(self, key: int, *, title: str, rows: int | None) -> "Layout":
        """Give a portlet a title of its own, "" for the usual one, and rows."""
        place = self.place_of(key)
        return self._with_column(
            place,
            tuple(
                replace(p, title=title, rows=rows) if p.key == key else p
                for p in self._column(place)
            ),
        )

    def moved(self, key: int, direction: Direction) -> "Layout":
        """Move a portlet by one place; at an edge it stays where it is.

        Up and down lead through the rows, into the column nearest to its own.
        """
        at = self.place_of(key)
        row, column, position = at.row, at.column, at.position
        if direction in {Direction.LEFT, Direction.RIGHT}:
            column += -1 if direction is Direction.LEFT else 1
            if not 0 <= column < len(self.rows[row].columns):
                return self
        elif direction is Direction.UP:
            if position == 0 and row == 0:
                return self
            row, position = (row, position - 1) if position else (row - 1, LARGEST_KEY)
        else:
            is_last = position == len(self._column(at)) - 1
            if is_last and row == len(self.rows) - 1:
                return self
            row, position = (row + 1, 0) if is_last else (row, position + 1)
        return self.placed(key, row=row, column=column, position=position)

    def placed(self, key: int, *, row: int, column: int, position: int) -> "Layout":
        """Put a portlet at a place, counted without the portlet itself."""
        portlet = self.portlet(key)
        if not 0 <= row < len(self.rows):
            raise LayoutError("There is no such row.", code="gone")
        return self.without_portlet(key)._put(portlet, row, column, position)

    def with_row(self, shape: Shape) -> "Layout":
        """Add an empty row at the end."""
        if len(self.rows) >= MOST_ROWS:
            raise LayoutError(f"A dashboard has at most {MOST_ROWS} rows.")
        row = Row(self._next_key(), shape, ((),) * shape.columns)
        return Layout((*self.rows, row))

    def without_row(self, key: int) -> "Layout":
        """Take a row away; what was in it goes to the row above, else below."""
        if len(self.rows) == 1:
            raise LayoutError("A dashboard has at least one row.")
        index = self._row(key)
        others = [row for row in self.rows if row.key != key]
        heir = max(index - 1, 0)
        columns = list(others[heir].columns)
        for number, column in enumerate(self.rows[index].columns):
            into = min(number, len(columns) - 1)
            is_above = index > 0
            columns[into] = (
                columns[into] + column if is_above else column + columns[into]
            )
        others[heir] = replace(others[heir], columns=tuple(columns))
        return Layout(tuple(others))

    def with_row_moved(self, key: int, direction: Direction) -> "Layout":
        """Move a row up or down; at an edge it stays where it is."""
        index = self._row(key)
        rows = list(self.rows)
        to = index + (-1 if direction is Direction.UP else 1)
        rows.insert(min(max(to, 0), len(rows) - 1), rows.pop(index))
        return Layout(tuple(rows))

    def reshaped(self, key: int, shape: Shape) -> "Layout":
        """Give a row other columns; what no longer has one goes to the last."""
        index = self._row(key)
        columns = list(self.rows[index].columns)
        kept, rest = columns[: shape.columns], columns[shape.columns :]
        kept += [()] * (shape.columns - len(kept))
        kept[-1] = sum(rest, kept[-1])
        rows = list(self.rows)
        rows[index] = Row(key, shape, tuple(kept))
        return Layout(tuple(rows))

    # --- finding -----------------------------------------------------------------

    def portlet(self, key: int) -> Portlet:
        """Return the portlet with a key.

        Raises:
            LayoutError: somebody has removed it.
        """
        place = self.place_of(key)
        return self._column(place)[place.position]

    def place_of(self, key: int) -> Place:
        """Return where the portlet with a key is.

        Raises:
            LayoutError: somebody has removed it.
        """
        for row_number, row in enumerate(self.rows):
            for column_number, column in enumerate(row.columns):
                for position, portlet in enumerate(column):
                    if portlet.key == key:
                        return Place(row_number, column_number, position)
        raise LayoutError("This part has been removed meanwhile.", code="gone")

    def _row(self, key: int) -> int:
        for index, row in enumerate(self.rows):
            if row.key == key:
                return index
        raise LayoutError("This row has been removed meanwhile.", code="gone")

    def _column(self, place: Place) -> Column:
        return self.rows[place.row].columns[place.column]

    def _with_column(self, place: Place, column: Column) -> "Layout":
        row = self.rows[place.row]
        columns = list(row.columns)
        columns[place.column] = column
        rows = list(self.rows)
        rows[place.row] = replace(row, columns=tuple(columns))
        return Layout(tuple(rows))

    def _put(self, portlet: Portlet, row: int, column: int, position: int) -> "Layout":
        place = Place(row, min(max(column, 0), len(self.rows[row].columns) - 1), 0)
        portlets = list(self._column(place))
        portlets.insert(max(position, 0), portlet)
        return self._with_column(place, tuple(portlets))

    def _next_key(self) -> int:
        keys = {row.key for row in self.rows} | {p.key for p in self.portlets()}
        return max(keys, default=0) + 1


EMPTY_ROW: Final = Row(1, Shape.WHOLE, ((),))


def _column_of(first_key: int, *kinds: Kind) -> Column:
    return tuple(Portlet(key, kind) for key, kind in enumerate(kinds, first_key))


# What everybody begins with: what to do next at the left, what to do it with at the
# right.
BUILT_IN: Final = Layout(
    (
        Row(
            1,
            Shape.WIDE_NARROW,
            (
                _column_of(
                    2, Kind.MY_TICKETS, Kind.UNOWNED_TICKETS, Kind.BOOKMARKED_TICKETS
                ),
                _column_of(5, Kind.QUICK_CREATE, Kind.QUEUE_LIST, Kind.MY_REMINDERS),
            ),
        ),
    )
)
