"""Make HTML from outside safe to show: the only importer of bleach.

bleach is no longer maintained and takes quadratic time on hostile input, so nothing
rests on it alone. Small input is cleaned here, larger input in a child process whose
CPU time and memory the kernel limits, very large input not at all. What cannot be
cleaned is withheld, and the caller shows the text of the message instead. What is
cleaned is stored, so that showing a ticket never runs any of this.
"""

import html
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import tinycss2
from bleach.css_sanitizer import CSSSanitizer  # noqa: TID251 -- this is the one file
from bleach.sanitizer import Cleaner  # noqa: TID251 -- this is the one file

from tickets.frame import frame_document, frame_policy, has_remote_images

__all__ = [
    "SANITIZER_VERSION",
    "SafeHtml",
    "clean",
    "clean_here",
    "frame_document",
    "frame_policy",
    "has_remote_images",
]

logger = logging.getLogger(__name__)

# Stored beside what was cleaned: raise it when stored HTML must be cleaned again.
SANITIZER_VERSION = 1

INLINE_LIMIT = 16 * 1024  # characters; the worst known input of this size takes 0.5 s
SIZE_LIMIT = 1024 * 1024  # characters; above this HTML is withheld unseen
CPU_SECONDS = 5  # a large ordinary mail takes one
WALL_SECONDS = 30  # for a machine with more to do than this
_KEPT_ENVIRONMENT = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH")
_PROJECT = Path(__file__).resolve().parent.parent

# Their content is code or a second document, never text of the message. They are
# parsed as elements, so that they end where a browser ends them, and then dropped.
_DROPPED = frozenset({"iframe", "noembed", "noframes", "script", "style", "title"})

_SIMPLE_TAGS = frozenset({
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "s", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "u", "ul",
})  # fmt: skip
_SIMPLE_DEPTH = 100  # nobody writes such a page, and browsers cut off at some depth
_TAGS = _SIMPLE_TAGS | frozenset({
    "abbr", "address", "bdi", "bdo", "big", "caption", "center", "cite", "col",
    "colgroup", "dd", "dfn", "dl", "dt", "font", "img", "mark", "q", "rp", "rt", "ruby",
    "samp", "time", "var", "wbr",
})  # fmt: skip

_CELL = frozenset({"align", "bgcolor", "colspan", "height", "rowspan", "valign"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"dir", "lang", "style", "title"}),
    "a": frozenset({"href"}),
    "col": frozenset({"align", "span", "width"}),
    "colgroup": frozenset({"align", "span", "width"}),
    "div": frozenset({"align"}),
    "font": frozenset({"color", "face", "size"}),
    "h1": frozenset({"align"}),
    "h2": frozenset({"align"}),
    "h3": frozenset({"align"}),
    "hr": frozenset({"align", "color", "size", "width"}),
    "img": frozenset({"align", "alt", "border", "height", "src", "width"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type"}),
    "p": frozenset({"align"}),
    "table": frozenset(
        {"align", "bgcolor", "border", "cellpadding", "cellspacing", "height", "width"}
    ),
    "td": _CELL | {"nowrap", "width"},
    "th": _CELL | {"nowrap", "width"},
    "tr": frozenset({"align", "bgcolor", "valign"}),
    "ul": frozenset({"type"}),
}

# Where mail programs begin the quoted message. class and id never pass; these become
# data-quoted: "this" for the element itself, "rest" for it and all that follows.
_QUOTE_CLASSES = ("gmail_quote", "protonmail_quote", "yahoo_quoted", "zmail_extra")
_QUOTE_IDS = frozenset(
    {
        "appendonsend",
        "divrplyfwdmsg",
        "mail-editor-reference-message-container",
        "stopspelling",
    }
)

_PROTOCOLS = frozenset({"cid", "data", "http", "https", "mailto", "tel"})
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\x00-\x20]", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\s<>\x00-\x20]", re.IGNORECASE)
_DATA_IMAGE = re.compile(
    r"data:image/(?:gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE
)

_PROPERTIES = frozenset({
    "background-color", "border-collapse", "border-spacing", "color", "font",
    "font-family", "font-size", "font-style", "font-variant", "font-weight", "height",
    "line-height", "text-align", "text-decoration", "vertical-align", "white-space",
    "width",
})  # fmt: skip
_PROPERTY_FAMILIES = ("border", "margin", "padding")
_CSS_FUNCTIONS = frozenset({"hsl", "hsla", "rgb", "rgba"})
# & and \ could spell any of the others once a browser has decoded them.
_CSS_REFUSED = ("url(", "expression(", "var(", "@", "&", "\\", "<", ";")

_REL = "noopener noreferrer nofollow"

