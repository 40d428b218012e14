"""Periodic work on tickets."""

from __future__ import annotations

from celery import shared_task

from tickets.search import fulltext_backlog


@shared_task
def index_backlog() -> None:
    """Go on filling the full-text index, for a while, if there is anything to do."""
    fulltext_backlog.work(seconds=20)
