"""What a Create, Correspond or Comment carries: a tree of MIME parts.

A Message is complete when it is built. Its HTML has been sanitised, its text can be
stored in any database, its files are byte for byte what was sent. Commands take it as
it is, whether it came from a form, from the API or from mail.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tickets.html_text import html_to_text, tagless
from tickets.sanitize import SafeHtml, clean

__all__ = [
    "File",
    "Message",
    "Part",
    "bare_filename",
    "compose",
    "html_part",
    "html_to_text",
    "one_line",
    "storable",
]

_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
_LINE_BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_LONGEST_FILENAME = 255
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME node: a container, a text, or a file.

    A container has children and nothing else, a text has `text`, a file has `data`. A
    text/html part whose `safe_html` is None was withheld by the sanitizer.
    """

    content_type: str
    headers: str = ""  # decoded, one "Name: value" a line
    filename: str = ""
    text: str | None = None
    data: bytes | None = None
    safe_html: str | None = None
    is_simple_html: bool = False  # else safe_html may stand in the sandboxed frame only
    content_id: str = ""
    children: tuple["Part", ...] = ()

    @property
    def is_file(self) -> bool:
        """Say whether this is something to download and not something to read."""
        return self.data is not None

    @property
    def is_container(self) -> bool:
        """Say whether this has no content of its own."""
        return self.data is None and self.text is None

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all below it, in document order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody attaches."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""  # when the HTML shows it as cid:


@dataclass(frozen=True, slots=True)
class Message:
    """A message with all that a command must know of it."""

    root: Part
    subject: str = ""
    message_id: str = ""  # this, in_reply_to and references without angle brackets
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    cc_once: tuple[str, ...] = ()
    bcc_once: tuple[str, ...] = ()
    is_auto_generated: bool = False
    squelch: tuple[str, ...] = ()  # not to be notified of this message
    interface: str = "Web"  # Web, Email, REST, REST2, CLI, API

    @property
    def content(self) -> Part | None:
        """The part to read: the first text, text/plain before text/html."""
        return _content(self.root, ("text/plain", "text/html"))

    @property
    def text(self) -> str:
        """The content as plain text, for quoting, templates and mail."""
        part = self.content
        if part is None or part.text is None:
            return ""
        if part.content_type != "text/html":
            return part.text
        if part.safe_html is None:
            return tagless(part.text)
        return html_to_text(part.safe_html)

    @property
    def html(self) -> str | None:
        """The content as safe HTML; None if there is none or it was withheld."""
        part = _content(self.root, ("text/html", "text/plain"))
        return part.safe_html if part else None

    @property
    def files(self) -> tuple[Part, ...]:
        """Every file, in document order, those of enclosed messages included."""
        return tuple(part for part in self.root.walk() if part.is_file)

    @property
    def is_empty(self) -> bool:
        """Say whether nobody would miss this message."""
        return not any(
            part.is_file or (part.text or "").strip() for part in self.root.walk()
        )


def compose(
    *,
    text: str = "",
    html: str = "",
    files: Sequence[File] = (),
    subject: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    cc_once: Sequence[str] = (),
    bcc_once: Sequence[str] = (),
    interface: str = "Web",
) -> Message:
    """Build the message somebody writes in a form or sends through the API.

    HTML is sanitised; without `text` the text is derived from it.
    """
    subject = one_line(subject)
    to_once = tuple(filter(None, map(one_line, cc_once)))
    hidden_once = tuple(filter(None, map(one_line, bcc_once)))
    headers = {
        "Subject": subject,
        "Message-ID": f"<{one_line(message_id)}>" if message_id else "",
        "In-Reply-To": f"<{one_line(in_reply_to)}>" if in_reply_to else "",
        "RT-Send-CC": ", ".join(to_once),
        "RT-Send-BCC": ", ".join(hidden_once),
        "X-RT-Interface": one_line(interface),
    }
    return Message(
        root=_with_headers(_tree(storable(text), storable(html), files), headers),
        subject=subject,
        message_id=one_line(message_id),
        in_reply_to=one_line(in_reply_to),
        references=tuple(map(one_line, references)),
        cc_once=to_once,
        bcc_once=hidden_once,
        interface=interface,
    )


