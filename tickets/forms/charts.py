"""The form beside a chart: drop-downs that show what its address says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tickets.charts import groupings
from tickets.charts.functions import function_named
from tickets.charts.functions import offered as offered_functions
from tickets.charts.groupings import KINDS, Grouping, GroupingKind, grouping_named
from tickets.charts.spec import (
    MOST_FUNCTIONS,
    MOST_LEVELS,
    ORDERS,
    STYLES,
    ChartSpec,
)

# Which parts a field has, by the keys that charts.js compares.
PART_KINDS = {
    GroupingKind.DATE: "date",
    GroupingKind.PERSON: "person",
    GroupingKind.ROLE: "person",
    GroupingKind.DURATION: "duration",
}


@dataclass(frozen=True, slots=True)
class Option:
    """An entry of a drop-down."""

    value: str
    label: str
    is_chosen: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Entries under a heading, or under none."""

    label: str
    options: tuple[Option, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class GroupingRow:
    """A field and its part."""

    fields: list[OptionGroup]
    parts: list[OptionGroup]


class ChartForm:
    """What the form shows: the chart there is, and what was typed wrongly."""

    def __init__(
        self,
        query: str,
        spec: ChartSpec,
        *,
        custom_fields: Iterable[str],
        errors: Mapping[str, list[str]],
        typed: Mapping[str, str],
    ) -> None:
        self.query = query
        self.errors = errors
        self.groups = [
            _grouping_row(name, custom_fields)
            for name in _padded(spec.group_by, MOST_LEVELS)
        ]
        self.functions = [
            _functions(name, is_first=index == 0)
            for index, name in enumerate(_padded(spec.functions, MOST_FUNCTIONS))
        ]
        self.styles = _flat(STYLES, spec.style)
        self.orders = _flat(ORDERS, spec.order_by)
        direction = "desc" if spec.is_descending else "asc"
        self.directions = _flat({"asc": "Ascending", "desc": "Descending"}, direction)
        self.limit_types = _flat(
            {"top": "the largest", "bottom": "the smallest"}, spec.limit_type
        )
        self.limit = typed.get("limit") or spec.limit or ""
        self.width = typed.get("width") or spec.width or ""
        self.height = typed.get("height") or spec.height or ""


def _padded(names: tuple[str, ...], length: int) -> list[str]:
    return [*names, *[""] * (length - len(names))][:length]


def _flat(choices: Mapping[str, str], chosen: str) -> list[OptionGroup]:
    options = (Option(key, label, key == chosen) for key, label in choices.items())
    return [OptionGroup("", tuple(options))]


def _grouping_row(name: str, custom_fields: Iterable[str]) -> GroupingRow:
    chosen = grouping_named(name) if name else Grouping(GroupingKind.COLUMN, "")
    return GroupingRow(_fields(chosen, custom_fields), _parts(chosen))


def _fields(chosen: Grouping, custom_fields: Iterable[str]) -> list[OptionGroup]:
    groups = [OptionGroup("", (Option("", "–", not chosen.field),))]
    for heading, fields in groupings.offered():
        options = tuple(
            Option(
                name,
                label,
                is_chosen=name == chosen.field
                and chosen.kind is not GroupingKind.CUSTOM_FIELD,
                kind=PART_KINDS.get(KINDS[name], ""),
            )
            for name, label in fields
        )
        groups.append(OptionGroup(heading, options))
    names = list(custom_fields)
    is_custom = chosen.kind is GroupingKind.CUSTOM_FIELD
    if is_custom and chosen.field.lower() not in {n.lower() for n in names}:
        names.append(chosen.field)
    options = tuple(
        Option(
            f"CF.{{{name}}}",
            name,
            is_chosen=is_custom and name.lower() == chosen.field.lower(),
        )
        for name in names
    )
    return [*groups, OptionGroup("Custom fields", options)] if options else groups


def _parts(chosen: Grouping) -> list[OptionGroup]:
    kind = PART_KINDS.get(chosen.kind, "")
    groups = [OptionGroup("", (Option("", "as usual", not chosen.part),))]
    for key, heading, parts in groupings.offered_parts():
        options = (
            Option(part, part, is_chosen=key == kind and part == chosen.part)
            for part in parts
        )
        groups.append(OptionGroup(heading, tuple(options), kind=key))
    return groups


def _functions(name: str, *, is_first: bool) -> list[OptionGroup]:
    chosen = function_named(name).name if name else ""
    groups = [] if is_first else [OptionGroup("", (Option("", "–", not chosen),))]
    for heading, functions in offered_functions():
        options = (Option(f.name, f.label, f.name == chosen) for f in functions)
        groups.append(OptionGroup(heading, tuple(options)))
    return groups
