"""One HTTP call: signed, bounded in time and size, following no redirect."""

import base64
import hmac
import http.client
import secrets
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

from mail.webhooks.addresses import PrivateAddressError, connect

SECRET_PREFIX = "whsec_"  # noqa: S105 - says what follows, keeps nothing secret
MOST_READ = 2_000
_GONE = 410

State = Literal["sent", "later", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call; ``refused`` is for good. ``status`` None: no answer."""

    state: State
    status: int | None = None
    text: str = ""


def new_secret() -> str:
    """Return a secret for signing, in the form that receivers' libraries read."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def call(
    url: str, *, secret: str, message_id: str, timestamp: int, body: bytes
) -> Answer:
    """Post a message and return what became of it. Never raises for what is outside."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Helpdesk/{settings.VERSION}",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(
            secret, message_id=message_id, timestamp=timestamp, body=body
        ),
    }
    try:
        return _post(url, body, headers)
    except PrivateAddressError as error:
        return Answer("refused", text=str(error))
    except (http.client.HTTPException, OSError, ValueError) as error:
        return Answer("later", text=f"{type(error).__name__}: {error}"[:MOST_READ])


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    kind = _CheckedTLS if is_tls else _Checked
    connection = kind(
        parts.hostname or "", parts.port or (443 if is_tls else 80),
        timeout=settings.WEBHOOK_TIMEOUT,
    )  # fmt: skip
    # Each read may take the timeout; a server that drips may not go on for ever.
    deadline = threading.Timer(3 * settings.WEBHOOK_TIMEOUT, _cut, [connection])
    deadline.daemon = True
    deadline.start()
    try:
        target = parts.path or "/"
        target += f"?{parts.query}" if parts.query else ""
        connection.request("POST", target, body=body, headers=dict(headers))
        response = connection.getresponse()
        text = response.read(MOST_READ).decode("utf-8", "replace")
        return _judge(response.status, text)
    finally:
        deadline.cancel()
        connection.close()


def _judge(status: int, text: str) -> Answer:
    words = " ".join(text.split())
    if 200 <= status < 300:
        return Answer("sent", status)
    if status == _GONE:
        return Answer("refused", status, f"410: it is gone for good. {words}".strip())
    if 300 <= status < 400:
        return Answer("later", status, f"{status}: redirects are not followed.")
    return Answer("later", status, f"{status} {words}".strip())


class _Checked(http.client.HTTPConnection):
    """Connects to addresses that may be called only, and through no proxy."""

    def connect(self) -> None:
        self.sock = connect(self.host, self.port, timeout=settings.WEBHOOK_TIMEOUT)


class _CheckedTLS(http.client.HTTPSConnection):
    """The same with TLS; the certificate is checked against the name."""

    def connect(self) -> None:
        bare = connect(self.host, self.port, timeout=settings.WEBHOOK_TIMEOUT)
        context = ssl.create_default_context()
        try:
            self.sock = context.wrap_socket(bare, server_hostname=self.host)
        except BaseException:
            bare.close()
            raise


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call that takes too long: whoever reads from it gets an error."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()
