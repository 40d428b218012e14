"""The one way out: every mail becomes a row first, and a worker delivers it."""

import mimetypes
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.mime.base import MIMEBase
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from mail.models import OutgoingFile, OutgoingMail
from mail.rings import ring_delivery
from tickets import blobs
from tickets.commands import record_mail
from tickets.html_text import tagless
from tickets.messages import bare_filename, storable
from tickets.models import Blob, Ticket, Transaction

_HEADER_NAME = re.compile(r"[!-9;-~]{1,100}")
# Written by the delivery from the columns of the row.
_COLUMN_HEADERS = frozenset(
    {"bcc", "cc", "date", "from", "message-id", "mime-version", "subject", "to"}
)
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class MailFile:
    """A file to go with a mail. ``origin`` is TICKET/TRANSACTION/ATTACHMENT, or ""."""

    blob: Blob
    filename: str
    content_type: str
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """A mail to send. Message-ID with or without angle brackets.

    ``key`` is what makes composing the same mail twice store it once. ``headers`` are
    the further ones, among them References and In-Reply-To.
    """

    key: str
    from_email: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str
    html: str = ""
    files: tuple[MailFile, ...] = ()
    ticket: Ticket | None = None
    transaction: Transaction | None = None
    scrip_id: int | None = None
    scrip_description: str = ""
    about_comment: bool = False
    envelope_from: str = ""


def queue_mail(new: NewMail) -> OutgoingMail:
    """Put a mail into the outbox and into its ticket's history, once per key.

    It goes out after the caller's DB transaction has committed.

    Raises:
        ValidationError: nobody to send it to, or a line break in a header.
    """
    _check(new)
    known = OutgoingMail.objects.filter(key=new.key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            mail = _write(new)
    except IntegrityError:
        known = OutgoingMail.objects.filter(key=new.key).first()
        if known is None:
            raise
        return known
    return mail


def _write(new: NewMail) -> OutgoingMail:
    message_id = new.message_id.strip().strip("<>")
    record = None
    if new.ticket is not None:
        record = record_mail(
            new.ticket,
            message_id=message_id,
            headers=_record_headers(new, message_id),
            about_comment=new.about_comment,
        )
    mail = OutgoingMail.objects.create(
        key=new.key,
        from_email=new.from_email,
        to=list(new.to),
        cc=list(new.cc),
        bcc=list(new.bcc),
        subject=storable(new.subject)[:500],
        message_id=message_id,
        headers=dict(new.headers),
        text=storable(new.text),
        html=storable(new.html),
        envelope_from=new.envelope_from,
        ticket=new.ticket,
        transaction=new.transaction,
        record=record,
        scrip_id=new.scrip_id,
        scrip_description=new.scrip_description[:255],
    )
    OutgoingFile.objects.bulk_create(
        OutgoingFile(
            mail=mail,
            blob=file.blob,
            filename=bare_filename(file.filename),
            content_type=file.content_type[:127] or _OCTETS,
            origin=file.origin,
        )
        for file in new.files
    )
    ring_delivery(mail.pk)
    return mail


def _record_headers(new: NewMail, message_id: str) -> str:
    lines = {
        "From": new.from_email,
        "To": ", ".join(new.to),
        "Cc": ", ".join(new.cc),
        "Bcc": ", ".join(new.bcc),
        "Subject": storable(new.subject),
        "Message-ID": f"<{message_id}>",
        "X-Helpdesk-Scrip": new.scrip_description,
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def _check(new: NewMail) -> None:
    """Refuse what would let a value become a header of its own, or go nowhere."""
    if not (new.to or new.cc or new.bcc):
        raise ValidationError("The mail has no recipient.", code="no_recipient")
    values = {
        "From": (new.from_email, new.envelope_from),
        "To": new.to,
        "Cc": new.cc,
        "Bcc": new.bcc,
        "Subject": (new.subject,),
        "Message-ID": (new.message_id,),
        "X-Helpdesk-Scrip": (new.scrip_description,),
    } | {name: (str(value),) for name, value in new.headers.items()}
    for name, contents in values.items():
        if any(set(content) & {"\n", "\r", "\x00"} for content in contents):
            raise ValidationError(
                "The header %(name)s of a mail must be one line.",
                code="line_break",
                params={"name": name},
            )
    for name in new.headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _COLUMN_HEADERS:
            raise ValidationError(
                "'%(name)s' cannot be given as a further header.",
                code="header_name",
                params={"name": name},
            )


class OutboxBackend(BaseEmailBackend):
    """Django's door to the outbox: whatever is sent with Django becomes a row."""

    def __init__(self, fail_silently: bool = False, **_kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; return how many."""
        count = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                new = _from_django(message)
                with transaction.atomic():
                    queue_mail(new)
            except ValidationError:
                if not self.fail_silently:
                    raise
            else:
                count += 1
        return count


def _from_django(message: EmailMessage) -> NewMail:
    given = {
        str(name).lower(): (str(name), str(value))
        for name, value in message.extra_headers.items()
    }
    _, message_id = given.get("message-id", ("", make_msgid(domain=settings.RTNAME)))
    _, from_email = given.get("from", ("", message.from_email))
    if message.reply_to and "reply-to" not in given:
        given["reply-to"] = ("Reply-To", ", ".join(map(str, message.reply_to)))
    text, html = str(message.body), ""
    if message.content_subtype == "html":
        text, html = tagless(text), text
    rich, files = _sort_alternatives(message)
    return NewMail(
        key=f"django:{uuid.uuid4()}",
        from_email=from_email,
        envelope_from=message.from_email if "from" in given else "",
        to=tuple(map(str, message.to)),
        cc=tuple(map(str, message.cc)),
        bcc=tuple(map(str, message.bcc)),
        subject=str(message.subject),
        message_id=message_id,
        headers={
            name: value
            for lowered, (name, value) in given.items()
            if lowered not in _COLUMN_HEADERS
        },
        text=text,
        html=rich or html,
        files=(*files, *map(_file, message.attachments)),
    )


def _sort_alternatives(message: EmailMessage) -> tuple[str, list[MailFile]]:
    """Return the HTML form of a message, and its other forms as files."""
    html = ""
    files = []
    alternatives: Iterable[Any] = getattr(message, "alternatives", ())
    for content, content_type in alternatives:
        if content_type == "text/html":
            html = str(content)
        else:
            files.append(_file(("", content, content_type)))
    return html, files


def _file(attachment: Any) -> MailFile:
    """Keep one of Django's attachments: (name, content, type) or a MIME part."""
    if isinstance(attachment, MIMEBase):
        payload = attachment.get_payload(decode=True)
        name = attachment.get_filename() or ""
        content_type = attachment.get_content_type()
        content: Any = payload if payload is not None else attachment.as_bytes()
    else:
        name, content, content_type = attachment
    if isinstance(content, EmailMessage):
        content = content.message()
    if hasattr(content, "as_bytes"):
        content = content.as_bytes()
    data = content.encode() if isinstance(content, str) else bytes(content)
    guessed = content_type or mimetypes.guess_type(name or "")[0]
    return MailFile(
        blob=blobs.store(data), filename=name or "", content_type=guessed or _OCTETS
    )
