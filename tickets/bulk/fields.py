"""Reading one JSON object field by field, with a sentence for whatever is wrong."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from tickets.messages import one_line, storable

LARGEST_INTEGER = 2**31 - 1


class BadRecordError(ValueError):
    """A record cannot be imported; the message says why."""


class Fields:
    """The fields of one JSON object.

    Null is the same as absent. A field nobody knows is refused: a misspelled one
    would otherwise be lost without a word.
    """

    __slots__ = ("_data",)

    def __init__(self, data: object, *, known: Collection[str]) -> None:
        if not isinstance(data, dict):
            raise BadRecordError("is not a JSON object")
        for name in data:
            if name not in known:
                raise BadRecordError(f"there is no field '{name}'")
        self._data: dict[str, Any] = data

    def has(self, name: str) -> bool:
        """Say whether the field has a value."""
        return self._data.get(name) is not None

    def text(self, name: str, *, longest: int | None = None) -> str:
        """Return a text; absent is empty. NUL and lone surrogates are left out."""
        value = self._data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadRecordError(f"{name} is not a text")
        value = storable(value)
        if longest is not None and len(value) > longest:
            raise BadRecordError(f"{name} has more than {longest} characters")
        return value

    def line(self, name: str, *, longest: int) -> str:
        """Return a text of one line."""
        if name not in self._data:
            return ""
        value = self.text(name, longest=longest)
        return value.strip() if value.isprintable() else one_line(value)

    def required(self, name: str, *, longest: int) -> str:
        """Return a text of one line that may not be missing."""
        value = self.line(name, longest=longest)
        if not value:
            raise BadRecordError(f"{name} is missing")
        return value

    def number(self, name: str, *, largest: int = LARGEST_INTEGER) -> int | None:
        """Return an integer."""
        value = self._data.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadRecordError(f"{name} is not an integer")
        if abs(value) > largest:
            raise BadRecordError(f"{name} is out of range")
        return value

    def ticket_number(self, name: str) -> int | None:
        """Return the number of a ticket."""
        value = self.number(name, largest=10**15 - 1)
        if value is not None and value < 1:
            raise BadRecordError(f"{name} is not a ticket number")
        return value

    def truth(self, name: str) -> bool:
        """Return true or false; absent is false."""
        value = self._data.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise BadRecordError(f"{name} is neither true nor false")

    def moment(self, name: str) -> datetime | None:
        """Return a time as UTC."""
        value = self._data.get(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise BadRecordError(f"{name} '{value}' has no time zone")
            return moment.astimezone(UTC)
        except (TypeError, OverflowError, ValueError) as error:
            if isinstance(error, BadRecordError):
                raise
            raise BadRecordError(f"{name} {value!r} is not an ISO 8601 time") from error

    def names(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self._data.get(name)
        if value is None:
            return []
        return _texts(name, value)

    def names_by_name(self, name: str) -> dict[str, list[str]]:
        """Return an object whose values are lists of texts."""
        return {
            storable(key): _texts(f"{name} '{key}'", each)
            for key, each in self._object(name).items()
        }

    def entries_by_name(self, name: str) -> dict[str, list[object]]:
        """Return an object whose values are lists of texts and objects."""
        return {
            storable(key): _entries(f"{name} '{key}'", each)
            for key, each in self._object(name).items()
        }

    def _object(self, name: str) -> dict[str, object]:
        value = self._data.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise BadRecordError(f"{name} is not an object")
        return value

    def objects(self, name: str) -> list[object]:
        """Return a list of anything."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise BadRecordError(f"{name} is not a list")
        return value


def _texts(name: str, value: object) -> list[str]:
    return [_text(name, each) for each in _list(name, value)]


def _entries(name: str, value: object) -> list[object]:
    return [
        each if isinstance(each, dict) else _text(name, each)
        for each in _list(name, value)
    ]


def _list(name: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise BadRecordError(f"{name} is not a list")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadRecordError(f"{name} contains {value!r}, which is not a text")
    return storable(value)
