"""The rows of the builder and how they are rearranged. Pure, and never in place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from tickets.search.nodes import POSITIVE_OF, Operator

# The field of a row that holds a condition as TicketSQL.
WRITTEN = "TicketSQL"
BESIDE = " FIELD"
NOT_IN = f"NOT {Operator.IN}"
NOT_BETWEEN = f"NOT {Operator.BETWEEN}"
ROOT = 0


class Mode(StrEnum):
    """Which rows of a group must match."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT_ALL = "not_all"

    @property
    def opposite(self) -> "Mode":
        """Return the mode that finds what this one leaves out."""
        return OPPOSITE_MODES[self]


OPPOSITE_MODES = {
    Mode.ALL: Mode.NOT_ALL,
    Mode.NOT_ALL: Mode.ALL,
    Mode.ANY: Mode.NONE,
    Mode.NONE: Mode.ANY,
}
_OPPOSITES = {
    negative.value: positive.value for negative, positive in POSITIVE_OF.items()
}
_OPPOSITES |= {NOT_IN: Operator.IN.value, NOT_BETWEEN: Operator.BETWEEN.value}
_OPPOSITES |= {"!= FIELD": "= FIELD"}
OPPOSITE_OPERATORS = _OPPOSITES | {
    second: first for first, second in _OPPOSITES.items()
}


@dataclass(frozen=True, slots=True)
class Row:
    """Field, operator and values as the form has them; the key names it there.

    The operator is that of TicketSQL, with ``NOT`` before IN and BETWEEN, and
    ``FIELD`` behind it where the value is another field.
    """

    key: int
    field: str = ""
    operator: str = Operator.EQUAL.value
    values: tuple[str, ...] = ()
    is_shallow: bool = False

    @property
    def is_written(self) -> bool:
        """Say whether the row holds TicketSQL instead of a field and its value."""
        return self.field == WRITTEN


@dataclass(frozen=True, slots=True)
class Group:
    """Rows and groups of which all, some or none must match."""

    key: int = ROOT
    mode: Mode = Mode.ALL
    items: tuple["Item", ...] = ()


Item: TypeAlias = Row | Group


def walk(group: Group) -> Iterator[Item]:
    """Yield everything below a group, top down."""
    for item in group.items:
        yield item
        if isinstance(item, Group):
            yield from walk(item)


def rows_in(group: Group) -> list[Row]:
    """Return every row, however deep."""
    return [item for item in walk(group) if isinstance(item, Row)]


def next_key(group: Group) -> int:
    """Return a key that nothing has."""
    return 1 + max((item.key for item in walk(group)), default=group.key)


def find(group: Group, key: int) -> Item | None:
    """Return what has a key, the group itself included."""
    if group.key == key:
        return group
    return next((item for item in walk(group) if item.key == key), None)


def parent_of(group: Group, key: int) -> Group | None:
    """Return the group in which something stands."""
    groups = [group, *(item for item in walk(group) if isinstance(item, Group))]
    for one in groups:
        if any(item.key == key for item in one.items):
            return one
    return None


def changed(
    group: Group, key: int, change: Callable[[Item], tuple[Item, ...]]
) -> Group:
    """Put in place of one item whatever the change makes of it."""
    items: list[Item] = []
    for item in group.items:
        if item.key == key:
            items += change(item)
        elif isinstance(item, Group):
            items.append(changed(item, key, change))
        else:
            items.append(item)
    return replace(group, items=tuple(items))


def with_items(group: Group, key: int, items: tuple[Item, ...]) -> Group:
    """Give the group of that key, which may be the whole, other items."""
    if group.key == key:
        return replace(group, items=items)
    return changed(group, key, lambda item: (_refilled(item, items),))


def _refilled(item: Item, items: tuple[Item, ...]) -> Item:
    return replace(item, items=items) if isinstance(item, Group) else item
