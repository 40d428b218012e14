"""From a row of the outbox to the MIME message a mail server gets."""

from dataclasses import dataclass
from email import encoders, message_from_bytes
from email.mime.base import MIMEBase
from email.utils import format_datetime, parseaddr

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils import timezone

from mail.models import OutgoingFile, OutgoingMail
from tickets import blobs

NULL_SENDER = "<>"
_CHARSET = "utf-8"
_LONGEST_LINE = 990  # bytes; the protocol ends at 998


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


def compose(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message with exactly the headers of the row, its files read."""
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
    for file in mail.files.select_related("blob").order_by("pk"):
        message.attach(_part(file))
    return message


def _part(file: OutgoingFile) -> MIMEBase:
    data = blobs.read(file.blob)
    main, _, sub = file.content_type.partition("/")
    if main in {"message", "multipart"} and not _is_plain_message(file, data):
        main, sub = "application", "octet-stream"
    part = MIMEBase(main or "application", sub or "octet-stream")
    if main == "message":
        part.attach(message_from_bytes(data))
    else:
        part.set_payload(data)
        encoders.encode_base64(part)
    disposition = "attachment"
    if file.filename.isascii():
        part.add_header("Content-Disposition", disposition, filename=file.filename)
    else:
        name = (_CHARSET, "", file.filename)
        part.add_header("Content-Disposition", disposition, filename=name)
    if file.origin:
        part["RT-Attachment"] = file.origin
    return part


def _is_plain_message(file: OutgoingFile, data: bytes) -> bool:
    """Say whether a mail can stand inside another as it is; encoding it is illegal."""
    return (
        file.content_type == "message/rfc822"
        and data.isascii()
        and b"\x00" not in data
        and max(map(len, data.splitlines()), default=0) <= _LONGEST_LINE
    )


def _bare_address(entry: str) -> str:
    """Return the address a mail server takes, or nothing if there is none."""
    try:
        address = parseaddr(sanitize_address(entry, _CHARSET))[1]
    except (ValueError, UnicodeError):
        return ""
    return address if "@" in address else ""
