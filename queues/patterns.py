"""Regular expressions that administrators wrote, matched in time linear in the text.

With Python's own engine a pattern of ten characters can keep a worker busy for years.
RE2 cannot: what it could only do by trying everything, it does not compile.
"""

import re
from functools import lru_cache
from typing import Any

import re2

LONGEST_TEXT = 1_000_000
_COMMENT = re.compile(r"\(\?#([^)]*)\)")
_LOOKS_AROUND = re.compile(r"\(\?<?[=!]|\\[1-9]")
_MEMORY = 8 << 20


class PatternError(ValueError):
    """The pattern cannot be compiled; the message says why."""


def check_pattern(pattern: str) -> None:
    """Refuse what is no pattern, or none that can be matched in bounded time.

    Raises:
        PatternError: what is wrong with it.
    """
    _compiled(pattern)


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern matches somewhere in a text.

    Raises:
        PatternError: it is no pattern.
    """
    return _compiled(pattern).search(text[:LONGEST_TEXT]) is not None


def hint_of(pattern: str) -> str:
    """Return what ``(?#…)`` in a pattern says to people, else the pattern itself."""
    comment = _COMMENT.search(pattern)
    return comment[1].strip() if comment else pattern


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    plain = _COMMENT.sub("", pattern)
    try:
        return re2.compile(plain, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        if _LOOKS_AROUND.search(plain):
            text = "what looks ahead, behind or back cannot be matched in bounded time"
        raise PatternError(f"No regular expression: {text}.") from error
