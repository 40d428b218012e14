"""What each child process does: answer requests, run tasks, tick."""

from __future__ import annotations

import os
import signal
import warnings
from typing import TYPE_CHECKING, Any

import waitress
from celery import signals
from django.conf import settings
from django.db import connections

from helpdesk.celery import app as celery_app
from helpdesk.supervisor import children

if TYPE_CHECKING:
    import socket
    from types import FrameType
    from wsgiref.types import WSGIApplication

# Slow clients cost a connection, not a thread.
CONNECTIONS_PER_PROCESS = 500


def web(application: WSGIApplication, *, listener: socket.socket) -> int:
    """Answer requests from the shared socket until SIGTERM; then finish those begun."""
    signal.signal(signal.SIGTERM, _leave)
    waitress.serve(
        application,
        sockets=[listener],
        threads=settings.WEB_THREADS,
        connection_limit=CONNECTIONS_PER_PROCESS,
        asyncore_use_poll=True,
        max_request_body_size=2 * settings.MAX_MAIL_SIZE,
        url_scheme="https" if settings.IS_HTTPS else "http",
        **(_behind_proxy() if settings.TRUSTED_PROXY else {}),
        clear_untrusted_proxy_headers=True,
        ident="",
        _quiet=True,
    )
    connections.close_all()
    return 0


def worker() -> int:
    """Run tasks until SIGTERM; then finish those begun and give back the rest.

    Threads on SQLite, where processes would only wait for each other's write lock;
    processes with time and memory limits otherwise.
    """
    # Celery warns of running as root at length; in a container that is usual.
    warnings.filterwarnings("ignore", module="celery.platforms")
    signals.worker_process_init.connect(_end_with_worker, weak=False)
    process = celery_app.Worker(
        pool_cls="threads" if settings.EMBEDDED else "prefork",
        concurrency=settings.WORKER_CONCURRENCY,
        optimization="fair",
        loglevel=settings.LOG_LEVEL,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    process.start()
    return int(process.exitcode or 0)


def beat() -> int:
    """Send the periodic tasks until SIGTERM. One such process for an installation."""
    celery_app.Beat(
        schedule=settings.CELERY_BEAT_SCHEDULE_FILENAME,
        loglevel=settings.LOG_LEVEL,
        quiet=True,
    ).run()
    return 0


def _behind_proxy() -> dict[str, Any]:
    return {
        "trusted_proxy": settings.TRUSTED_PROXY,
        "trusted_proxy_count": settings.TRUSTED_PROXY_COUNT,
        "trusted_proxy_headers": {
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
        },
    }


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end_with_worker(**_kwargs: object) -> None:
    # Pool processes would otherwise wait for ever on the pipe of a killed worker.
    children.end_with_parent(parent=os.getppid())
