"""Headers of mail as it comes: any bytes in, readable text and addresses out.

The standard library's modern policy raises on headers that real mail has, and its older
one leaves half of them undecoded, so the decoding is done here. Nothing raises, and all
of it is linear in the length of the header.
"""

import binascii
import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from tickets.messages import one_line, storable

# What mail calls it, and what its bytes really are.
_CHARSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-2022-jp": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
_CHARSET = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}")
# Codecs that decode no text of mail, some of them in quadratic time.
_REFUSED_CODECS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ADDRESS_PIECE = re.compile(
    r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*\?="
    r'|"(?:[^"\\]|\\.)*(?:"|\\?$)|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]'
    r'|[^\s",;:<>()]+|\s+|[)>]',
    re.DOTALL,
)
_DOUBLED_QUOTES = re.compile(r'""([^"]+)""')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ADDRESS = re.compile(r'[^\s@"<>(),;:\\\[\]]+@[^\s@"<>(),;:\\/]+')
_QUOTED_ADDRESS = re.compile(r'"[^"@\r\n]+"@[^\s@"<>(),;:\\/]+')
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_LONGEST_ADDRESS = 254
_LONGEST_MESSAGE_ID = 998


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox; a bare word without @ is kept, for it may be the name of a user."""

    address: str
    name: str = ""

    @property
    def is_bare_word(self) -> bool:
        """Say whether this has no domain."""
        return "@" not in self.address


def decode_bytes(data: bytes, *, charset: str = "") -> tuple[str, str]:
    """Return the text, and the charset it was read as.

    Tries the declared charset, then UTF-8, then Windows-1252. A declared charset that
    fits all but a few bytes is believed, with U+FFFD for these.
    """
    declared = _codec(charset)
    name = charset.strip("'\" \t").lower()
    if declared == "cp1252" and not data.isascii():
        # Declared more often than meant, and UTF-8 is never valid by accident.
        attempts = {"utf-8": "utf-8", declared: name}
    else:
        attempts = {declared: name} if declared else {}
        attempts.setdefault("utf-8", "utf-8")
    for codec, known_as in attempts.items():
        try:
            return storable(data.decode(codec)), known_as
        except ValueError:
            continue
    if declared and declared != "cp1252":
        text = data.decode(declared, "replace")
        lost = text.count("\ufffd")
        if lost <= sum(1 for letter in text if letter > "\x7f") - lost:
            return storable(text), name
    return storable(data.decode("cp1252", "replace")), "windows-1252"


def decode_header(raw: bytes | str) -> str:
    """Return a header's value as one line of text, its encoded words decoded."""
    return one_line(decode_words(raw_text(raw)))


def raw_text(raw: bytes | str) -> str:
    """Return a header's value unfolded, its encoded words still encoded."""
    text = raw if isinstance(raw, str) else decode_bytes(raw)[0]
    return storable(_FOLD.sub("", text)).strip()


