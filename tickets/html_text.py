"""Plain text from HTML: for mail, quoting, search and notifications."""

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "address", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "h1",
        "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul",
    }
)  # fmt: skip
_SPACED = frozenset(
    {"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"}
)
# Not str.split(): a no-break space is text, and mail programs indent with it.
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,15})")
_HIDDEN = {
    tag: re.compile(f"</{tag}[^>]*>?", re.IGNORECASE)
    for tag in ("script", "style", "title")
}
_DEEPEST = 20  # levels of quotation or list; deeper ones are not set in any further


def html_to_text(safe_html: str) -> str:
    """Return the text of sanitised HTML: links, lists and quotations stay legible.

    Takes time in proportion to its input only if that is well formed, which what
    `tickets.sanitize` returns is. For HTML as it came use `tagless`.
    """
    walker = _Walker()
    walker.feed(safe_html)
    walker.close()
    return walker.text()


def tagless(source: str) -> str:
    """Return what is left of any HTML, hostile or broken, without its tags.

    Crude, for what could not be sanitised; linear in the length of the input.
    """
    kept = []
    position = 0
    while (start := source.find("<", position)) != -1:
        end = source.find(">", start)
        if end == -1:
            break
        kept.append(source[position:start])
        name = _TAG_NAME.match(source, start)
        tag = name.group(1).lower() if name else ""
        kept.append("\n" if tag in _BLOCKS or tag == "br" else "")
        position = end + 1
        if tag in _HIDDEN and source[start + 1] != "/":
            closing = _HIDDEN[tag].search(source, position)
            position = closing.end() if closing else len(source)
    kept.append(source[position:])
    lines = (_SPACE.sub(" ", line).strip() for line in "".join(kept).splitlines())
    return html.unescape("\n".join(line for line in lines if line)).strip()


class _Walker(HTMLParser):
    """Collects lines; every line knows the prefix of the quotations it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.quotes = 0
        self.lists: list[int] = []  # the number of the next item, 0 for bullets
        self.preformatted = 0
        self.href = ""
        self.link_start = 0
        self.cells = 0
        self.cell_line = 0  # where the lines of the current cell begin
        self.is_cell_start = False
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _BLOCKS:
            self._begin_block(tag)
        if tag == "br":
            self._end_line(forced=True)
        elif tag == "img":
            self._add((values.get("alt") or "").strip())
        elif tag == "a":
            self.href = values.get("href") or ""
            self.link_start = len(self.pieces)
        elif tag in {"td", "th"}:
            self._begin_cell()
        elif tag == "ol":
            self.lists.append(_start_number(values.get("start")))
        elif tag == "ul":
            self.lists.append(0)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag not in _BLOCKS:
            return
        self._end_line()
        if tag in {"ol", "ul"} and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        if tag in _SPACED and not (tag in {"ol", "ul"} and self.lists):
            self._blank_line()

    def handle_data(self, data: str) -> None:
        if not self.preformatted:
            self._add(_SPACE.sub(" ", data))
            return
        first, *others = data.split("\n")
        self._add(first)
        for line in others:
            self._end_line(forced=True)
            self._add(line)

    def text(self) -> str:
        """Return all lines, with no blank ones at either end or two in a row."""
        self._end_line()
        kept: list[str] = []
        for line in self.lines:
            is_blank = not line.strip("> ")
            if is_blank and kept and not kept[-1].strip("> "):
                kept[-1] = min(kept[-1], line, key=len)
            elif kept or not is_blank:
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def _begin_cell(self) -> None:
        """Go on in the same line, even behind a cell that was a paragraph."""
        lines = [line for line in self.lines[self.cell_line :] if line.strip()]
        if self.cells and not self.pieces and len(lines) == 1 and not self.quotes:
            del self.lines[self.cell_line :]
            self.pieces = lines
        self._add(" | " if self.cells else "")
        self.cells += 1
        self.cell_line = len(self.lines)
        self.is_cell_start = True

    def _begin_block(self, tag: str) -> None:
        if not self.is_cell_start or tag not in {"div", "p"}:
            self._end_line()
        if tag == "tr":
            self.cells = 0
            self.cell_line = len(self.lines)
        elif tag == "hr":
            self._add("-" * 20)
            self._end_line()
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "li":
            self.pieces.append(self._item_mark())
        elif tag == "blockquote":
            self._blank_line()
            self.quotes += 1

    def _item_mark(self) -> str:
        indent = "  " * min(max(0, len(self.lists) - 1), _DEEPEST)
        if self.lists and self.lists[-1]:
            self.lists[-1] += 1
            return f"{indent}{self.lists[-1] - 1}. "
        return f"{indent}* "

    def _add(self, text: str) -> None:
        self.is_cell_start = self.is_cell_start and not text.strip(" |")
        at_start = not self.pieces or self.pieces[-1].endswith(" ")
        if at_start and not self.preformatted:
            text = text.lstrip(" ")
        if text:
            self.pieces.append(text)

    def _end_link(self) -> None:
        label = "".join(self.pieces[self.link_start :]).strip()
        href, self.href = self.href, ""
        shown = href.removeprefix("mailto:").removeprefix("tel:")
        if href and shown.rstrip("/") not in {label, label.rstrip("/")}:
            self._add(f" <{shown}>" if label else shown)

    def _end_line(self, *, forced: bool = False) -> None:
        text = "".join(self.pieces)
        self.pieces.clear()
        self.link_start = 0
        if not text.strip() and not forced:
            return
        prefix = ">" * min(self.quotes, _DEEPEST)
        line = text.rstrip() if self.preformatted else text.rstrip(" ")
        self.lines.append(f"{prefix} {line}".rstrip(" ") if prefix else line)

    def _blank_line(self) -> None:
        self.lines.append(">" * min(self.quotes, _DEEPEST))


def _start_number(value: str | None) -> int:
    if value and value.isascii() and value.isdigit() and len(value) < 6:
        return max(1, int(value))
    return 1
