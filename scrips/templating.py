"""Fills in administrators' templates, in a sandbox of plain data.

The language is Django's without loading, including or reaching attributes of objects:
templates see dictionaries, strings, numbers and dates only. What people wrote is data
and is never read as a template.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from scrips.models import ScripTemplate, TemplateType
from tickets.html_text import html_to_text

LONGEST_SOURCE: Final = 64 * 1024
LONGEST_RESULT: Final = 1024 * 1024
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_SIMPLE = re.compile(r"\{\s*\$(\w+)\s*\}")
_TAGS: Final = frozenset(
    {
        "autoescape", "comment", "firstof", "for", "if", "ifchanged", "spaceless",
        "verbatim", "with",
    }
)  # fmt: skip
_FILTERS: Final = frozenset(
    {
        "add", "addslashes", "capfirst", "date", "default", "default_if_none",
        "dictsort", "dictsortreversed", "divisibleby", "escape", "filesizeformat",
        "first", "floatformat", "force_escape", "get_digit", "join", "last", "length",
        "linebreaks", "linebreaksbr", "linenumbers", "lower", "pluralize", "slice",
        "slugify", "striptags", "time", "timesince", "timeuntil", "title",
        "truncatechars", "truncatewords", "unordered_list", "upper", "urlencode",
        "urlize", "wordcount", "wordwrap", "yesno",
    }
)  # fmt: skip


class TemplateError(ValidationError):
    """The template cannot be read or filled in; the message says where."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="template")


def _engine(*, autoescape: bool) -> Engine:
    """Return an engine that can load nothing and knows harmless words only."""
    engine = Engine(loaders=[], autoescape=autoescape, string_if_invalid="")
    allowed = Library()
    for library in engine.template_builtins:
        allowed.filters.update(
            (name, use) for name, use in library.filters.items() if name in _FILTERS
        )
        allowed.tags.update(
            (name, use) for name, use in library.tags.items() if name in _TAGS
        )
    engine.template_builtins = [allowed]
    return engine


@dataclass(frozen=True)
class Source:
    """A template's text taken apart: header lines and body."""

    headers: Mapping[str, str]
    body: str

    @property
    def is_html(self) -> bool:
        """Say whether the body is HTML."""
        return self.headers.get("content-type", "").startswith("text/html")


@dataclass(frozen=True)
class Rendered:
    """A filled-in template; headers by lower-case name."""

    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    html: str = ""

    @property
    def attaches_message(self) -> bool:
        """Say whether the transaction's files go along."""
        return self.headers.get("rt-attach-message", "").lower() in {"yes", "true", "1"}


def split_source(content: str) -> Source:
    """Take a template's text apart; without a header line all of it is body.

    Raises:
        TemplateError: it is too long.
    """
    if len(content) > LONGEST_SOURCE:
        raise TemplateError(f"A template may have {LONGEST_SOURCE} characters at most.")
    lines = content.replace("\r\n", "\n").split("\n")
    headers: dict[str, str] = {}
    last = ""
    for number, line in enumerate(lines):
        if not line.strip():
            return Source(headers, "\n".join(lines[number + 1 :]))
        match = _HEADER.fullmatch(line)
        if match:
            last = match[1].lower()
            headers[last] = match[2]
        elif line[0] in " \t" and last:
            headers[last] += " " + line.strip()
        else:
            return Source({}, content)
    return Source(headers, "")


def render(template: ScripTemplate, variables: Mapping[str, Any]) -> Rendered | None:
    """Fill a template in; None if its body comes out empty, which sends nothing.

    Raises:
        TemplateError: it cannot be read or filled in.
    """
    source = split_source(template.content)
    if not source.body.strip():
        return None
    fill = _fill_simple if template.type == TemplateType.SIMPLE else _fill_native
    headers = {
        name: " ".join(fill(value, variables, is_html=False).split())
        for name, value in source.headers.items()
    }
    body = fill(source.body, variables, is_html=source.is_html)
    if not body.strip():
        return None
    if source.is_html:
        return Rendered(headers, text=html_to_text(body), html=body)
    return Rendered(headers, text=body)


def check(content: str, *, kind: str = TemplateType.NATIVE) -> None:
    """Refuse a template that could not be read.

    Raises:
        TemplateError: with the line of the mistake.
    """
    source = split_source(content)
    if kind == TemplateType.NATIVE:
        for text in (*source.headers.values(), source.body):
            _compiled(text, is_html=source.is_html)


def _compiled(text: str, *, is_html: bool) -> Template:
    try:
        return Template(text, engine=_HTML if is_html else _TEXT)
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        line = f"Line {token.lineno}: " if token is not None else ""
        raise TemplateError(f"{line}{error}") from error


def _fill_native(text: str, variables: Mapping[str, Any], *, is_html: bool) -> str:
    if "{" not in text:
        return text
    result = _compiled(text, is_html=is_html).render(
        Context(dict(variables), autoescape=is_html)
    )
    if len(result) > LONGEST_RESULT:
        raise TemplateError(f"The result has more than {LONGEST_RESULT} characters.")
    return str(result)


def _fill_simple(text: str, variables: Mapping[str, Any], *, is_html: bool) -> str:
    simple = variables["simple"]

    def value(match: re.Match[str]) -> str:
        if match[1] not in simple:
            return match[0]
        return escape(simple[match[1]]) if is_html else str(simple[match[1]])

    return _SIMPLE.sub(value, text)


_TEXT: Final = _engine(autoescape=False)
_HTML: Final = _engine(autoescape=True)


def trusted_html(html: str) -> SafeString:
    """Mark HTML that ``tickets.sanitize`` has cleaned as not to be escaped."""
    return mark_safe(html)  # noqa: S308 - sanitised when it was stored
