"""The words in which the example tickets are told.

Spans are written ``45m``, ``3h`` or ``2d``. A step happens that long after the one
before it, a story began that long ago.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something somebody did: ``kind`` names the function below."""

    kind: str
    who: str
    after: str
    text: str = ""
    to: str = ""
    minutes: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """One ticket and what became of it.

    ``due`` is counted from now, with a sign. ``waits_for`` and ``see`` are keys of
    other stories. ``files`` are names of files in ``files.py``.
    """

    key: str
    queue: str
    subject: str
    by: str
    age: str
    text: str
    steps: tuple[Step, ...] = ()
    priority: int = 0
    final_priority: int = 0
    due: str = ""
    estimated: int = 0
    cc: tuple[str, ...] = ()
    device: str = ""
    waits_for: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    part_of: str = ""
    files: tuple[str, ...] = ()


def span(text: str) -> timedelta:
    """Return the time a text such as ``-2h`` means."""
    match = re.fullmatch(r"([+-]?\d+)([mhd])", text)
    if match is None:
        raise ValueError(f"'{text}' is no span of time.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def reply(
    who: str, after: str, text: str, *, minutes: int = 0, files: tuple[str, ...] = ()
) -> Step:
    """Somebody writes to everybody."""
    return Step(
        kind="reply", who=who, after=after, text=text, minutes=minutes, files=files
    )


def note(
    who: str, after: str, text: str, *, minutes: int = 0, files: tuple[str, ...] = ()
) -> Step:
    """Somebody writes to colleagues."""
    return Step(
        kind="note", who=who, after=after, text=text, minutes=minutes, files=files
    )


def take(who: str, after: str) -> Step:
    """Somebody makes it theirs, whoever had it."""
    return Step(kind="take", who=who, after=after)


def give(who: str, after: str, *, to: str) -> Step:
    """Somebody hands it over."""
    return Step(kind="give", who=who, after=after, to=to)


def status(who: str, after: str, *, to: str) -> Step:
    """Somebody changes the status."""
    return Step(kind="status", who=who, after=after, to=to)


def priority(who: str, after: str, *, to: int) -> Step:
    """Somebody finds it more, or less, urgent."""
    return Step(kind="priority", who=who, after=after, to=str(to))
