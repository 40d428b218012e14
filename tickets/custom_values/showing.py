"""How a value looks: as plain text, and as HTML with its links."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from queues.models import CustomField
from tickets.custom_values.wikitext import wikitext
from tickets.html_text import html_to_text
from tickets.models.custom_values import CustomFieldValue, CustomValue

SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A value for a page: ``html`` stands in it, ``frame`` is shown in a sandbox."""

    text: str
    html: SafeString
    frame: str = ""
    include: str = ""


def plain_text(field: CustomField, value: CustomValue | str) -> str:
    """Return a value as people read it: dates in their zone, HTML as text."""
    stored = value if isinstance(value, str) else value.text
    if field.kind == "HTML":
        return html_to_text(stored)
    return _local(stored) if field.kind == "DateTime" else stored


def shown(field: CustomField, value: CustomValue, *, number: int = 0) -> Shown:
    """Return a value for a page; ``number`` is the ticket's, for link templates."""
    text = plain_text(field, value)
    link = expand(field.link_value_to, value.text, number=number)
    include = expand(field.include_content_for_value, value.text, number=number)
    if not include.startswith("/"):
        # Pages of others are not shown inside ours.
        include = ""
    if field.kind == "HTML":
        return Shown(text, mark_safe(""), frame=_url("field_html", value))
    return Shown(text, _html(field, value, text, link), include=include)


def brief_html(
    field: CustomField, value: CustomValue, *, number: int = 0
) -> SafeString | None:
    """Return a value for a cell of a list: one line, or None for its plain text."""
    if value.blob_id:
        return _file_link(value)
    link = expand(field.link_value_to, value.text, number=number)
    if link or field.kind in {"HTML", "DateTime"}:
        return _linked(plain_text(field, value), link)
    return None


def expand(template: str, value: str, *, number: int = 0) -> str:
    """Fill a link template; what a browser would run becomes nothing.

    A value at the very beginning is taken as an address, elsewhere as a part of one.
    """
    if not template:
        return ""
    places = {
        "__id__": str(number or ""),
        "__WebPath__": settings.WEB_PATH,
        "__WebBaseURL__": settings.WEB_URL.rstrip("/"),
        "__WebURL__": settings.WEB_URL.rstrip("/") + "/",
        "__WebDomain__": urlsplit(settings.WEB_URL).hostname or "",
    }
    url = template
    for name, text in places.items():
        url = url.replace(name, text)
    if url.startswith("__CustomField__"):
        url = value.strip() + url.removeprefix("__CustomField__")
    url = url.replace("__CustomField__", quote(value, safe=""))
    return url if is_safe_link(url) else ""


def is_safe_link(url: str) -> bool:
    """Say whether a link leads somewhere and runs nothing."""
    if not url.isprintable() or " " in url:
        return False
    if url.startswith("/"):
        return not url.startswith(("//", "/\\"))
    try:
        return urlsplit(url).scheme.lower() in SAFE_SCHEMES
    except ValueError:
        return False


def _html(field: CustomField, value: CustomValue, text: str, link: str) -> SafeString:
    if value.blob_id:
        return _file(field, value)
    if field.kind == "Wikitext":
        return format_html('<div class="content">{}</div>', wikitext(value.text))
    if field.kind == "Text":
        return format_html('<div class="content plain">{}</div>', text)
    return _linked(text, link)


def _linked(text: str, link: str) -> SafeString:
    if not link:
        return escape(text)
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow">{}</a>', link, text
    )


def _file(field: CustomField, value: CustomValue) -> SafeString:
    url = _url("field_file", value)
    if field.kind == "Image":
        return format_html(
            '<a href="{0}"><img class="thumb" src="{0}" alt="{1}" loading="lazy"></a>',
            url,
            value.content,
        )
    return _file_link(value)


def _file_link(value: CustomValue) -> SafeString:
    url = _url("field_file", value)
    return format_html('<a href="{}?download=1">{}</a>', url, value.content)


def _url(name: str, value: CustomValue) -> str:
    kind = "ticket" if isinstance(value, CustomFieldValue) else "object"
    return reverse(f"tickets:{name}", args=[kind, value.pk])


def _local(stored: str) -> str:
    try:
        moment = datetime.fromisoformat(stored).replace(tzinfo=UTC)
    except ValueError:
        return stored
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
