"""Handing a message to the mail server, and reading what it says of each recipient."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

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


def send(
    message: EmailMultiAlternatives, *, sender: str, recipients: Iterable[str]
) -> Answers:
    """Send to these addresses; return the answer for each of them. Never raises.

    What a person has to put right at the server (a wrong password, no TLS) counts as
    "later" like a network error: the mail itself is not to blame.
    """
    everybody = list(recipients)
    backend = _backend()
    try:
        if not isinstance(backend, SmtpBackend):
            backend.send_messages([message])
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
    backend: Any, message: EmailMultiAlternatives, sender: str, everybody: list[str]
) -> Answers:
    """Use Django's connection, but hear what it does not tell: partial refusals."""
    mime: Any = message.message()  # Django's own class, which the stubs do not know
    content = mime.as_bytes(linesep="\r\n")
    backend.open()
    try:
        refused = backend.connection.sendmail(sender, everybody, content)
    finally:
        backend.close()
    answers = dict.fromkeys(everybody, Answer("sent"))
    return answers | {
        address: _of_code(code, text) for address, (code, text) in refused.items()
    }


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
