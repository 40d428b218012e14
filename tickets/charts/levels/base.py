"""What every level of grouping has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Expression, F, QuerySet

NO_VALUE = "(no value)"
Expressible: TypeAlias = Expression | F


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its key in the database, its name, and the TicketSQL that means it.

    ``order`` sorts the groups of a level by their names; what has no value is last.
    """

    key: Any
    label: str
    condition: str
    order: Any

    @property
    def sort_key(self) -> tuple[bool, Any]:
        """Return what sorts groups by label."""
        return (self.key is None, "" if self.key is None else self.order)


def _unfilled(groups: Sequence[Group]) -> list[Group]:
    return list(groups)


@dataclass(frozen=True, slots=True)
class Level:
    """How tickets fall into groups.

    Either each ticket has one ``key`` (an expression over tickets, with a ``label``
    where the key is folded), or any number: ``values`` are querysets over other
    tables with the columns ticket, key and label. With ``names`` they have no label:
    keys are numbers, and names are looked up for the groups shown alone. ``fill``
    adds the groups that a series would have between those it has.
    """

    heading: str
    group: Callable[[Any, Any], Group]
    key: Expressible | None = None
    label: Expressible | None = None
    values: "tuple[QuerySet[Any, Any], ...]" = ()
    names: Callable[[Sequence[Any]], dict[Any, str]] | None = None
    fill: Callable[[Sequence[Group]], list[Group]] = _unfilled
    is_series: bool = False

    @property
    def is_many(self) -> bool:
        """Say whether a ticket can be in several groups at once."""
        return self.key is None
