"""Webhooks: what may be called, how a call is signed, and what becomes of it."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mail.models import DeliveryState, Webhook, WebhookDelivery
from mail.tasks import sweep
from mail.webhooks import check_url, enable, new_webhook, queue_webhook, send_again
from mail.webhooks.addresses import PrivateAddressError, connect
from mail.webhooks.delivery import RETRY_MINUTES, deliver, due, purge, release_claims
from tests.conftest import Settled, World
from tests.mail.hook_server import HookServer

pytestmark = pytest.mark.django_db
PAYLOAD = {"subject": "Drucker brennt: ä"}


def queued(webhook: Webhook, key: str = "k-1") -> WebhookDelivery:
    """Queue a call, as a subscription would."""
    return queue_webhook(webhook, key=key, event="search.changed", payload=PAYLOAD)


def told(delivery: WebhookDelivery) -> WebhookDelivery:
    """Make the call and return the row as it is then."""
    deliver(delivery.pk)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def webhook(world: World, hook: HookServer) -> Webhook:
    """Bob's program."""
    return new_webhook(hook.url, creator=world.bob)


def test_a_call(webhook: Webhook, hook: HookServer, settled: Settled) -> None:
    """It is made by a worker, once, with a signature the receiver can check."""
    with settled():
        queued(webhook)
        queued(webhook)
    assert len(hook.calls) == 1
    headers, body = hook.calls[0]
    assert json.loads(body)["data"] == PAYLOAD
    assert (headers["path"], headers["webhook-id"]) == ("/hook?x=1", "k-1")
    signed = f"k-1.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.answer) == (DeliveryState.SENT, 200)
    deliver(delivery.pk)
    assert len(hook.calls) == 1


def test_a_program_that_is_down(webhook: Webhook, hook: HookServer) -> None:
    """It is called again later, and hears everything then."""
    hook.status = 503
    delivery = told(queued(webhook))
    assert (delivery.state, delivery.answer) == (DeliveryState.QUEUED, 503)
    assert "503" in delivery.error
    assert delivery.next_try_at > timezone.now()
    assert due(timezone.now()) == []
    hook.status = 204
    WebhookDelivery.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))
    assert due(timezone.now()) == [delivery.pk]
    assert told(delivery).state == DeliveryState.SENT


def test_giving_up(webhook: Webhook, hook: HookServer) -> None:
    """After a day the webhook is disabled; enabling it sends what was left."""
    hook.status = 500
    WebhookDelivery.objects.filter(pk=queued(webhook).pk).update(
        attempts=len(RETRY_MINUTES)
    )
    delivery = told(WebhookDelivery.objects.get())
    webhook.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert webhook.disabled
    assert "500" in webhook.reason
    assert told(queued(webhook, "k-2")).state == DeliveryState.FAILED
    assert len(hook.calls) == 1
    hook.status = 200
    enable(webhook)
    states = {told(each).state for each in webhook.deliveries.all()}
    assert states == {DeliveryState.SENT}


def test_gone_for_good(webhook: Webhook, hook: HookServer) -> None:
    """410 disables it at once."""
    hook.status = 410
    assert told(queued(webhook)).state == DeliveryState.FAILED
    webhook.refresh_from_db()
    assert webhook.disabled


def test_redirects_are_not_followed(webhook: Webhook, hook: HookServer) -> None:
    """Where an answer points is not called."""
    hook.status, hook.location = 302, hook.url
    delivery = told(queued(webhook))
    assert (len(hook.calls), delivery.state) == (1, DeliveryState.QUEUED)
    assert "redirects" in delivery.error


def test_nobody_listens(webhook: Webhook) -> None:
    """A closed port is an error to try again after."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    Webhook.objects.update(url=f"http://127.0.0.1:{port}/")
    assert told(queued(webhook)).state == DeliveryState.QUEUED


def test_the_own_net_is_out_of_bounds(
    webhook: Webhook, hook: HookServer, settings: Any
) -> None:
    """Not even a name that leads there is called; it fails for good."""
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    Webhook.objects.update(url=hook.url.replace("127.0.0.1", "localhost"))
    delivery = told(queued(webhook))
    assert delivery.state == DeliveryState.FAILED
    assert "private" in delivery.error
    assert hook.calls == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "fe80::1",  # noqa: S104 - to be refused
        "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::10.0.0.1",
        "::127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(
    settings: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Private, local, shared, multicast, and the same in disguise."""
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answer = [(family, socket.SOCK_STREAM, 6, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answer)
    with pytest.raises(PrivateAddressError):
        connect("innocent.example", 80, timeout=1)
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(ValidationError):
        check_url(f"http://{shown}/")


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://x.example/", "javascript:alert(1)", "http://", "https://[::1",
        "http://user:secret@x.example/", "http://x.example:99999/", "http://x/\r\nA: b",
        "http://localhost/", "http://LOCALHOST./", "http://bücher.example/",
        "https://x.example/" + "a" * 2000,
    ],
)  # fmt: skip
def test_urls_that_are_refused(url: str, world: World) -> None:
    """With words, before anything is stored."""
    with pytest.raises(ValidationError):
        new_webhook(url, creator=world.bob)
    assert not Webhook.objects.exists()


def test_urls_that_are_taken() -> None:
    """Public addresses, by name or number, with port and path."""
    for url in ("https://x.example/a?b=c", "http://x.example:8080", "https://1.1.1.1/"):
        check_url(url)


def test_a_dead_worker_s_call(webhook: Webhook, hook: HookServer) -> None:
    """A claim holds for a while; after it, or a restart, another takes over."""
    delivery = queued(webhook)
    WebhookDelivery.objects.update(state="sending", claimed_at=timezone.now())
    assert told(delivery).state == DeliveryState.SENDING
    release_claims()
    assert told(delivery).state == DeliveryState.SENT
    assert len(hook.calls) == 1


def test_what_is_swept_up(webhook: Webhook, hook: HookServer, settled: Settled) -> None:
    """A lost ring is made good."""
    queued(webhook)
    WebhookDelivery.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))
    with settled():
        sweep()
    assert len(hook.calls) == 1


def test_sending_again(webhook: Webhook) -> None:
    """What was delivered is not sent again."""
    with pytest.raises(ValidationError):
        send_again(told(queued(webhook)))


def test_forgetting_old_calls(webhook: Webhook) -> None:
    """Those that are done; what waits is kept."""
    told(queued(webhook))
    queued(webhook, "k-2")
    WebhookDelivery.objects.update(created=timezone.now() - timedelta(days=40))
    purge(timezone.now())
    assert [each.key for each in WebhookDelivery.objects.all()] == ["k-2"]
