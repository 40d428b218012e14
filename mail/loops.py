"""Tell mail that programs sent from mail that people wrote. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from mail.marks import LOOP_HEADER

if TYPE_CHECKING:
    from mail.parsing import ParsedMail

_MAIL_SYSTEMS = ("mailer-daemon@", "postmaster@")
_AUTOMATIC_PRECEDENCE = ("bulk", "junk")


def is_own_loop(mail: ParsedMail, rtname: str) -> bool:
    """Say whether this installation sent the mail itself."""
    return any(value.strip() == rtname for value in mail.all_headers(LOOP_HEADER))


def is_auto_generated(mail: ParsedMail) -> bool:
    """Say whether a program wrote the mail, so that nobody must answer it by program.

    A mailing list is people, and so is a mail that merely asks for no automatic answer.
    """
    return (
        _is_from_mail_system(mail)
        or any(
            value.strip().lower().startswith(_AUTOMATIC_PRECEDENCE)
            for value in mail.all_headers("Precedence")
        )
        or any(
            value.strip().lower() != "no"
            for value in mail.all_headers("Auto-Submitted")
        )
        or mail.header("X-FC-Machinegenerated").strip().lower().startswith("true")
    )


def is_bounce(mail: ParsedMail) -> bool:
    """Say whether a mail system reports that mail was not delivered, or is late."""
    content_type = mail.header("Content-Type").lower()
    is_report = content_type.startswith("multipart/report")
    return (
        _is_from_mail_system(mail)
        or bool(mail.header("X-Failed-Recipients"))
        or (is_report and "delivery-status" in content_type)
    )


def is_own_address(address: str, own: Collection[str]) -> bool:
    """Say whether mail to this address would come back in; case does not matter."""
    wanted = address.strip().lower()
    return any(wanted == other.strip().lower() for other in own)


def _is_from_mail_system(mail: ParsedMail) -> bool:
    if any("<>" in value for value in mail.all_headers("Return-Path")):
        return True
    sender = mail.senders[0].address.lower() if mail.senders else ""
    return not sender or sender.startswith(_MAIL_SYSTEMS)
