"""Handing a message to the mail server, and reading what it says of each recipient."""

import re
import smtplib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, Literal

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from mail.composing import Composed, whole, written

_CHUNK = 64 * 1024
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)

State = Literal["sent", "later", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one recipient, and the words of the server."""

    state: State
    text: str = ""


Answers = dict[str, Answer]


def is_configured() -> bool:
    """Say whether there is a mail server to hand mail to."""
    return bool(settings.MAIL_TRANSPORT)


def send(message: Composed, *, sender: str, recipients: Iterable[str]) -> Answers:
    """Send to these addresses; return the answer for each of them. Never raises.

    What a person has to put right at the server (a wrong password, no TLS) counts as
    "later" like a network error: the mail itself is not to blame.
    """
    everybody = list(recipients)
    backend = _backend()
    try:
        if not isinstance(backend, SmtpBackend):
            backend.send_messages([whole(message)])
            return dict.fromkeys(everybody, Answer("sent"))
        return _send_by_smtp(backend, message, sender, everybody)
    except smtplib.SMTPRecipientsRefused as error:
        return _of_refused(everybody, error.recipients)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        answer = _of_code(error.smtp_code, error.smtp_error)
        return dict.fromkeys(everybody, answer)
    except (smtplib.SMTPException, OSError) as error:
        text = f"{_place()}: {_words(error)}"
        return dict.fromkeys(everybody, Answer("later", text))


def _backend() -> Any:
    options = dict(settings.MAIL_TRANSPORT or {})
    name = options.get("EMAIL_BACKEND")
    if name == "django.core.mail.backends.filebased.EmailBackend":
        return get_connection(name, file_path=options.get("EMAIL_FILE_PATH"))
    if name != "django.core.mail.backends.smtp.EmailBackend":
        return get_connection(name)
    return SmtpBackend(
        host=options.get("EMAIL_HOST") or "localhost",
        port=options.get("EMAIL_PORT") or 25,
        username=options.get("EMAIL_HOST_USER") or "",
        password=options.get("EMAIL_HOST_PASSWORD") or "",
        use_tls=options.get("EMAIL_USE_TLS", False),
        use_ssl=options.get("EMAIL_USE_SSL", False),
        timeout=settings.EMAIL_TIMEOUT,
    )


def _send_by_smtp(
    backend: Any, message: Composed, sender: str, everybody: list[str]
) -> Answers:
    """Use Django's connection, but hear what it does not tell: partial refusals."""
    with closing(written(message)) as content:
        backend.open()
        try:
            refused = _hand_over(backend.connection, sender, everybody, content)
        finally:
            backend.close()
    answers = dict.fromkeys(everybody, Answer("sent"))
    return answers | {
        address: _of_code(code, text) for address, (code, text) in refused.items()
    }


def _hand_over(
    connection: smtplib.SMTP, sender: str, everybody: list[str], content: IO[bytes]
) -> dict[str, tuple[int, bytes]]:
    """Do what ``smtplib.SMTP.sendmail`` does, RFC 5321 section 3.3, from a file.

    That one wants the mail in memory, and makes two more copies of it.
    """
    connection.ehlo_or_helo_if_needed()
    size = content.seek(0, 2)
    options = [f"size={size}"] if connection.has_extn("size") else []
    code, text = connection.mail(sender, options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, text, sender)
    refused: dict[str, tuple[int, bytes]] = {}
    for address in everybody:
        code, text = connection.rcpt(address)
        if code not in {250, 251}:
            refused[address] = (code, text)
        if code == 421:
            raise smtplib.SMTPRecipientsRefused(refused)
    if len(refused) == len(everybody):
        raise smtplib.SMTPRecipientsRefused(refused)
    connection.putcmd("data")
    code, text = connection.getreply()
    if code == 354:
        for lines in _dot_stuffed(content):
            connection.send(lines)
        connection.send(b".\r\n")
        code, text = connection.getreply()
    if code != 250:
        raise smtplib.SMTPDataError(code, text)
    return refused


def _dot_stuffed(content: IO[bytes]) -> Iterator[bytes]:
    """Yield whole lines with a leading dot doubled, RFC 5321 section 4.5.2."""
    content.seek(0)
    last = b"\n"
    while lines := content.read(_CHUNK):
        last = lines + content.readline()
        yield _LEADING_DOT.sub(b"..", last)
    if not last.endswith(b"\n"):
        yield b"\r\n"


def _of_refused(everybody: list[str], refused: dict[str, tuple[int, bytes]]) -> Answers:
    """Nobody got it; who was not asked any more is asked next time."""
    answers = dict.fromkeys(everybody, Answer("later", "The server hung up."))
    return answers | {
        address: _of_code(code, text) for address, (code, text) in refused.items()
    }


def _of_code(code: int, text: bytes | str) -> Answer:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    answer = f"{code} {' '.join(words.split())}".strip()
    return Answer("refused" if code >= 500 else "later", answer)


def _place() -> str:
    options = settings.MAIL_TRANSPORT or {}
    return f"{options.get('EMAIL_HOST') or 'localhost'}:{options.get('EMAIL_PORT')}"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_code(error.smtp_code, error.smtp_error).text
    return str(error) or type(error).__name__
