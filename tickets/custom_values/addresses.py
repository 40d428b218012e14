"""IP addresses and ranges of them. Pure."""

import ipaddress
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Span: TypeAlias = tuple[Address, Address]


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


def canonical_address(text: str) -> str | None:
    """Return one address as it is stored, or nothing."""
    try:
        return str(ipaddress.ip_address(_plain(text.strip())))
    except ValueError:
        return None


def canonical_range(text: str) -> str | None:
    """Return a range as it is stored, `a-b` or a single address, or nothing."""
    span = address_range(text)
    if span is None or span[0].version != span[1].version:
        return None
    low, high = sorted(span, key=int)
    return str(low) if low == high else f"{low}-{high}"


def _plain(text: str) -> str:
    """Drop the zeros that RT pads addresses with."""
    if ":" in text:
        return text
    parts = text.split(".")
    return ".".join(p.lstrip("0") or "0" if p.isdigit() else p for p in parts)
