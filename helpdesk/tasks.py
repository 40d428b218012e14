"""Tasks of the installation itself."""

from __future__ import annotations

from celery import shared_task

from helpdesk import heartbeat as pulse


@shared_task
def heartbeat() -> None:
    """Note that beat, broker and a worker together got a task done."""
    pulse.note()
