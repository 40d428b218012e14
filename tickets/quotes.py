"""Fold what a reply repeats: display only, nothing is ever deleted.

Works by lines and in linear time; of a line only its beginning is looked at. Joined
again the blocks are exactly the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tickets.frame import Attributes, Rewriter
from tickets.quote_phrases import (
    ATTRIBUTION_OPENERS,
    FROM_NAMES,
    HEADER_NAMES,
    ORIGINAL_MESSAGE_PHRASES,
    SUBJECT_NAMES,
    WROTE_PHRASES,
)

Kind = Literal["text", "quote", "signature"]

_LOOKED_AT = 1000  # characters of a line
_ATTRIBUTION_LINES = 3  # an attribution is wrapped over at most this many
_HEADER_WINDOW = 10  # lines in which the headers of a quoted message must stand
_SHORT_QUOTE = 3  # lines; a quote this short with an answer below is left in sight
_LONGEST_DASH_SIGNATURE = 10  # lines below "--" without the space that makes it one

_SEPARATOR = re.compile(r"[-_=*]{5,}")
_RULES = ("--", "__", "==")
_HEADER_MARGIN = " \t*\u00a0\u202f"
_STARTS_WITH_DATE = re.compile(r"\W{0,3}\d{1,4}\s?[-./年]")

_FOLD_START = '<details class="quoted"><summary>···</summary>'
_FOLD_END = "</details>"
_FOLDED_TAGS = frozenset({"div", "hr"})
_VOID_TAGS = frozenset({"br", "col", "hr", "img", "wbr"})


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind that stand together."""

    kind: Kind
    text: str


def fold(text: str) -> list[Block]:
    """Split a text into what was written, what is quoted, and the signature.

    Only what can be folded without loss of sense is called a quote: not a message that
    is nothing but quotation, and not the few lines an answer stands below.
    """
    lines = text.splitlines(keepends=True)
    kinds = _kinds(lines)
    _unfold_short_quotes(lines, kinds)
    has_own_words = any(
        kind == "text" and line.strip() for kind, line in zip(kinds, lines, strict=True)
    )
    if not has_own_words:
        kinds = ["text"] * len(lines)
    return _blocks(lines, kinds)


def fold_html(safe_html: str) -> str:
    """Wrap every outermost quotation of sanitised HTML in a closed `details` element.

    The input must come from `tickets.sanitize`, which marks where mail programs begin
    to quote.
    """
    return _Folder().rewritten(safe_html)


def _kinds(lines: Sequence[str]) -> list[Kind]:
    """Return the kind of each line."""
    kinds: list[Kind] = []
    is_signature = False
    for index, line in enumerate(lines):
        if _begins_quoted_message(lines, index):
            start = _with_separator(lines, index)
            kinds[start:] = ["quote"] * (len(lines) - start)
            return kinds
        if line.lstrip()[:1] == ">":
            is_signature = False
            _quote_lines_before(lines, kinds)
            kinds.append("quote")
        elif is_signature or _is_signature_mark(lines, index):
            is_signature = True
            kinds.append("signature")
        else:
            kinds.append("text")
    return kinds


