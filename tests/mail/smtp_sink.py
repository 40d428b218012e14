"""A real SMTP server that keeps what it gets and answers what it is told to."""

import email
import email.policy
import socket
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Delivery:
    """One message as it came over the wire."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpSink:
    """Keeps deliveries; ``refusals`` leads from an address to the answer it gets."""

    deliveries: list[Delivery] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    answer_to_data: str = ""
    wait_at_data: threading.Event | None = None
    reached_data: threading.Event = field(default_factory=threading.Event)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port, data_size_limit=None
        )

    def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        self.controller.start()

    def stop(self) -> None:
        """Listen no more; connections are refused from now on."""
        if not self.controller.loop.is_closed():
            self.controller.stop(no_assert=True)

    @property
    def transport(self) -> dict[str, Any]:
        """The value of settings.MAIL_TRANSPORT that leads here."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
        }

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Accept or refuse one recipient."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Any
    ) -> str:
        """Keep the message, or refuse it."""
        self.reached_data.set()
        if self.wait_at_data is not None:
            await server.loop.run_in_executor(None, self.wait_at_data.wait, 10)
        if self.answer_to_data:
            return self.answer_to_data
        self.deliveries.append(
            Delivery(envelope.mail_from or "", envelope.rcpt_tos, envelope.content)
        )
        return "250 Kept"
