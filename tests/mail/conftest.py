"""A mail server for the tests of outgoing mail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mail.hook_server import HookServer
from tests.mail.smtp_sink import SmtpSink


@pytest.fixture
def sink(settings: Any) -> Iterator[SmtpSink]:
    """A real SMTP server that outgoing mail is delivered to."""
    server = SmtpSink()
    server.start()
    settings.MAIL_TRANSPORT = server.transport
    settings.EMAIL_TIMEOUT = 5
    yield server
    server.stop()


@pytest.fixture
def no_mail_server(settings: Any) -> None:
    """Nothing is configured to hand mail to."""
    settings.MAIL_TRANSPORT = None


@pytest.fixture
def hook(settings: Any) -> Iterator[HookServer]:
    """A program on this machine that may be called."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    settings.WEBHOOK_TIMEOUT = 2
    with HookServer().running() as server:
        yield server
