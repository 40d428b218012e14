"""The groups of a chart, the tickets behind each, and how to find them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tickets.charts.functions import Function
from tickets.charts.levels import Group, Level
from tickets.charts.spec import ChartSpec
from tickets.charts.statement import Cell

EVERYTHING = "id > 0"
OTHERS = Group(("others",), "Others", "", "")


@dataclass(frozen=True, slots=True)
class Found:
    """Groups, one of each level, the tickets in all of them, and how to find those."""

    groups: tuple[Group, ...]
    cell: Cell
    query: str


@dataclass(slots=True)
class Chart:
    """Everything a picture, a table and a file show.

    ``first`` are the groups of the first level; ``cells`` those of all levels together
    (the same when there is one). ``others`` are the tickets in none of the groups
    shown, where a limit leaves some out. ``rest_of_series`` says the same of the last
    level's groups that have no colour of their own, by the keys of the other levels.
    """

    spec: ChartSpec
    query: str
    levels: tuple[Level, ...]
    functions: tuple[Function, ...]
    first: list[Found]
    cells: list[Found]
    total: Cell
    others: Found | None = None
    slices: list[Found] = field(default_factory=list)
    series: list[Group] = field(default_factory=list)
    rest_of_series: dict[tuple[Any, ...], Found] = field(default_factory=dict)
    is_cut: bool = False
    is_rt: bool = False

    @property
    def columns(self) -> list[Function]:
        """Return the functions of the table's columns."""
        return [column for f in self.functions for column in f.columns]

    @property
    def drawn(self) -> Function:
        """Return the one function that the picture shows."""
        return self.functions[0].drawn

    @property
    def style(self) -> str:
        """Return how it is drawn: parts of a whole only where parts add up."""
        if self.spec.style == "pie" and not self.drawn.is_sum:
            return "bar"
        return self.spec.style

    @property
    def overlaps(self) -> bool:
        """Say whether a ticket may be in several groups."""
        return any(level.is_many for level in self.levels)


def narrowed(query: str, conditions: Iterable[str]) -> str:
    """Return the query for the tickets of it that meet further conditions."""
    parts = [
        f"({condition})" if " OR " in condition else condition
        for condition in conditions
        if condition
    ]
    if query != EVERYTHING:
        parts.insert(0, f"({query})")
    return " AND ".join(parts) or query


def any_of(groups: Iterable[Group]) -> str:
    """Return the condition for the tickets in at least one of the groups."""
    return " OR ".join(
        f"({group.condition})" if " AND " in group.condition else group.condition
        for group in groups
    )
