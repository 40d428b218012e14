"""What the buttons of the builder do to the rows. Pure.

Every change takes the whole and the key of one item; an unknown key changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace

from tickets.builder.rows import (
    OPPOSITE_OPERATORS,
    ROOT,
    Group,
    Item,
    Mode,
    Row,
    changed,
    find,
    next_key,
    parent_of,
    rows_in,
    walk,
    with_items,
)

# As many conditions as a query may have, and groups as deep as the parser reads.
MOST_ROWS = 400
MOST_GROUPS = 200


def add_row(whole: Group, key: int) -> Group:
    """Append an empty row to a group."""
    return _appended(whole, key, Row(key=next_key(whole)))


def add_group(whole: Group, key: int) -> Group:
    """Append a group with an empty row; inside "all of" it is "any of"."""
    parent = find(whole, key)
    if not isinstance(parent, Group):
        return whole
    first = next_key(whole)
    inner = Group(first, _other_mode(parent.mode), (Row(key=first + 1),))
    return _appended(whole, key, inner)


def remove(whole: Group, key: int) -> Group:
    """Take an item out, a group with all that is in it."""
    return changed(whole, key, lambda item: ())


def wrap(whole: Group, key: int) -> Group:
    """Put a group of its own around an item, with an empty row beside it."""
    parent = parent_of(whole, key)
    if parent is None:
        return whole
    first = next_key(whole)
    mode = _other_mode(parent.mode)
    return changed(
        whole, key, lambda item: (Group(first, mode, (item, Row(key=first + 1))),)
    )


def unwrap(whole: Group, key: int) -> Group:
    """Let what is in a group stand where the group stood."""
    return changed(
        whole, key, lambda item: item.items if isinstance(item, Group) else (item,)
    )


def negate(whole: Group, key: int) -> Group:
    """Ask for the opposite: by its operator, or else by "none of" around it."""
    if key == whole.key:
        return replace(whole, mode=whole.mode.opposite)
    around = next_key(whole)
    return changed(whole, key, lambda item: (_negated(item, around),))


def move_up(whole: Group, key: int) -> Group:
    """Move one place up: over a row, into the end of a group, out of its own."""
    return _moved(whole, key, step=-1)


def move_down(whole: Group, key: int) -> Group:
    """Move one place down, likewise."""
    return _moved(whole, key, step=1)


CHANGES: dict[str, Callable[[Group, int], Group]] = {
    "add": add_row,
    "group": add_group,
    "remove": remove,
    "wrap": wrap,
    "unwrap": unwrap,
    "negate": negate,
    "up": move_up,
    "down": move_down,
}


def is_too_large(whole: Group) -> bool:
    """Say whether there are more rows or groups than the page takes."""
    rows = len(rows_in(whole))
    return rows > MOST_ROWS or sum(1 for _ in walk(whole)) - rows > MOST_GROUPS


def _appended(whole: Group, key: int, item: Item) -> Group:
    parent = find(whole, key)
    if not isinstance(parent, Group):
        return whole
    return with_items(whole, key, (*parent.items, item))


def _other_mode(mode: Mode) -> Mode:
    return Mode.ALL if mode in {Mode.ANY, Mode.NONE} else Mode.ANY


def _negated(item: Item, around: int) -> Item:
    if isinstance(item, Group):
        return replace(item, mode=item.mode.opposite)
    opposite = OPPOSITE_OPERATORS.get(item.operator)
    if opposite is None or item.is_written:
        return Group(around, Mode.NONE, (item,))
    return replace(item, operator=opposite)


def _moved(whole: Group, key: int, *, step: int) -> Group:
    parent = parent_of(whole, key)
    item = find(whole, key)
    if parent is None or item is None:
        return whole
    rest = [one for one in parent.items if one.key != key]
    place = next(i for i, one in enumerate(parent.items) if one.key == key)
    beside = place + step
    if not 0 <= beside < len(parent.items):
        return _moved_out(whole, parent, item, step=step)
    neighbour = parent.items[beside]
    if isinstance(neighbour, Group):
        inner = (item, *neighbour.items) if step > 0 else (*neighbour.items, item)
        without = remove(whole, key)
        return with_items(without, neighbour.key, inner)
    rest.insert(beside, item)
    return with_items(whole, parent.key, tuple(rest))


def _moved_out(whole: Group, parent: Group, item: Item, *, step: int) -> Group:
    if parent.key == ROOT:
        return whole
    without = remove(whole, item.key)

    def with_item(group: Item) -> tuple[Item, ...]:
        return (group, item) if step > 0 else (item, group)

    return changed(without, parent.key, with_item)
