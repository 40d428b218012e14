"""Text → the words that the full-text index holds, and the words a search means.

Words are cut here and not by the databases, whose parsers disagree: so the same
search finds the same on SQLite and PostgreSQL, in any language and under any locale.
No stemming and no stop words, because tickets mix languages. Pure.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

LONGEST_TEXT = 1_000_000  # characters; what follows is not searched
LONGEST_WORD = 64
# What one value of PostgreSQL's type holds, positions included.
MOST_WORDS = 16_000
MOST_POSITIONS = 250
MOST_BYTES = 700_000
# Shorter beginnings would stand for half of all words.
SHORTEST_BEGINNING = 3

# Thai, Lao, Burmese, Khmer, kana and Han write no spaces: every character is a word.
_SINGLE = (
    "\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs of Indian scripts, which are no letters to a regular expression.
_SIGNS = "\u0900-\u0963\u0970-\u0dff"
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670"
)
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD = re.compile(f"[{_SINGLE}]|(?:[^\\W_{_SINGLE}]+|[{_SIGNS}]+)+")
_WRITTEN = re.compile(f"[{_SINGLE}]|(?:[^\\W_{_SINGLE}]+|[{_SIGNS}{_MARKS}]+)+")
_MARK = re.compile(f"[{_MARKS}]")
_IS_SINGLE = re.compile(f"[{_SINGLE}]")
_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')


class Written(NamedTuple):
    """A word as it stands in a text: its index form and where it is."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand side by side; the last may be just a beginning."""

    words: tuple[str, ...]
    is_beginning: bool
    text: str


def fold(text: str) -> str:
    """Return the text without case, accents and typographic variants."""
    if text.isascii():
        return text.lower()
    plain = _MARK.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", plain)


def words_of(text: str) -> list[str]:
    """Return the words of a text in the form the index holds them."""
    folded = fold(text[:LONGEST_TEXT])
    pattern = _ASCII_WORD if folded.isascii() else _WORD
    words: list[str] = pattern.findall(folded)
    if len(folded) > LONGEST_WORD:
        return [word[:LONGEST_WORD] for word in words]
    return words


def written_words(text: str) -> Iterator[Written]:
    """Yield the words of a text with their places, for marking them there."""
    for match in _WRITTEN.finditer(text):
        for word in words_of(match[0]):
            yield Written(word, match.start(), match.end())


def portions(words: list[str]) -> Iterator[list[str]]:
    """Cut long texts into what one row can hold."""
    if len(words) <= MOST_POSITIONS:
        if words:
            yield words
        return
    portion: list[str] = []
    counts: dict[str, int] = defaultdict(int)
    size = 0
    for word in words:
        is_full = len(portion) >= MOST_WORDS or size > MOST_BYTES
        if is_full or counts[word] >= MOST_POSITIONS:
            yield portion
            portion, counts, size = [], defaultdict(int), 0
        portion.append(word)
        counts[word] += 1
        size += 4 + (len(word) if word.isascii() else 4 * len(word))
    yield portion


def terms_of(text: str) -> tuple[Term, ...]:
    """Read what somebody searches for: words, "words in a row", and begin*.

    A word finds all that begin with it, unless it is a number, very short or in
    quotes. What is written without a space (10.1.2.3, PC-7) stands side by side.
    """
    terms = []
    for match in _CHUNK.finditer(text):
        quoted, plain = match[1], match[2]
        written = plain if quoted is None else quoted
        if words := tuple(words_of(written)):
            is_beginning = quoted is None and _is_beginning(plain, words[-1])
            terms.append(Term(words, is_beginning, written.strip("*")))
    return tuple(terms)


def _is_beginning(written: str, last: str) -> bool:
    if _IS_SINGLE.match(last):
        return False
    if written.endswith("*"):
        return True
    return len(last) >= SHORTEST_BEGINNING and not last.isdigit()


def as_tsvector(words: list[str]) -> str:
    """Write words as a value of PostgreSQL's tsvector; they need no quoting."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(words, 1):
        places[word].append(str(place))
    return " ".join([f"{word}:{','.join(at)}" for word, at in places.items()])


def as_tsquery(terms: tuple[Term, ...]) -> str:
    """Write terms, all of which must be found, as a value of PostgreSQL's tsquery."""
    return " & ".join(
        f"({' <-> '.join(term.words)}{':*' if term.is_beginning else ''})"
        for term in terms
    )


def as_fts5(terms: tuple[Term, ...]) -> str:
    """Write terms, all of which must be found, as a query of SQLite's FTS5."""
    return " AND ".join(
        f'"{" ".join(term.words)}"{" *" if term.is_beginning else ""}' for term in terms
    )