def html_part(
    source: str,
    *,
    headers: str = "",
    safe: SafeHtml | None = None,
    content_id: str = "",
) -> Part:
    """Return the text/html part for HTML as it came, sanitised unless `safe` is given.

    Pass `safe` where sanitising is to be refused or has been done.
    """
    safe = clean(source) if safe is None else safe
    return Part(
        content_type="text/html",
        headers=headers,
        text=source,
        safe_html=None if safe.withheld else safe.html,
        is_simple_html=safe.is_simple and not safe.withheld,
        content_id=content_id,
    )


def storable(text: str) -> str:
    """Return the text without what PostgreSQL refuses: NUL and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def one_line(text: str) -> str:
    """Return the text as one line without control characters, fit for a header."""
    if text.isprintable():  # nothing that the patterns below would find
        return text.strip()
    return _CONTROLS.sub("", _LINE_BREAKS.sub(" ", storable(text))).strip()


def bare_filename(name: str) -> str:
    """Return the file's name without any path, of any system, or ""."""
    name = one_line(name).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if name.strip(".") == "":
        return ""
    if len(name.encode()) > _LONGEST_FILENAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        room = _LONGEST_FILENAME - len(ending.encode())
        name = name.encode()[:room].decode("utf-8", "ignore") + ending
    return name


def _tree(text: str, html: str, files: Sequence[File]) -> Part:
    bodies = _bodies(text, html)
    attached = tuple(map(_file_part, files))
    if len(bodies) > 1:
        bodies = (_container("multipart/alternative", bodies),)
    if not bodies and not attached:
        return _text_part("")
    if len(bodies) + len(attached) == 1:
        return (*bodies, *attached)[0]
    return _container("multipart/mixed", (*bodies, *attached))


def _bodies(text: str, html: str) -> tuple[Part, ...]:
    if not html.strip():
        return (_text_part(text),) if text.strip() else ()
    rich = html_part(html, headers="Content-Type: text/html; charset=utf-8")
    if not text.strip():
        safe_html = rich.safe_html
        text = tagless(html) if safe_html is None else html_to_text(safe_html)
    if not text.strip() and rich.safe_html is not None and "<img" not in rich.safe_html:
        return ()  # an editor leaves empty paragraphs where nothing was written
    return (_text_part(text), rich)


def _text_part(text: str) -> Part:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Part(
        "text/plain", headers="Content-Type: text/plain; charset=utf-8", text=text
    )


def _container(content_type: str, children: tuple[Part, ...]) -> Part:
    return Part(
        content_type, headers=f"Content-Type: {content_type}", children=children
    )


def _file_part(file: File) -> Part:
    content_type = file.content_type.partition(";")[0].strip().lower()
    if not _CONTENT_TYPE.fullmatch(content_type):
        content_type = _UNKNOWN_TYPE
    filename = bare_filename(file.filename)
    quoted = filename.replace("\\", "\\\\").replace('"', '\\"')
    content_id = one_line(file.content_id).strip("<>")
    disposition = "inline" if content_id else "attachment"
    headers = [
        f"Content-Type: {content_type}",
        f'Content-Disposition: {disposition}; filename="{quoted}"',
        f"Content-Length: {len(file.data)}",
    ]
    if content_id:
        headers.append(f"Content-ID: <{content_id}>")
    return Part(
        content_type,
        headers="\n".join(headers),
        filename=filename,
        data=file.data,
        content_id=content_id,
    )


def _with_headers(root: Part, headers: dict[str, str]) -> Part:
    written = [f"{name}: {value}" for name, value in headers.items() if value]
    return replace(root, headers="\n".join([*written, root.headers]))


def _content(part: Part, preferred: tuple[str, ...]) -> Part | None:
    """Return the first text below `part`; inside an alternative the preferred one."""
    if part.is_file:
        return None
    if not part.children:
        return part if part.text is not None else None
    found = [text for child in part.children if (text := _content(child, preferred))]
    if part.content_type == "multipart/alternative":
        ranks = {content_type: rank for rank, content_type in enumerate(preferred)}
        found.sort(key=lambda text: ranks.get(text.content_type, len(ranks)))
    return found[0] if found else None