def _quote_lines_before(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Count to a quote the blank lines and the attribution line right above it."""
    end = len(kinds)
    while end and not lines[end - 1].strip() and kinds[end - 1] != "quote":
        end -= 1
    if end and kinds[end - 1] == "quote":
        kinds[end:] = ["quote"] * (len(kinds) - end)
        return
    start = _attribution_start(lines, end, limit=max(0, end - _ATTRIBUTION_LINES))
    if start < end:
        kinds[start:] = ["quote"] * (len(kinds) - start)


def _attribution_start(lines: Sequence[str], end: int, *, limit: int) -> int:
    """Return where the attribution that ends before line `end` begins, or `end`."""
    if end == 0 or not lines[end - 1][:_LOOKED_AT].rstrip().endswith((":", "：")):
        return end
    joined = ""
    for start in range(end - 1, limit - 1, -1):
        line = lines[start][:_LOOKED_AT].strip()
        is_sentence = start < end - 1 and line.endswith((".", "!", "?", ":"))
        if not line or line.startswith(">") or is_sentence:
            break
        joined = f"{line} {joined}".strip()
        if _is_attribution(joined.lower()) and _begins_attribution(joined):
            return start
    # Without a beginning that is known only the last line is certain.
    last = lines[end - 1][:_LOOKED_AT].lower()
    return end - 1 if _is_attribution(last) else end


def _is_attribution(joined: str) -> bool:
    has_address = "@" in joined and any(character.isdigit() for character in joined)
    return has_address or any(phrase in joined for phrase in WROTE_PHRASES)


def _begins_attribution(joined: str) -> bool:
    first = joined.lstrip("*_ ").partition(" ")[0].rstrip(",").lower()
    return first in ATTRIBUTION_OPENERS or bool(_STARTS_WITH_DATE.match(joined))


def _begins_quoted_message(lines: Sequence[str], index: int) -> bool:
    """Say whether everything from this line on is another message."""
    line = lines[index][:_LOOKED_AT].strip()
    if line[:1] == ">":
        return False
    if line.strip("* ")[:2] in _RULES and line.strip("* ")[-2:] in _RULES:
        return line.strip("-_=* \t").lower() in ORIGINAL_MESSAGE_PHRASES
    if _header_name(line) not in FROM_NAMES:
        return False
    window = lines[index + 1 : index + 1 + _HEADER_WINDOW]
    names = {_header_name(other) for other in window}
    # Alerts too have lines such as From: and To:, but no subject among them.
    return bool(names & SUBJECT_NAMES) and bool(names & HEADER_NAMES)


def _header_name(line: str) -> str:
    name, colon, _value = line[:60].replace("：", ":").partition(":")
    return name.strip(_HEADER_MARGIN).lower() if colon else ""


def _with_separator(lines: Sequence[str], index: int) -> int:
    """Return the line of the rule drawn above a quoted message, or `index`."""
    above = index
    while above and not lines[above - 1].strip():
        above -= 1
    if above and _SEPARATOR.fullmatch(lines[above - 1][:_LOOKED_AT].strip()):
        return above - 1
    return index


def _is_signature_mark(lines: Sequence[str], index: int) -> bool:
    line = lines[index].rstrip("\r\n")
    if line == "-- ":
        return True
    return line == "--" and len(lines) - index - 1 <= _LONGEST_DASH_SIGNATURE


def _unfold_short_quotes(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Leave in sight the few quoted lines that an answer right below refers to."""
    start = 0
    while start < len(lines):
        end = start
        quoted = 0
        while end < len(lines) and kinds[end] == kinds[start]:
            quoted += lines[end].lstrip()[:1] == ">"
            end += 1
        is_short = kinds[start] == "quote" and quoted <= _SHORT_QUOTE
        if is_short and _has_words(lines, kinds, start=end):
            kinds[start:end] = ["text"] * (end - start)
        start = end


def _has_words(lines: Sequence[str], kinds: Sequence[Kind], *, start: int) -> bool:
    """Say whether the text that begins at line `start` is more than blank lines."""
    for index in range(start, len(lines)):
        if kinds[index] != "text":
            return False
        if lines[index].strip():
            return True
    return False


def _blocks(lines: Iterable[str], kinds: Iterable[Kind]) -> list[Block]:
    gathered: list[tuple[Kind, list[str]]] = []
    for line, kind in zip(lines, kinds, strict=True):
        if gathered and gathered[-1][0] == kind:
            gathered[-1][1].append(line)
        else:
            gathered.append((kind, [line]))
    return [Block(kind, "".join(block)) for kind, block in gathered]


class _Folder(Rewriter):
    """Puts `details` around quotations, the outermost only."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.closes_at: int | None = None  # the depth at which the open fold ends
        self.is_rest = False  # the fold reaches to the end of the element around it
        self.has_own_words = False

    def rewritten(self, safe_html: str) -> str:
        """Return the HTML with its quotations folded, if there is anything else."""
        folded = super().rewritten(safe_html)
        if not self.has_own_words:
            return safe_html
        return folded if self.closes_at is None else folded + _FOLD_END

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Begin a fold before a quotation."""
        mark = dict(attrs).get("data-quoted") or ""
        if self.closes_at is None:
            if tag == "blockquote" or (mark and tag in _FOLDED_TAGS):
                self.out.append(_FOLD_START)
                self.closes_at = self.depth
                self.is_rest = mark == "rest"
            elif tag == "img":
                self.has_own_words = True
        super().handle_starttag(tag, attrs)
        if tag not in _VOID_TAGS:
            self.depth += 1
        elif self.closes_at == self.depth and not self.is_rest:
            self._end_fold()

    def handle_endtag(self, tag: str) -> None:
        """End a fold behind the quotation, or before the element around it ends."""
        if self.is_rest and self.closes_at == self.depth:
            self._end_fold()
        super().handle_endtag(tag)
        self.depth -= 1
        if not self.is_rest and self.closes_at == self.depth:
            self._end_fold()

    def handle_data(self, data: str) -> None:
        """Notice words outside of quotations."""
        if self.closes_at is None and data.strip():
            self.has_own_words = True
        super().handle_data(data)

    def _end_fold(self) -> None:
        self.out.append(_FOLD_END)
        self.closes_at = None
        self.is_rest = False
