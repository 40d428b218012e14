"""From a row of the outbox to the MIME message a mail server gets.

A file stands in the message as one line, its mark, and is read from its blob only
while the mail is written: a mail needs no more memory for the files it carries.
"""

import base64
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.mime.base import MIMEBase
from email.utils import format_datetime, parseaddr
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils import timezone

from mail.models import OutgoingFile, OutgoingMail
from tickets import blobs

NULL_SENDER = "<>"
_CHARSET = "utf-8"
_LONGEST_LINE = 990  # bytes; the protocol ends at 998
_BASE64_LINES = 57 * 1024  # bytes for 1024 lines of 76 letters, RFC 2045 section 6.8
_MOST_IN_MEMORY = 1024 * 1024
_MARK = re.compile(rb"^([0-9a-f]{32})(?=\r?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who it is from and goes to, in addresses a mail server takes.

    ``recipients`` leads from each such address to the entries of the row it stands
    for; ``unusable`` are the entries that are no addresses at all.
    """

    sender: str
    recipients: dict[str, list[str]]
    unusable: list[str]


def envelope(mail: OutgoingMail) -> Envelope:
    """Return the envelope, without those who have the mail or have refused it.

    Raises:
        ValueError: the sender is no address.
    """
    recipients: dict[str, list[str]] = {}
    unusable: list[str] = []
    for entry in dict.fromkeys(mail.recipients()):
        if mail.answers.get(entry, {}).get("state", "later") != "later":
            continue
        address = _bare_address(entry)
        if address:
            recipients.setdefault(address, []).append(entry)
        else:
            unusable.append(entry)
    if mail.envelope_from == NULL_SENDER:
        return Envelope("", recipients, unusable)
    sender = _bare_address(mail.envelope_from or mail.from_email)
    if not sender:
        raise ValueError(f"The sender '{mail.from_email}' is no e-mail address.")
    return Envelope(sender, recipients, unusable)


@dataclass(frozen=True, slots=True)
class Composed:
    """A message with marks where its files belong; ``parts`` leads from them there."""

    message: EmailMultiAlternatives
    parts: dict[bytes, tuple[MIMEBase, OutgoingFile]]


def compose(mail: OutgoingMail) -> Composed:
    """Return the message with exactly the headers of the row."""
    headers = dict(mail.headers)
    headers["Message-ID"] = f"<{mail.message_id}>"
    headers["Date"] = format_datetime(timezone.localtime(mail.created))
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.from_email,
        to=[entry for entry in mail.to if _bare_address(entry)],
        cc=[entry for entry in mail.cc if _bare_address(entry)],
        bcc=[entry for entry in mail.bcc if _bare_address(entry)],
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    parts = {}
    for file in mail.files.select_related("blob").order_by("pk"):
        mark = uuid.uuid4().hex  # nobody can write it into a mail beforehand
        part = _part(file, mark)
        message.attach(part)
        parts[mark.encode()] = (part, file)
    return Composed(message, parts)


def written(composed: Composed) -> IO[bytes]:
    """Return the message as it goes over the wire, in a file that is at its start.

    Short ones stay in memory. Close it after use.
    """
    mime: Any = composed.message.message()  # Django's class, unknown to the stubs
    output = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115 - handed out
    for piece in _MARK.split(mime.as_bytes(linesep="\r\n")):
        known = composed.parts.get(piece)
        for lines in _encoded(*known) if known else [piece]:
            output.write(lines)
    output.seek(0)
    return output


def whole(composed: Composed) -> EmailMultiAlternatives:
    """Return the message with its files in memory, for transports other than SMTP."""
    for part, file in composed.parts.values():
        part.set_payload(b"".join(_encoded(part, file)).decode("ascii"))
    return composed.message


def _part(file: OutgoingFile, mark: str) -> MIMEBase:
    main, _, sub = file.content_type.partition("/")
    if main in {"message", "multipart"} and not _is_plain_message(file):
        main, sub = "application", "octet-stream"
    part = MIMEBase(main or "application", sub or "octet-stream")
    if main != "message":
        part["Content-Transfer-Encoding"] = "base64"
    disposition = "attachment"
    if file.filename.isascii():
        part.add_header("Content-Disposition", disposition, filename=file.filename)
    else:
        name = (_CHARSET, "", file.filename)
        part.add_header("Content-Disposition", disposition, filename=name)
    if file.origin:
        part["RT-Attachment"] = file.origin
    part.set_payload(mark)
    return part


def _encoded(part: MIMEBase, file: OutgoingFile) -> Iterator[bytes]:
    """Yield a file as lines of ASCII, some at a time, the last without its end."""
    is_base64 = part["Content-Transfer-Encoding"] == "base64"
    line_end = b""
    with closing(blobs.open_blob(file.blob)) as source:
        while data := source.read(_BASE64_LINES) if is_base64 else source.readline():
            lines = base64.encodebytes(data) if is_base64 else data
            yield line_end + lines.rstrip(b"\r\n").replace(b"\n", b"\r\n")
            line_end = b"\r\n"


def _is_plain_message(file: OutgoingFile) -> bool:
    """Say whether a mail can stand inside another as it is; encoding it is illegal."""
    if file.content_type != "message/rfc822":
        return False
    with closing(blobs.open_blob(file.blob)) as source:
        while line := source.readline(_LONGEST_LINE + 1):
            if len(line) > _LONGEST_LINE or not line.isascii() or b"\x00" in line:
                return False
    return True


def _bare_address(entry: str) -> str:
    """Return the address a mail server takes, or nothing if there is none."""
    try:
        address = parseaddr(sanitize_address(entry, _CHARSET))[1]
    except (ValueError, UnicodeError):
        return ""
    return address if "@" in address else ""
