"""The MIME tree of a mail: bytes in, parts out, whatever the bytes are.

The mail is searched for boundaries in place: the standard library's parser would cut
one of 30 MB into half a million lines first. So the memory needed is that of the mail
and of its decoded files.
"""

import binascii
import re
from dataclasses import dataclass, field

from mail.headers import decode_base64, decode_bytes, decode_header, header_text
from mail.mime_headers import (
    Pairs,
    PartHeaders,
    after_line,
    split_message,
    without_line_end,
)
from tickets.messages import Part, bare_filename, html_part
from tickets.sanitize import SafeHtml

DEEPEST = 30  # levels; what is nested deeper is kept as a file
MOST_PARTS = 1000  # the remainder is kept as a file
MOST_HTML_PARTS = 10  # sanitised; further ones are withheld
MOST_WITHHELD = 2  # after so many hostile ones no other is tried

_BOUNDARY = re.compile(rb"^--([^\r\n]{1,70})\r?\ncontent-", re.M | re.I)
_UU_BEGIN = re.compile(
    rb"^begin [0-7]{3,4} ([^\r\n]{1,255}?)[ \t]{0,9}\r?$", re.MULTILINE
)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_OCTETS = "application/octet-stream"


@dataclass(slots=True)
class Reader:
    """Reads one mail; counts what a hostile one could have too much of."""

    defects: list[str] = field(default_factory=list)
    parts: int = 0
    html_parts: int = 0
    withheld: int = 0

    def read(self, raw: bytes, *, start: int = 0, end: int | None = None) -> "Node":
        """Return the tree of the message that stands in `raw` from start to end."""
        return self._node(raw, start, len(raw) if end is None else end, depth=0)

    def _node(self, raw: bytes, start: int, end: int, *, depth: int) -> "Node":
        self.parts += 1
        headers, body = split_message(raw, start=start, end=end, defects=self.defects)
        kind = headers.content_type
        node = Node(content_type=kind, headers=headers, pairs=headers.decoded())
        if depth >= DEEPEST or self.parts > MOST_PARTS:
            self._note("nested too deeply, or too many parts: kept as a file")
            node.content_type, node.data = _OCTETS, raw[body:end]
        elif kind.startswith("multipart/"):
            self._read_children(node, headers, raw, body, end, depth=depth)
        elif kind in {"message/rfc822", "message/global"}:
            self._read_enclosed(node, headers, raw, body, end, depth=depth)
        else:
            self._read_leaf(node, headers, raw, body, end)
        return node

    def _read_children(
        self, node: "Node", headers: PartHeaders, raw: bytes, body: int, end: int, *,
        depth: int,
    ) -> None:  # fmt: skip
        ranges = _ranges(raw, body, end, headers.parameter("boundary").encode())
        if not ranges and (guessed := _BOUNDARY.search(raw, body, end)):
            self._note("multipart with another boundary than it says")
            ranges = _ranges(raw, body, end, guessed.group(1))
        if not ranges:
            self._note("multipart without its boundary: read as text")
            node.content_type = "text/plain"
            self._read_leaf(node, headers, raw, body, end)
            return
        for start, stop in ranges:
            if self.parts >= MOST_PARTS:
                self._note("too many parts: the remainder kept as a file")
                rest = Node(content_type=_OCTETS, data=raw[start : ranges[-1][1]])
                node.children.append(rest)
                break
            node.children.append(self._node(raw, start, stop, depth=depth + 1))
        if len(node.children) == 1:
            _collapse(node)

    def _read_enclosed(
        self, node: "Node", headers: PartHeaders, raw: bytes, body: int, end: int, *,
        depth: int,
    ) -> None:  # fmt: skip
        """Read a message inside the message, which some programs even encode."""
        node.filename = headers.filename
        node.content_id = headers.content_id
        if headers.encoding in {"base64", "quoted-printable"}:
            raw = self._decoded(headers, raw, body, end)
            body, end = 0, len(raw)
        node.children.append(self._node(raw, body, end, depth=depth + 1))

    def _read_leaf(
        self, node: "Node", headers: PartHeaders, raw: bytes, body: int, end: int
    ) -> None:
        node.filename = headers.filename
        node.content_id = headers.content_id
        data = self._decoded(headers, raw, body, end)
        is_text = node.content_type.startswith("text/")
        if node.filename or headers.is_attachment or not is_text:
            node.data = data
            return
        found = _uuencoded(data) if node.content_type == "text/plain" else []
        if not found:
            node.set_text(data, charset=headers.charset, reader=self)
            return
        for name, piece in found:
            if name:
                child = Node(content_type=_OCTETS, filename=name, data=piece)
            elif piece.strip():
                child = Node(content_type="text/plain")
                child.set_text(piece, charset=headers.charset, reader=self)
            else:
                continue
            node.children.append(child)
        node.content_type = "multipart/mixed"
        self.parts += len(node.children)

    def _decoded(self, headers: PartHeaders, raw: bytes, body: int, end: int) -> bytes:
        """Return the content with its transfer encoding undone, byte for byte."""
        encoding = headers.encoding
        view = memoryview(raw)[body:end]
        if encoding == "base64":
            data = decode_base64(view)
            if data is None:
                if view.tobytes().strip():
                    self._note("base64 that is none: kept as it came")
                return view.tobytes()
            return data
        if encoding == "quoted-printable":
            return binascii.a2b_qp(view)
        if encoding in {"uuencode", "x-uuencode", "x-uue", "uue"}:
            pieces = [piece for name, piece in _uuencoded(view.tobytes()) if name]
            if pieces:
                return pieces[0]
            self._note("uuencoded content without its begin and end: kept as it came")
        return view.tobytes()

    def safe_html(self) -> SafeHtml | None:
        """Say that one more HTML part may be sanitised, or how it is refused."""
        self.html_parts += 1
        is_refused = self.html_parts > MOST_HTML_PARTS or self.withheld >= MOST_WITHHELD
        return SafeHtml(withheld=True) if is_refused else None

    def _note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