def decode_words(text: str) -> str:
    """Decode RFC 2047 encoded words wherever they stand, quoted strings included.

    Neighbours of one charset are joined before decoding: some programs cut characters
    in two.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    pending = b""
    pending_charset = ""
    position = 0
    for word in _ENCODED_WORD.finditer(text):
        data = _word_bytes(word.group(2), word.group(3))
        if data is None:
            continue
        gap = text[position : word.start()]
        charset = word.group(1).partition("*")[0].lower()
        is_neighbour = bool(pending_charset) and not gap.strip()
        if not is_neighbour or charset != pending_charset:
            out.append(decode_bytes(pending, charset=pending_charset)[0])
            pending = b""
            out.append("" if is_neighbour else gap)
        pending += data
        pending_charset = charset
        position = word.end()
    out.append(decode_bytes(pending, charset=pending_charset)[0])
    out.append(text[position:])
    return "".join(out)


def parse_addresses(raw: bytes | str) -> tuple[Address, ...]:
    """Return every mailbox of an address header, as far as it can be understood.

    Group names are left out, and bare words where there are addresses. Where nothing
    can be understood, whatever looks like an address is taken.
    """
    text = _DOUBLED_QUOTES.sub(r'"\1"', raw_text(raw))
    found: list[Address] = []
    entry: list[str] = []
    for piece in _ADDRESS_PIECE.findall(text):
        if piece in {",", ";"}:
            found.extend(_mailbox(entry))
            entry = []
        elif piece == ":":
            entry = []
        else:
            entry.append(piece)
    found.extend(_mailbox(entry))
    complete = tuple(item for item in found if not item.is_bare_word)
    if complete or "@" not in text:
        return complete or tuple(found)
    return _rescued(text)


def parse_message_ids(raw: str) -> tuple[str, ...]:
    """Return the Message-IDs of a header, without their angle brackets."""
    found = _MESSAGE_ID.findall(raw)
    if not found and raw.strip("<> ") and " " not in raw.strip("<> "):
        found = [raw.strip("<> ")]
    return tuple(item for item in found if len(item) <= _LONGEST_MESSAGE_ID)


def parse_date(raw: str) -> datetime | None:
    """Return the moment a Date header names, aware, or None if it names none."""
    try:
        moment = parsedate_to_datetime(raw)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def header_text(pairs: Iterable[tuple[str, str]]) -> str:
    """Return headers as they are stored, one "Name: value" a line."""
    return "\n".join(f"{name}: {value}" for name, value in pairs)


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Return Python's name of a charset of mail, or "" if there is none."""
    name = charset.strip().strip("'\"").lower()
    if not _CHARSET.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(_CHARSETS.get(name, name))
        b"".decode(found.name)
    except (LookupError, ValueError, ImportError):
        return ""
    return "" if found.name in _REFUSED_CODECS else found.name


def _word_bytes(encoding: str, encoded: str) -> bytes | None:
    data = encoded.encode("ascii", "ignore")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode_base64(data)


def decode_base64(data: bytes | memoryview) -> bytes | None:
    """Decode base64 with whatever else is in it; None if there is none."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        usable = len(letters) - (len(letters) % 4 == 1)
        if not usable:
            return None
        return binascii.a2b_base64(letters[:usable] + b"===")


def _mailbox(pieces: Sequence[str]) -> list[Address]:
    """Return the one mailbox these pieces make, or nothing."""
    words: list[str] = []
    comments: list[str] = []
    address = ""
    for piece in _joined(pieces):
        if piece.startswith("<") and not address:
            address = piece.strip("<> \t'")
        elif piece.startswith("("):
            comments.append(_unquoted(piece.strip("()")))
        elif piece.strip("<>)"):
            words.append(piece)
    if not address:
        found = next((word for word in words if "@" in word), "")
        found = found or (words[0] if len(words) == 1 else "")
        words = [word for word in words if word != found]
        address = found if _is_address(found) else found.strip("'\"")
    if not _is_address(address):
        return []
    # Joined before decoding: long names are cut into several encoded words.
    name = " ".join(map(_unquoted, words)) or " ".join(comments)
    name = _plain_name(decode_words(name))
    return [Address(address=address, name="" if name == address else name)]


def _joined(pieces: Sequence[str]) -> list[str]:
    """Join a quoted local part to the @ behind it, drop the blanks between words."""
    joined: list[str] = []
    is_adjacent = False
    for piece in pieces:
        if not piece.strip():
            is_adjacent = False
            continue
        if is_adjacent and piece.startswith("@") and joined[-1].startswith('"'):
            joined[-1] += piece
        else:
            joined.append(piece)
        is_adjacent = True
    return joined


def _unquoted(word: str) -> str:
    if not word.startswith('"'):
        return word
    is_closed = len(word) > 1 and word.endswith('"')
    return _ESCAPED.sub(r"\1", word[1:-1] if is_closed else word[1:])


def _plain_name(name: str) -> str:
    name = " ".join(one_line(name).split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


def _is_address(text: str) -> bool:
    if not text or len(text) > _LONGEST_ADDRESS or not text.isprintable():
        return False
    if "@" not in text:
        return not any(character in text for character in " <>()\"',;:[]\\")
    return bool(_ADDRESS.fullmatch(text) or _QUOTED_ADDRESS.fullmatch(text))


def _rescued(text: str) -> tuple[Address, ...]:
    pieces = re.split(r"[\s<>\"(),;:'\[\]]+", text)
    return tuple(
        Address(piece) for piece in pieces if "@" in piece and _is_address(piece)
    )
