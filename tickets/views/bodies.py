"""How a message is shown: which of its MIME parts, folded, linked, framed."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from tickets.models import Attachment
from tickets.quotes import Block, fold, fold_html
from tickets.sanitize import has_remote_images

LONGEST_INLINE = 25 * 1024  # characters; RT's limit of what is shown at once
_ANCHOR = re.compile(r"(<a [^>]*>.*?</a>)", re.DOTALL)
_TICKET = re.compile(r"(?<![\w&/#;])#(\d{1,9})\b(?!;)")
# A line without this has no link for urlize, which takes every word apart.
_MAY_LINK = re.compile(
    r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)\b", re.IGNORECASE
)
_WORD_CHARACTERS = 2_000  # longer words are no addresses, and urlize is slow on them


@dataclass(frozen=True, slots=True)
class Body:
    """One readable part: ``html`` stands in the page, ``frame`` in a sandbox."""

    attachment: Attachment
    html: SafeString = field(default_factory=lambda: mark_safe(""))
    frame: bool = False
    blocks_images: bool = False
    is_cut: bool = False
    is_withheld: bool = False


def bodies(attachments: list[Attachment]) -> list[Body]:
    """Return what is to be read of a message, in document order.

    Of alternatives the HTML is taken, unless it was withheld; files are left out.
    """
    children: dict[int | None, list[Attachment]] = defaultdict(list)
    known = {node.pk for node in attachments}
    for node in attachments:
        children[node.parent_id if node.parent_id in known else None].append(node)
    return [
        _body(node) for root in children[None] for node in _readable(root, children)
    ]


def _readable(
    node: Attachment, children: dict[int | None, list[Attachment]]
) -> Iterable[Attachment]:
    below = children[node.pk]
    if not below:
        if not node.is_file and (node.content or "").strip():
            yield node
        return
    found = [list(_readable(child, children)) for child in below]
    found = [parts for parts in found if parts]
    if node.content_type == "multipart/alternative" and found:
        yield from max(found, key=_rank)
    else:
        for parts in found:
            yield from parts


def _rank(parts: list[Attachment]) -> int:
    """Prefer HTML that can be shown to plain text, and that to all else."""
    if any(part.safe_html for part in parts):
        return 2
    return int(any(part.content_type == "text/plain" for part in parts))


def _body(node: Attachment) -> Body:
    if node.content_type == "text/html":
        if node.safe_html is None:
            return Body(node, is_withheld=True)
        if node.is_simple_html:
            return Body(node, html=mark_safe(fold_html(node.safe_html)))  # noqa: S308 - sanitised when it was stored
        return Body(node, frame=True, blocks_images=has_remote_images(node.safe_html))
    text = node.content or ""
    is_cut = len(text) > LONGEST_INLINE
    blocks = fold(text[:LONGEST_INLINE] if is_cut else text)
    html = mark_safe("".join(_block(block) for block in blocks))  # noqa: S308 - each block is escaped
    return Body(node, html=html, is_cut=is_cut)


def _block(block: Block) -> SafeString:
    if not block.text.strip():
        return mark_safe("")
    inner = linked(block.text.strip("\n"))
    if block.kind == "text":
        return format_html('<div class="content plain">{}</div>', inner)
    label = "quoted text" if block.kind == "quote" else "signature"
    return format_html(
        '<details class="quoted"><summary aria-label="Show {}" title="Show {}">···'
        '</summary><blockquote class="content plain muted">{}</blockquote></details>',
        label,
        label,
        inner,
    )


def linked(text: str) -> SafeString:
    """Escape a text, and make addresses and ticket numbers in it links."""
    if max(map(len, text.split()), default=0) > _WORD_CHARACTERS:
        return format_html("{}", text)
    lines = (
        urlize(line, nofollow=True, autoescape=True)
        if _MAY_LINK.search(line)
        else escape(line)
        for line in text.split("\n")
    )
    pieces = _ANCHOR.split("\n".join(lines))
    return mark_safe(  # noqa: S308 - urlize has escaped the text
        "".join(
            piece if piece.startswith("<a ") else _TICKET.sub(_ticket_link, piece)
            for piece in pieces
        )
    )


def _ticket_link(match: re.Match[str]) -> str:
    url = reverse("tickets:detail", args=[int(match[1])])
    return f'<a href="{url}">#{match[1]}</a>'
