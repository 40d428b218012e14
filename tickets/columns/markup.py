"""The HTML of a format: a short white list, cut into literal text and macros.

Cut once per format, so that a row costs no parsing. What is not on the list is dropped,
what is left open is closed, and a link leads to this site or to a domain that the
administrator has named; formats are shared, and a link under a ticket's subject is
believed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.html import escape

TAGS = frozenset({
    "a", "b", "big", "br", "code", "div", "em", "i", "p", "small", "span", "strong",
    "sub", "sup", "u",
})  # fmt: skip
VOID = frozenset({"br"})
# Their content is no text for people.
DROPPED = frozenset({"script", "style", "title", "textarea", "iframe", "noscript"})
MACRO = re.compile(r"__(loc\([^()]*\)|[A-Za-z](?:[^_{}]|_(?!_)|\{[^{}]*\})*)__")
SITE = {"webpath": "path", "webhomepath": "path", "webrequestpath": "path",
        "webrequestpathdir": "path", "webbaseurl": "base", "weburl": "base",
        "webdomain": "domain"}  # fmt: skip


_REL = "noopener noreferrer nofollow"


class Place(Enum):
    """Where a macro stands, which decides how its value is written."""

    TEXT = "text"
    LINK = "link"  # inside <a>, where another link cannot stand
    ADDRESS = "address"  # somewhere in an address
    WHOLE_ADDRESS = "whole address"  # the address is nothing else
    ATTRIBUTE = "attribute"


SEEN = frozenset({Place.TEXT, Place.LINK})


@dataclass(frozen=True, slots=True)
class Macro:
    """A name between two underscores each, and where it stands."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Literal:
    """Safe HTML that is the same in every row, and the text a reader sees of it."""

    html: str
    text: str = ""


Piece = Literal | Macro


def pieces_of(source: str) -> list[Piece]:
    """Cut the HTML of a format into safe literal HTML and macros."""
    cutter = _Cutter()
    cutter.feed(source)
    cutter.close()
    return list(_joined(cutter.finished()))


def is_safe_address(address: str) -> bool:
    """Say whether a link may lead there: this site, mail, or a named domain."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if any(ord(c) < 33 for c in address) or "\\" in address:
        return False
    if not parts.scheme and not parts.netloc:
        return not address.startswith("//")
    if parts.scheme == "mailto":
        return True
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    own = urlsplit(settings.WEB_URL).hostname
    return parts.hostname == own or _is_named(parts.hostname)


def _is_named(host: str) -> bool:
    for domain in settings.RESTRICT_LINK_DOMAINS:
        name = domain.lower().removeprefix("*.")
        if host == name or (domain.startswith("*.") and host.endswith(f".{name}")):
            return True
    return False


def site_value(name: str) -> str | None:
    """Return what ``__WebPath__`` and its like stand for; None for another name."""
    kind = SITE.get(name.lower())
    if kind is None:
        return None
    if kind == "path":
        return get_script_prefix().rstrip("/")
    if kind == "domain":
        return urlsplit(settings.WEB_URL).hostname or ""
    if name.lower() == "weburl":
        return settings.WEB_URL.rstrip("/") + "/"
    return settings.WEB_URL.removesuffix(settings.WEB_PATH).rstrip("/")


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    html = text = ""
    for piece in pieces:
        if isinstance(piece, Literal):
            html += piece.html
            text += piece.text
            continue
        if html:
            yield Literal(html, text)
        html = text = ""
        yield piece
    if html:
        yield Literal(html, text)


class _Cutter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.open: list[str] = []
        self.dropped = 0

    def finished(self) -> list[Piece]:
        while self.open:
            self._tag(f"</{self.open.pop()}>")
        return self.pieces

    def _tag(self, html: str) -> None:
        self.pieces.append(Literal(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropped += 1
            return
        if tag not in TAGS or (tag == "a" and "a" in self.open):
            return
        values = {name: value or "" for name, value in attrs}
        self._tag(f"<{tag}")
        if tag == "a" and "href" in values:
            self._address(values["href"])
        if "title" in values:
            self._attribute("title", values["title"])
        self.pieces.append(Literal(">", " " if tag in VOID else ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.dropped = max(0, self.dropped - 1)
            return
        if tag not in self.open:
            return
        while self.open:
            last = self.open.pop()
            self._tag(f"</{last}>")
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.dropped:
            return
        place = Place.LINK if "a" in self.open else Place.TEXT
        self._cut(data, place)

    def _cut(self, text: str, place: Place) -> None:
        position = 0
        is_seen = place in SEEN
        for match in MACRO.finditer(text):
            before = text[position : match.start()]
            self.pieces.append(Literal(escape(before), before if is_seen else ""))
            self.pieces.append(Macro(match[1], place))
            position = match.end()
        rest = text[position:]
        self.pieces.append(Literal(escape(rest), rest if is_seen else ""))

    def _attribute(self, name: str, value: str) -> None:
        self._tag(f' {name}="')
        self._cut(value, Place.ATTRIBUTE)
        self._tag('"')

    def _address(self, value: str) -> None:
        value = MACRO.sub(_site_macro, value.strip())
        if whole := MACRO.fullmatch(value):
            # Only alone: what follows could make another scheme of it.
            self._tag(' href="')
            self.pieces.append(Macro(whole[1], Place.WHOLE_ADDRESS))
            self._tag(f'" rel="{_REL}"')
        elif not MACRO.match(value) and is_safe_address(MACRO.sub("0", value)):
            self._tag(' href="')
            self._cut(value, Place.ADDRESS)
            is_own = value.startswith(get_script_prefix())
            self._tag('"' if is_own else f'" rel="{_REL}"')


def _site_macro(match: re.Match[str]) -> str:
    value = site_value(match[1])
    return match[0] if value is None else value