Token = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that is safe to show, and what a page must know about it."""

    html: str = ""
    is_simple: bool = False  # plain structure only: may stand in the page itself
    remote_images: int = 0
    withheld: bool = False


WITHHELD = SafeHtml(withheld=True)


def clean(source: str) -> SafeHtml:
    """Return `source` made safe; never raises, and withholds what it cannot clean."""
    if len(source) > SIZE_LIMIT:
        logger.warning("HTML withheld: too large", extra={"size": len(source)})
        return WITHHELD
    if len(source) > INLINE_LIMIT:
        return _clean_in_child(source)
    try:
        return clean_here(source)
    except Exception:
        # A defect in the parser must not lose the mail.
        logger.exception("HTML withheld: the sanitizer failed")
        return WITHHELD


def clean_here(source: str) -> SafeHtml:
    """Clean in this process, for as long as it takes; may raise anything."""
    report = _Report()
    cleaner = Cleaner(
        tags=_TAGS | _DROPPED,
        attributes=_allow_attribute,
        protocols=_PROTOCOLS,
        strip=True,
        strip_comments=True,
        filters=[partial(_Filter, report=report)],
        css_sanitizer=_StyleSanitizer(),
    )
    safe: str = cleaner.clean(source.replace("\x00", ""))
    return SafeHtml(
        html=safe.strip(),
        is_simple=report.is_simple,
        remote_images=report.remote_images,
    )


def _clean_in_child(source: str) -> SafeHtml:
    """Clean in a child process; the kernel ends it when it takes too much.

    Started as a new program, never forked: the callers may be threads.
    """
    environment = {
        name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ
    }
    try:
        child = subprocess.run(
            [sys.executable, "-m", "tickets.sanitize_child", str(CPU_SECONDS)],
            input=source.encode("utf-8", "replace"),
            capture_output=True,
            cwd=_PROJECT,
            env=environment,
            timeout=WALL_SECONDS,
            check=True,
        )
        return SafeHtml(**json.loads(child.stdout))
    except (OSError, subprocess.SubprocessError, TypeError, ValueError) as error:
        logger.warning(
            "HTML withheld: the sanitizer was stopped",
            extra={"size": len(source), "error": str(error)},
        )
        return WITHHELD


def as_json(result: SafeHtml) -> str:
    """Return the result as the child process hands it to its parent."""
    return json.dumps(asdict(result))


@dataclass(slots=True)
class _Report:
    is_simple: bool = True
    remote_images: int = 0


def _allow_attribute(tag: str, name: str, value: str) -> bool:
    if name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, ()):
        return True
    return bool(_quote_mark(name, value))


def _quote_mark(name: str, value: str) -> str:
    lowered = value.lower()
    if name == "id" and lowered.removeprefix("x_") in _QUOTE_IDS:
        return "rest"
    if name == "class":
        names = {word.removeprefix("x_") for word in lowered.split()}
        if not names.isdisjoint(_QUOTE_CLASSES):
            return "this"
    return ""


class _Filter:
    """The last step: drop what has no place in a mail, rewrite links and images."""

    def __init__(self, source: Any, *, report: _Report) -> None:
        self.source = source
        self.report = report

    def __iter__(self) -> Iterator[Token]:
        depth = 0
        dropped_depth = 0
        for token in self.source:
            kind = token["type"]
            if kind in {"StartTag", "EndTag"} and token["name"] in _DROPPED:
                dropped_depth += 1 if kind == "StartTag" else -1
            elif dropped_depth or kind in {"Comment", "Doctype"}:
                continue
            else:
                depth += (kind == "StartTag") - (kind == "EndTag")
                if depth > _SIMPLE_DEPTH:
                    self.report.is_simple = False
                if kind in {"StartTag", "EmptyTag"}:
                    self._rewrite(token)
                yield token

    def _rewrite(self, token: Token) -> None:
        name = token["name"]
        kept: dict[str, str] = {}
        for (_namespace, attribute), value in token["data"].items():
            mark = _quote_mark(attribute, value)
            if mark:
                kept["data-quoted"] = mark
            elif _is_kept(name, attribute, value):
                kept[attribute] = value.strip()
        href = kept.pop("href", "")
        if _LINK.match(href):
            kept |= {"href": href, "rel": _REL}
        if name == "img":
            self._rewrite_image(kept)
        if name not in _SIMPLE_TAGS or kept.keys() - {"href", "rel", "data-quoted"}:
            self.report.is_simple = False
        token["data"] = {(None, key): value for key, value in kept.items()}

    def _rewrite_image(self, kept: dict[str, str]) -> None:
        """Leave no image that a browser would fetch by itself."""
        source = kept.pop("src", "")
        if source.lower().startswith("cid:"):
            kept["data-cid"] = source[4:]
        elif _DATA_IMAGE.fullmatch(source):
            kept["src"] = source
        elif _REMOTE.match(source):
            prefix = "https:" if source.startswith("//") else ""
            kept["data-remote-src"] = prefix + source
            self.report.remote_images += 1


def _is_kept(tag: str, attribute: str, value: str) -> bool:
    """Say whether an attribute is worth keeping, all of them being harmless."""
    if attribute in {"class", "id"} or not value.strip():
        return attribute == "alt"
    if attribute == "dir":
        return value.strip().lower() == "rtl"
    # Quotations look alike whoever sent them, and so stay simple HTML.
    return not (tag == "blockquote" and attribute == "style")


class _StyleSanitizer(CSSSanitizer):  # type: ignore[misc]
    """bleach looks at names of properties only; this looks at the values too."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}  # mail programs repeat the same few styles

    def sanitize_css(self, style: str) -> str:
        """Return the declarations that can neither fetch nor cover anything."""
        if style not in self._known:
            self._known[style] = self._sanitized(style)
        return self._known[style]

    @staticmethod
    def _sanitized(style: str) -> str:
        declarations = tinycss2.parse_declaration_list(
            html.unescape(style), skip_comments=True, skip_whitespace=True
        )
        kept = []
        for declaration in declarations:
            if declaration.type != "declaration":
                continue
            value = tinycss2.serialize(declaration.value).strip()
            name = declaration.lower_name
            if _is_allowed_property(name) and _is_safe_value(value, declaration.value):
                kept.append(f"{name}: {value}")
        return "; ".join(kept)


def _is_allowed_property(name: str) -> bool:
    if name in _PROPERTIES:
        return True
    return name.startswith(_PROPERTY_FAMILIES) and "image" not in name


def _is_safe_value(value: str, components: list[Any]) -> bool:
    lowered = value.lower()
    if any(refused in lowered for refused in _CSS_REFUSED):
        return False
    return all(
        part.type not in {"url", "error", "{} block", "[] block", "() block"}
        and (part.type != "function" or part.lower_name in _CSS_FUNCTIONS)
        for part in components
    )
