"""The files attached to the example tickets."""

import base64
from collections.abc import Callable
from typing import Final, NamedTuple


class ExampleFile(NamedTuple):
    """A content type and the bytes."""

    content_type: str
    data: bytes


def _log() -> bytes:
    lines = []
    for hour, minute in ((6, 41), (6, 58), (7, 22), (7, 49)):
        stamp = f"{hour:02}:{minute:02}"
        lines += [
            f"{stamp}:12 sw-core-2 BGP-5-ADJCHANGE: neighbor 198.51.100.9 Down "
            "BGP Notification sent",
            f"{stamp}:12 sw-core-2 BGP-3-NOTIFICATION: sent to neighbor 198.51.100.9 "
            "4/0 (hold time expired) 0 bytes",
            f"{stamp}:13 sw-core-2 SYS-4-CPUHOG: slot 3, process = ARP Input, 97%",
            f"{stamp}:58 sw-core-2 BGP-5-ADJCHANGE: neighbor 198.51.100.9 Up",
        ]
    return "\n".join(lines).encode() + b"\n"


def _curve(title: str, values: list[int]) -> bytes:
    points = " ".join(f"{20 + 24 * x},{130 - y}" for x, y in enumerate(values))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 150">'
        '<rect width="320" height="150" fill="#fff"/>'
        f'<text x="20" y="16" font-family="sans-serif" font-size="11">{title}</text>'
        '<path d="M20 130H300M20 30V130" stroke="#999" fill="none"/>'
        f'<polyline points="{points}" fill="none" stroke="#c0392b" stroke-width="2"/>'
        "</svg>"
    ).encode()


def _offers() -> bytes:
    return (
        b"offer,price per month,path,repair (h),references\n"
        b"A,1900,own trench,6,4\nB,1450,shared duct for 2 km,8,7\n"
        b"C,2300,microwave,4,3\n"
    )


def _print_report() -> bytes:
    return b"user,black,colour,pages charged\npool-1,412,388,2352\npool-2,801,96,1281\n"


def _mail() -> bytes:
    return (
        b"From: Finance Office <finance@examp1e.org>\n"
        b"To: staff@example.org\n"
        b"Subject: Confirm your salary account\n"
        b"Message-ID: <20240311.7731@examp1e.org>\n"
        b"\n"
        b"Dear colleague,\n\nconfirm your salary account within 24 hours:\n"
        b"http://salary.examp1e.org/confirm\n"
    )


def _picture() -> bytes:
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAKAAAABQCAMAAACpg44GAAAACVBMVEUoLDQUPB6gyJbH2DzSAAAA"
        "XklEQVR42u3X0REAEAxEwdB/0Xq4MSbYV8F+5aiS9ESzYYCAgICAgICAKXBsDhAQEBDwN6AtBgQE"
        "BATsNXXZEAICAuZAdxAQENBr5szXHBAQ0B0EBAQEBAQEBJR0eQsGv0fBlKp+TQAAAABJRU5ErkJg"
        "gg=="
    )


_MAKERS: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "sw-core-2.log": ("text/plain", _log),
    "campus-west-rtt.svg": (
        "image/svg+xml",
        lambda: _curve("campus-west, median RTT", [4, 4, 5, 4, 4, 5, 94, 96, 96, 95]),
    ),
    "room-1-temperature.svg": (
        "image/svg+xml",
        lambda: _curve("room 1, °C", [40, 41, 40, 42, 41, 55, 68, 80, 88, 93]),
    ),
    "offers.csv": ("text/csv", _offers),
    "print-report.csv": ("text/csv", _print_report),
    "suspicious.eml": ("application/octet-stream", _mail),
    "printer-display.png": ("image/png", _picture),
}


def example_file(name: str) -> ExampleFile:
    """Return the file of that name."""
    content_type, make = _MAKERS[name]
    return ExampleFile(content_type, make())
