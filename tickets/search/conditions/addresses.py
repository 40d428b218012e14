"""Comparing IP addresses and ranges, values of custom fields. Pure."""

from collections.abc import Callable

from tickets.custom_values.addresses import Span
from tickets.search.nodes import Operator


def _overlaps(low: int, high: int, first: int, last: int) -> bool:
    return low <= last and high >= first


COMPARED: dict[Operator, Callable[[int, int, int, int], bool]] = {
    Operator.EQUAL: _overlaps,
    Operator.IN: _overlaps,
    Operator.LESS: lambda low, high, first, last: high < first,
    Operator.LESS_OR_EQUAL: lambda low, high, first, last: high <= last,
    Operator.GREATER: lambda low, high, first, last: low > last,
    Operator.GREATER_OR_EQUAL: lambda low, high, first, last: low >= first,
}


def address_fits(span: Span, *, operator: Operator, wanted: list[Span]) -> bool:
    """Compare a stored range with those of a query; `=` means that they overlap."""
    low, high = int(span[0]), int(span[1])
    alike = [pair for pair in wanted if pair[0].version == span[0].version]
    if operator is Operator.BETWEEN:
        return len(alike) == 2 and int(alike[0][0]) <= low <= high <= int(alike[1][1])
    compared = COMPARED[operator]
    return any(compared(low, high, int(a), int(b)) for a, b in alike)
