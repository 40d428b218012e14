"""Mails as people send them, and the two doors they come in by."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from hashlib import sha256
from uuid import uuid4

from tests.requirements import rt_mailgate

EX_TEMPFAIL = 75


@dataclass
class Letter:
    """A mail to be, from a sender nobody else has."""

    subject: str = "Printer jam"
    text: str = "It is jammed.\n"
    who: str = field(default_factory=lambda: f"alice-{uuid4().hex[:10]}")
    message_id: str = field(default_factory=lambda: f"{uuid4().hex}@customer.example")
    headers: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def sender(self) -> str:
        """The address it comes from."""
        return f"{self.who}@customer.example"

    @cached_property
    def raw(self) -> bytes:
        """The bytes on the wire, the same each time."""
        message = EmailMessage(policy=SMTP)
        message["From"] = f"Alice Adams <{self.sender}>"
        message["To"] = "rt@example.com"
        message["Subject"] = self.subject
        message["Message-ID"] = f"<{self.message_id}>"
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(self.text)
        for name, content in self.files.items():
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return message.as_bytes()

    @property
    def sha256(self) -> str:
        """The name under which its bytes are kept."""
        return sha256(self.raw).hexdigest()

    def answer(self, to: EmailMessage, *, text: str, who: str = "") -> Letter:
        """Return a reply to a mail we got, as a mail program would send it."""
        return Letter(
            subject=f"Re: {to['Subject']}",
            text=text,
            who=who or self.who,
            headers={"In-Reply-To": to["Message-ID"], "References": to["References"]},
        )


def by_rt_mailgate(
    url: str, raw: bytes, *, queue: str = "General", action: str = "correspond"
) -> int:
    """Pipe a mail into RT's own program; return its exit code."""
    command = [rt_mailgate(), "--url", url, "--queue", queue, "--action", action]
    done = subprocess.run(
        [*command, "--timeout", "60"], input=raw, capture_output=True, check=False
    )
    return done.returncode


def by_http(
    url: str, raw: bytes, *, queue: str = "General", action: str = "correspond"
) -> int:
    """Post a mail as RT's program does; return the exit code it would end with."""
    border = uuid4().hex
    fields = {"SessionType": "REST", "queue": queue, "action": action}
    head = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{value}\r\n"
        for name, value in fields.items()
    )
    head += (
        f'--{border}\r\nContent-Disposition: form-data; name="message"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    request = urllib.request.Request(
        f"{url.rstrip('/')}/REST/1.0/NoAuth/mail-gateway",
        data=head.encode() + raw + f"\r\n--{border}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={border}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = response.read()
    except OSError:
        return EX_TEMPFAIL
    if answer.startswith(b"ok"):
        return 0
    return 0 if answer.startswith(b"not ok") else EX_TEMPFAIL
