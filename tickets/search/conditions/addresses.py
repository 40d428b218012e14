"""IP addresses and ranges as values of custom fields. Pure."""

import ipaddress
from collections.abc import Callable
from typing import TypeAlias

from tickets.search.nodes import Operator

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Span: TypeAlias = tuple[Address, Address]


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


def address_range(text: str) -> Span | None:
    """Read an address, `a-b` or CIDR as its first and last address, or nothing."""
    low, dash, high = (part.strip() for part in text.partition("-"))
    try:
        if dash:
            return ipaddress.ip_address(_plain(low)), ipaddress.ip_address(_plain(high))
        network = ipaddress.ip_network(_plain(low), strict=False)
    except ValueError:
        return None
    return network[0], network[-1]


def _plain(text: str) -> str:
    """Drop the zeros that RT pads addresses with."""
    if ":" in text:
        return text
    parts = text.split(".")
    return ".".join(p.lstrip("0") or "0" if p.isdigit() else p for p in parts)


def address_fits(span: Span, *, operator: Operator, wanted: list[Span]) -> bool:
    """Compare a stored range with those of a query; `=` means that they overlap."""
    low, high = int(span[0]), int(span[1])
    alike = [pair for pair in wanted if pair[0].version == span[0].version]
    if operator is Operator.BETWEEN:
        return len(alike) == 2 and int(alike[0][0]) <= low <= high <= int(alike[1][1])
    compared = COMPARED[operator]
    return any(compared(low, high, int(a), int(b)) for a, b in alike)
