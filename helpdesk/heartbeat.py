"""When a worker last did a task that beat had sent. Kept in the shared cache."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

KEY = "worker-heartbeat"
KEPT = timedelta(days=7)


def note() -> None:
    """Store the time of now."""
    cache.set(KEY, timezone.now().isoformat(), timeout=int(KEPT.total_seconds()))


def latest() -> datetime | None:
    """Return when a worker was last seen, or None when it never was."""
    value = cache.get(KEY)
    return datetime.fromisoformat(value) if value else None
