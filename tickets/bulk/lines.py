"""From bytes to JSON objects, one a line, each with its number."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tickets.bulk.fields import BadRecordError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineError(Exception):
    """A line cannot be imported."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


class Line(NamedTuple):
    """A line that is not blank, as it was read."""

    number: int
    source: bytes


def numbered(source: Iterable[bytes]) -> Iterator[Line]:
    """Yield the lines that say something, counted from 1."""
    for number, raw in enumerate(source, start=1):
        if number == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if raw.strip():
            yield Line(number, raw)


def parse(line: Line) -> tuple[str, dict[str, Any]]:
    """Return the kind of a line's object and its other fields.

    Raises:
        BadRecordError: no JSON object, or one without a kind.
    """
    try:
        data = json.loads(line.source)
    except UnicodeDecodeError as error:
        raise BadRecordError(f"is not UTF-8 ({error.reason})") from error
    except (ValueError, RecursionError) as error:
        raise BadRecordError(f"is not JSON ({error})") from error
    if not isinstance(data, dict):
        raise BadRecordError("is not a JSON object")
    kind = data.pop("kind", None)
    if not isinstance(kind, str):
        raise BadRecordError("has no 'kind'")
    return kind, data
