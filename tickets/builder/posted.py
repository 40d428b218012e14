"""The form of the builder → rows. Any input gives some rows, never an error.

``node`` says, once per row and group and in the order of the page, its key, the key of
the group it is in, what it is, and the field that its inputs were made for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from tickets.builder.changes import MOST_GROUPS, MOST_ROWS
from tickets.builder.options import operator_choices
from tickets.builder.rows import BESIDE, ROOT, WRITTEN, Group, Item, Mode, Row
from tickets.messages import storable
from tickets.search.errors import TicketSQLError
from tickets.search.fields import (
    DATE_PARTS,
    PERSON_SUBFIELDS,
    WITH_SUBFIELDS,
    Kind,
    resolve,
)
from tickets.search.labels import operators_of
from tickets.search.parser import DEEPEST_NESTING, field_name

NODE = re.compile(r"(\d{1,6})\.(\d{1,6})\.([gr])\.(.*)", re.DOTALL)
# Lists of these are as often typed with commas as one to a line.
LIST_KINDS = frozenset({Kind.ID, Kind.EFFECTIVE_ID, Kind.NUMBER, Kind.LINK})
# Their values come from drop-downs and mean nothing to another field.
CHOSEN_KINDS = frozenset(
    {Kind.STATUS, Kind.QUEUE, Kind.LIFECYCLE, Kind.TYPE, Kind.PERSON}
    | {Kind.CUSTOM_FIELD, Kind.ROLE_GROUP}
)


@dataclass(frozen=True, slots=True)
class _Node:
    key: int
    parent: int
    is_group: bool
    old_field: str


def posted_rows(data: QueryDict) -> Group:
    """Return the rows that a form holds, with its groups."""
    nodes = _nodes(data)
    children: dict[int, list[_Node]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)

    def group(key: int) -> Group:
        items: list[Item] = [
            group(node.key) if node.is_group else _row(data, node)
            for node in children.get(key, ())
        ]
        return Group(key, _mode(data.get(f"m{key}", "")), tuple(items))

    return group(ROOT)


def _nodes(data: QueryDict) -> list[_Node]:
    """Return what the form says is there; a group always before what is in it."""
    depths = {ROOT: 0}
    known = {ROOT}
    nodes = []
    for text in data.getlist("node")[: MOST_ROWS + MOST_GROUPS]:
        match = NODE.fullmatch(text)
        if not match or int(match[1]) in known:
            continue
        key, parent = int(match[1]), int(match[2])
        if depths.get(parent, DEEPEST_NESTING) >= DEEPEST_NESTING:
            parent = ROOT
        known.add(key)
        if match[3] == "g":
            depths[key] = depths[parent] + 1
        nodes.append(_Node(key, parent, match[3] == "g", match[4]))
    return nodes


def _mode(text: str) -> Mode:
    return next((mode for mode in Mode if mode.value == text), Mode.ALL)


def _row(data: QueryDict, node: _Node) -> Row:
    field = _field(data, node.key)
    if field == WRITTEN:
        return Row(node.key, WRITTEN, values=_values(data, node.key, None))
    kind = _kind(field)
    if kind is None:
        return Row(node.key, field)
    values = _values(data, node.key, kind)
    if not _fits(node.old_field, field, kind):
        values = ()
    operator = data.get(f"o{node.key}", "")
    if not _is_offered(operator, kind):
        operator = operators_of(kind)[0].value
    was_beside = data.get(f"b{node.key}") == "1"
    if was_beside != operator.endswith(BESIDE):
        values = ()
    return Row(node.key, field, operator, values, bool(data.get(f"s{node.key}")))


def _field(data: QueryDict, key: int) -> str:
    field = storable(data.get(f"f{key}", ""))[:400]
    part = data.get(f"p{key}", "")
    if "." not in field and part in _parts_of(_kind(field)):
        return f"{field}.{part}"
    return field


def _parts_of(kind: Kind | None) -> Mapping[str, str]:
    if kind is Kind.DATE:
        return DATE_PARTS
    return PERSON_SUBFIELDS if kind in WITH_SUBFIELDS else {}


def _kind(field: str) -> Kind | None:
    if not field or field == WRITTEN:
        return None
    try:
        return resolve(field_name(field)).field.kind
    except TicketSQLError:
        return None


def _is_offered(operator: str, kind: Kind) -> bool:
    return operator in {code for code, _ in operator_choices(kind)}


def _fits(old_field: str, field: str, kind: Kind) -> bool:
    """Say whether the values were meant for this field."""
    old_kind = _kind(old_field)
    if old_kind is None or old_field == field:
        return True
    if old_kind is kind:
        return kind not in {Kind.CUSTOM_FIELD, Kind.PERSON}
    return not {old_kind, kind} & CHOSEN_KINDS


def _values(data: QueryDict, key: int, kind: Kind | None) -> tuple[str, ...]:
    values = [storable(text) for text in data.getlist(f"v{key}")]
    lines = storable(data.get(f"l{key}", ""))
    if lines:
        pattern = r"[\s,]+" if kind in LIST_KINDS else r"\r?\n"
        values += re.split(pattern, lines)
    if kind is None:
        return tuple(text.replace("\r\n", "\n") for text in values)
    return tuple(text for text in values if text != "")
