"""The wiki markup of RT's Wikitext fields, as HTML. Everything else is escaped."""

import re
from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

_LIST = re.compile(r"(?:\t| {4})\s*(\*|\d+[.,])\s+(.*)")
_HEADING = re.compile(r"={1,6}")
# Titles do not go on for ever: each bracket of many would be read to the end of them.
_LINK = re.compile(r"\[(https?://[^\s|\]\[]{1,2000})(?:\|([^\]\[]{0,1000}))?\]")
_BARE = re.compile(r"(?<![\"=>])\bhttps?://[^\s<>\"]+[^\s<>\".,;:)]")


def wikitext(text: str) -> SafeString:
    """Return headings, lists, paragraphs, rules, bold, italics and links."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n"))
    shown = "\n".join(part for block in blocks for part in _block(block.split("\n")))
    return mark_safe(shown)  # noqa: S308 - _inline escapes


def _block(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    items: list[str] = []
    tag = "ul"
    for line in [*lines, "\0"]:
        item, heading = _LIST.match(line), _heading(line)
        is_rule = line.strip() in {"----", "-----"}
        is_text = not (item or heading or is_rule or line == "\0")
        if paragraph and not is_text:
            yield f"<p>{'<br>'.join(map(_inline, paragraph))}</p>"
            paragraph = []
        if items and not item:
            inside = "".join(f"<li>{_inline(each)}</li>" for each in items)
            yield f"<{tag}>{inside}</{tag}>"
            items = []
        if item:
            tag = "ul" if item[1] == "*" else "ol"
            items.append(item[2])
        elif heading:
            # Below the headings of the page.
            yield f"<h4>{_inline(heading)}</h4>"
        elif is_rule:
            yield "<hr>"
        elif is_text and line.strip():
            paragraph.append(line)


def _heading(line: str) -> str:
    """Return what stands between the signs of a heading; nothing for other lines."""
    signs = _HEADING.match(line)
    bare = line.rstrip()
    if signs is None or not bare.endswith(signs[0]) or len(bare) <= 2 * signs.end():
        return ""
    return bare[signs.end() : -signs.end()].strip()


def _inline(text: str) -> str:
    parts: list[str] = []
    position = 0
    for link in _LINK.finditer(text):
        parts += [_marked(text[position : link.start()]), _link(link[1], link[2])]
        position = link.end()
    return "".join([*parts, _marked(text[position:])])


def _marked(text: str) -> str:
    parts: list[str] = []
    position = 0
    for link in _BARE.finditer(text):
        parts += [_emphasised(text[position : link.start()]), _link(link[0], "")]
        position = link.end()
    return "".join([*parts, _emphasised(text[position:])])


def _emphasised(text: str) -> str:
    strong = re.sub(r"'''([^']+)'''", "\0b\\1\0B", text)
    marked = re.sub(r"''([^']+)''", "\0i\\1\0I", strong)
    shown = escape(marked)
    for mark, tag in (
        ("b", "<strong>"),
        ("B", "</strong>"),
        ("i", "<em>"),
        ("I", "</em>"),
    ):
        shown = shown.replace(f"\0{mark}", tag)
    return shown


def _link(url: str, title: str | None) -> str:
    shown = escape(title.strip() if title and title.strip() else url)
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{shown}</a>'
