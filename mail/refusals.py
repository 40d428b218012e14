"""Telling people that their mail was not taken, and what to do; never in circles.

At most one such mail an hour per sender and reader, never one to a program: what a
program sent is told to the owner of this installation instead.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mail.composing import NULL_SENDER
from mail.loops import is_bounce, is_own_address
from mail.marks import LOOP_HEADER, loop_value, new_message_id
from mail.models import IncomingMail, OutgoingMail
from mail.outbox import MailFile, NewMail, queue_mail
from mail.parsing import ParsedMail
from tickets.messages import one_line

PAUSE = timedelta(hours=1)
LARGEST_ORIGINAL = 256 * 1024  # bytes; longer ones are not sent back


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a mail was not taken. The subjects go in front of the mail's own.

    Without a text the sender is not written to, without an owner's text the owner is
    not.
    """

    reason: str
    subject: str = ""
    text: str = ""
    owner_subject: str = ""
    owner_text: str = ""


class RefusedError(Exception):
    """A mail that is not to be carried out, for good."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


def tell(
    refusal: Refusal, *, mail: IncomingMail, parsed: ParsedMail, own: Collection[str]
) -> None:
    """Queue the mails that tell the sender and the owner."""
    reader = _answerable(parsed, own)
    subject = refusal.subject
    if refusal.text and reader:
        _queue(mail, parsed, reader=reader, subject=subject, text=refusal.text)
    elif refusal.text and not refusal.owner_text:
        _to_owner(mail, parsed, subject=subject, text=refusal.text)
    if refusal.owner_text:
        _to_owner(mail, parsed, subject=refusal.owner_subject, text=refusal.owner_text)


def _answerable(parsed: ParsedMail, own: Collection[str]) -> str:
    """Return whom to answer; nobody when a program wrote it, or we did."""
    address = parsed.errors_to.address if parsed.errors_to else ""
    if parsed.message.is_auto_generated or is_bounce(parsed):
        return ""
    return "" if is_own_address(address, own) else address


def _to_owner(
    mail: IncomingMail, parsed: ParsedMail, *, subject: str, text: str
) -> None:
    if settings.OWNER_EMAIL:
        _queue(mail, parsed, reader=settings.OWNER_EMAIL, subject=subject, text=text)


def _queue(
    mail: IncomingMail, parsed: ParsedMail, *, reader: str, subject: str, text: str
) -> None:
    about = parsed.errors_to.address if parsed.errors_to else ""
    pair = f"{about.lower()}\n{reader.lower()}"
    prefix = f"refusal:{hashlib.sha256(pair.encode()).hexdigest()[:32]}:"
    since = timezone.now() - PAUSE
    if OutgoingMail.objects.filter(key__startswith=prefix, created__gt=since).exists():
        return
    headers = {
        LOOP_HEADER: loop_value(settings.RTNAME),
        "Precedence": "bulk",
        "Auto-Submitted": "auto-replied",
    }
    if parsed.message_id:
        headers["In-Reply-To"] = f"<{parsed.message_id}>"
        known = (*parsed.references[-9:], parsed.message_id)
        headers["References"] = " ".join(f"<{name}>" for name in dict.fromkeys(known))
    queue_mail(
        NewMail(
            key=f"{prefix}{mail.pk}",
            from_email=settings.CORRESPOND_ADDRESS,
            envelope_from=NULL_SENDER,
            to=(one_line(reader),),
            subject=one_line(f"{subject} {mail.subject}")[:250],
            message_id=new_message_id(ticket_id=0, organization=settings.ORGANIZATION),
            headers=headers,
            text=f"{text}\n\n{_about(mail)}",
            files=_original(mail),
        )
    )


def _about(mail: IncomingMail) -> str:
    lines = {
        "From": mail.sender,
        "Subject": mail.subject,
        "Message-ID": mail.message_id and f"<{mail.message_id}>",
        "Received": f"{mail.received_at:%Y-%m-%d %H:%M} UTC",
        "Kept as": f"incoming mail {mail.pk}",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items() if value)


def _original(mail: IncomingMail) -> tuple[MailFile, ...]:
    if mail.blob.size > LARGEST_ORIGINAL:
        return ()
    return (
        MailFile(blob=mail.blob, filename="message.eml", content_type="message/rfc822"),
    )
