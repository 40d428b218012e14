"""/health/live and /health/ready."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from helpdesk import health, heartbeat
from helpdesk.tasks import heartbeat as heartbeat_task
from mail.models import IncomingMail, OutgoingMail, OutgoingState
from tickets.models import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries


@pytest.fixture
def working(db: None) -> Iterator[None]:
    """Have a worker that was seen a moment ago."""
    heartbeat_task()
    yield
    cache.clear()


def make_outgoing(*, created: datetime, state: str = OutgoingState.QUEUED) -> None:
    number = OutgoingMail.objects.count()
    OutgoingMail.objects.create(
        key=f"key-{number}",
        message_id=f"<{number}@example.com>",
        from_email="rt@example.com",
        state=state,
        created=created,
    )


def minutes_ago(minutes: int) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def test_live_needs_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("working")
def test_ready_when_everything_works(client: Client) -> None:
    make_outgoing(created=minutes_ago(1))
    make_outgoing(created=minutes_ago(60), state=OutgoingState.SENT)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"].values()) == {"ok"}


@pytest.mark.django_db
def test_not_ready_before_a_worker_was_seen(client: Client) -> None:
    cache.clear()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "no worker has been seen yet"


@pytest.mark.usefixtures("working")
def test_not_ready_when_the_worker_is_silent(client: Client) -> None:
    cache.set(heartbeat.KEY, minutes_ago(5).isoformat())
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "300 seconds old" in answer.json()["checks"]["worker"]


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("state", [OutgoingState.QUEUED, OutgoingState.SENDING])
def test_not_ready_when_mail_is_stuck(client: Client, state: str) -> None:
    make_outgoing(created=minutes_ago(20), state=state)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "1200 seconds old" in answer.json()["checks"]["outgoing mail"]


@pytest.mark.usefixtures("working")
def test_not_ready_when_received_mail_is_not_looked_at(client: Client) -> None:
    blob = Blob.objects.create(sha256="0" * 64, size=0)
    IncomingMail.objects.create(blob=blob, received_at=minutes_ago(20))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "1200 seconds old" in answer.json()["checks"]["incoming mail"]


@pytest.mark.usefixtures("working")
def test_unreachable_database_shows_no_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("connection to 10.0.0.7 as helpdesk refused")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "not reachable"
    assert b"10.0.0.7" not in answer.content


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_rejects_post(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert connection.vendor
