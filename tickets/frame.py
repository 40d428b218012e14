"""The document in which HTML mail is shown, inside a sandboxed frame.

Works on HTML that `tickets.sanitize` has made safe, and on nothing else.
"""

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

Attributes = list[tuple[str, str | None]]

_HOST = re.compile(r"[\w.:\[\]-]+")
_COLOURED = re.compile(r"color\s*[:=]", re.IGNORECASE)

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: .25rem; color: #1d2129; background: #fff;
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: #1a5fb4; }
img { max-width: 100%; height: auto; }
table { max-width: 100%; }
pre { white-space: pre-wrap; }
blockquote { margin: .5rem 0; padding-left: .75rem; border-left: 3px solid #c3c8d0; }
details.quoted > summary { cursor: pointer; color: #5b6370; }
.blocked-image { display: inline-block; padding: .25rem .5rem; border: 1px dashed
  #8a919c; border-radius: .25rem; color: #5b6370; font-size: .8em; }
"""
# Only where the mail brings no colours of its own: dark text set by its author must
# keep the light paper it was written for.
_DARK_STYLE = """
@media (prefers-color-scheme: dark) {
  body { color: #e4e7ec; background: #16191f; }
  a { color: #8ab8f5; }
  blockquote { border-left-color: #4a515c; }
  details.quoted > summary, .blocked-image { color: #a3abb8; }
}
"""


def has_remote_images(safe_html: str) -> bool:
    """Say whether there are images whose fetching would tell the sender something."""
    return "data-remote-src=" in safe_html


def frame_policy(*, show_remote_images: bool, cid_urls: Mapping[str, str]) -> str:
    """Return the Content-Security-Policy of the frame's document.

    Send it as a header too, with `sandbox allow-popups
    allow-popups-to-escape-sandbox` in front, when the document has a URL of its own: a
    document given as srcdoc inherits the policy of the page around it, which refuses
    the inline styles every HTML mail is made of.
    """
    sources = {"data:"} | {_origin(url) for url in cid_urls.values()}
    if show_remote_images:
        sources |= {"http:", "https:"}
    images = " ".join(sorted(sources))
    return (
        f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; "
        "form-action 'none'; base-uri 'none'"
    )


def frame_document(
    safe_html: str, *, show_remote_images: bool, cid_urls: Mapping[str, str]
) -> str:
    """Return the complete HTML document for the sandboxed frame.

    `cid_urls` leads from Content-ID to the URL of the attachment. The frame has no
    origin, so a browser sends no session cookie with these requests: give data: URLs
    or URLs that carry their own proof.
    """
    policy = frame_policy(show_remote_images=show_remote_images, cid_urls=cid_urls)
    images = _Images(show_remote_images=show_remote_images, cid_urls=cid_urls)
    body = images.rewritten(safe_html)
    style = _STYLE if _COLOURED.search(safe_html) else _STYLE + _DARK_STYLE
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
        '<meta name="referrer" content="no-referrer"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><title>Message</title>'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )


class Rewriter(HTMLParser):
    """Read safe HTML and write it again; subclasses change single elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []

    def rewritten(self, safe_html: str) -> str:
        """Return the HTML with the changes made."""
        self.feed(safe_html)
        self.close()
        return "".join(self.out)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a start tag as it was read."""
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write an empty tag as it was read."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag."""
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text; safe HTML has none with bare angle brackets but '>'."""
        self.out.append(data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        """Write a named entity."""
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered entity."""
        self.out.append(f"&#{name};")


class _Images(Rewriter):
    """Put real images, or boxes in their place, where the placeholders stand."""

    def __init__(
        self, *, show_remote_images: bool, cid_urls: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.show_remote_images = show_remote_images
        self.cid_urls = cid_urls

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write an image with its source, or the box that stands for it."""
        values = {name: value or "" for name, value in attrs}
        source = self._source(values) if tag == "img" else "unchanged"
        if source == "unchanged":
            super().handle_starttag(tag, attrs)
        elif source:
            kept = {
                name: value
                for name, value in values.items()
                if name not in {"data-cid", "data-remote-src", "src"}
            }
            self.out.append(_tag("img", kept | {"src": source}))
        else:
            label = values.get("alt", "").strip()[:100] or "Image not shown"
            title = values.get("data-remote-src", "")
            box = _tag("span", {"class": "blocked-image", "title": title})
            self.out.append(f"{box}{html.escape(label)}</span>")

    def _source(self, values: dict[str, str]) -> str:
        if "data-remote-src" in values:
            return values["data-remote-src"] if self.show_remote_images else ""
        if "data-cid" in values:
            return self.cid_urls.get(unquote(values["data-cid"]), "")
        return "unchanged" if values.get("src", "").startswith("data:") else ""


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(
        f' {key}="{html.escape(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{written}>"


def _origin(url: str) -> str:
    """Return what img-src must name to allow this URL."""
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return "data:" if parts.scheme == "data" else "'self'"
