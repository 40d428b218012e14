"""The one error of TicketSQL: what is wrong, where, and what was expected."""

import difflib
from collections.abc import Iterable

from django.core.exceptions import ValidationError

SHOWN_BEFORE = 40
LONGEST_COMPARED = 60


class TicketSQLError(ValidationError):
    """A query that cannot be understood, with the place of the fault.

    `position` counts characters from 0 and is None for faults of the whole
    text; `expected` names what could have stood there; `suggestion` is the
    nearest known word, if one is near.
    """

    position: int | None
    expected: str
    suggestion: str
    reason: str

    def __init__(
        self,
        message: str,
        *,
        position: int | None = None,
        expected: str = "",
        suggestion: str = "",
        code: str = "ticketsql",
    ) -> None:
        self.position = position
        self.expected = expected
        self.reason = message
        self.suggestion = suggestion
        super().__init__(_sentence(message, position, expected, suggestion), code=code)

    def __str__(self) -> str:
        return str(self.messages[0])

    @property
    def without_place(self) -> str:
        """Return the sentence without the place, for where that is plain to see."""
        return _sentence(self.reason, None, self.expected, self.suggestion)


def excerpt(text: str, *, position: int) -> str:
    """Return the text up to the fault, marked, short enough for one line."""
    start = max(0, position - SHOWN_BEFORE)
    before = ("…" if start else "") + text[start:position]
    return f"{before}⟵here {text[position : position + SHOWN_BEFORE // 2]}".rstrip()


def nearest(word: str, *, known: Iterable[str]) -> str:
    """Return the known word that looks most like `word`, or an empty string."""
    if len(word) > LONGEST_COMPARED:
        return ""
    by_folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def _sentence(
    message: str, position: int | None, expected: str, suggestion: str
) -> str:
    place = f" at character {position + 1}" if position is not None else ""
    wanted = f", expected {expected}" if expected else ""
    hint = f" Did you mean {suggestion}?" if suggestion else ""
    return f"{message}{place}{wanted}.{hint}"