@dataclass(slots=True)
class Node:
    """A part while it is read."""

    content_type: str
    headers: PartHeaders = field(default_factory=lambda: PartHeaders(()))
    pairs: Pairs = ()
    filename: str = ""
    content_id: str = ""
    data: bytes | None = None
    text: str | None = None
    html: Part | None = None
    charset: str = ""
    children: list["Node"] = field(default_factory=list)

    def set_text(self, data: bytes, *, charset: str, reader: Reader) -> None:
        """Take the text of a part that is to be read, HTML sanitised."""
        text, self.charset = decode_bytes(data, charset=charset)
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.content_type == "text/html":
            self.html = html_part(self.text, safe=reader.safe_html())
            reader.withheld += self.html.safe_html is None

    def part(self, *, added: Pairs = ()) -> Part:
        """Return the finished part; `added` headers go to this one only."""
        length = () if self.data is None else (("Content-Length", str(len(self.data))),)
        charset = (("X-RT-Original-Encoding", self.charset),) if self.charset else ()
        return Part(
            content_type=self.content_type,
            headers=header_text((*self.pairs, *charset, *length, *added)),
            filename=self.filename,
            text=self.text,
            data=self.data,
            safe_html=self.html.safe_html if self.html else None,
            is_simple_html=bool(self.html and self.html.is_simple_html),
            content_id=self.content_id,
            children=tuple(child.part() for child in self.children),
        )


def _ranges(raw: bytes, body: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Return where each part of a multipart begins and ends."""
    if not boundary:
        return []
    mark = b"--" + boundary
    ranges: list[tuple[int, int]] = []
    begun: int | None = None
    position = body
    while (found := raw.find(mark, position, end)) != -1:
        position = found + len(mark)
        if found != body and raw[found - 1 : found] != b"\n":
            continue
        stop = after_line(raw, found, end)
        tail = raw[position:stop].strip()
        position = stop
        if tail not in {b"", b"--"}:
            continue
        if begun is not None:
            ranges.append((begun, without_line_end(raw, begun, found)))
        begun = stop
        if tail == b"--":
            return ranges
        if len(ranges) > MOST_PARTS:
            break
    if begun is not None and raw[begun:end].strip():
        ranges.append((begun, end))
    return ranges


def _collapse(node: Node) -> None:
    """Replace a multipart of one by its child, keeping who wrote it to whom."""
    (child,) = node.children
    own = tuple(
        pair for pair in node.pairs if not pair[0].lower().startswith("content-")
    )
    names = {name.lower() for name, _value in own}
    added = tuple(pair for pair in child.pairs if pair[0].lower() not in names)
    node.pairs = own + added
    node.content_type = child.content_type
    node.filename = child.filename
    node.content_id = child.content_id
    node.data, node.text, node.html = child.data, child.text, child.html
    node.charset = child.charset
    node.children = child.children


def _uuencoded(data: bytes) -> list[tuple[str, bytes]]:
    """Return the text and the uuencoded files in it as (name, content), or nothing.

    Text has no name. Where there is no file that can be decoded the list is empty.
    """
    found: list[tuple[str, bytes]] = []
    position = 0
    while len(found) < 2 * MOST_PARTS and (begin := _UU_BEGIN.search(data, position)):
        closing = _UU_END.search(data, begin.end())
        if closing is None:
            break
        decoded = _uudecoded(data[begin.end() : closing.start()])
        if decoded is None:
            break
        name = bare_filename(decode_header(begin.group(1))) or "uuencoded"
        found += [("", data[position : begin.start()]), (name, decoded)]
        position = closing.end()
    return [*found, ("", data[position:])] if found else []


def _uudecoded(body: bytes) -> bytes | None:
    try:
        return b"".join(map(binascii.a2b_uu, body.strip(b"\r\n").splitlines()))
    except binascii.Error:
        return None
