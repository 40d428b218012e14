"""Health endpoints: ``live`` for load balancers, ``ready`` for monitoring."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from helpdesk import heartbeat
from helpdesk.broker.models import Message
from helpdesk.celery import HEARTBEAT_SECONDS, app
from mail.models import IncomingMail, IncomingState, OutgoingMail, OutgoingState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)

# Several beats may be late on a busy machine before somebody should look.
LATEST_HEARTBEAT = timedelta(seconds=6 * HEARTBEAT_SECONDS)
OLDEST_MAIL = timedelta(minutes=15)


class Unhealthy(Exception):
    """What is wrong, in words for a monitoring page."""


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; asks nobody else."""
    return JsonResponse({"status": "ok", "version": settings.VERSION})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether everything behind the pages works; 503 names what does not.

    No place for a load balancer: a mail server that is down must not take the web
    processes away.
    """
    results = {name: _result(check) for name, check in CHECKS.items()}
    healthy = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if healthy else "unhealthy", "checks": results},
        status=200 if healthy else 503,
    )


def _result(check: Callable[[], None]) -> str:
    try:
        check()
    except Unhealthy as problem:
        return str(problem)
    except (DatabaseError, KombuError, OSError):
        # The text of such an error may hold addresses and names; the log has it.
        logger.exception("Health check failed")
        return "not reachable"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    if settings.REDIS_URL:
        with app.connection_for_read(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    else:
        Message.objects.filter(dead_at=None).exists()


def _worker() -> None:
    seen_at = heartbeat.latest()
    if seen_at is None:
        raise Unhealthy("no worker has been seen yet")
    _require_younger(seen_at, LATEST_HEARTBEAT, "the last sign of a worker")


def _outgoing_mail() -> None:
    waiting = OutgoingMail.objects.filter(
        state__in=[OutgoingState.QUEUED, OutgoingState.SENDING]
    )
    oldest = waiting.aggregate(oldest=Min("created"))["oldest"]
    if oldest is not None:
        _require_younger(oldest, OLDEST_MAIL, "the oldest unsent mail")


def _incoming_mail() -> None:
    waiting = IncomingMail.objects.filter(state=IncomingState.RECEIVED)
    oldest = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    if oldest is not None:
        _require_younger(oldest, OLDEST_MAIL, "the oldest unprocessed mail")


def _require_younger(moment: datetime, limit: timedelta, what: str) -> None:
    age = timezone.now() - moment
    if age > limit:
        raise Unhealthy(f"{what} is {int(age.total_seconds())} seconds old")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "outgoing mail": _outgoing_mail,
    "incoming mail": _incoming_mail,
}
