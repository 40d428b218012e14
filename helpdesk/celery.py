"""The Celery application and every periodic job.

Tasks are wake-up calls: what is to do stands in rows (``Transaction``,
``IncomingMail``, ``OutgoingMail``), so a lost message costs the time until the next
sweep and a doubled one finds nothing to do.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from django.db import close_old_connections, connections
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

# kombu takes a transport of our own by alias only, not by a dotted path in the URL.
TRANSPORT_ALIASES["djangodb"] = "helpdesk.broker.transport:Transport"

SWEEP_SECONDS = 30.0
SUBSCRIPTION_SECONDS = 60.0
FORGET_SECONDS = 3600.0
HEARTBEAT_SECONDS = 15.0
INDEX_SECONDS = 60.0

# A tick that found no worker for its whole period is worthless: the next one follows.
# Without ``expires`` a stopped worker would come back to thousands of them.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "scrips-sweep": {
        "task": "scrips.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "mail-sweep": {
        "task": "mail.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "subscriptions": {
        "task": "scrips.tasks.look_at_subscriptions",
        "schedule": SUBSCRIPTION_SECONDS,
        "options": {"expires": SUBSCRIPTION_SECONDS},
    },
    "dashboards": {
        "task": "scrips.tasks.look_at_dashboards",
        "schedule": SUBSCRIPTION_SECONDS,
        "options": {"expires": SUBSCRIPTION_SECONDS},
    },
    "forget": {
        "task": "scrips.tasks.forget",
        "schedule": FORGET_SECONDS,
        "options": {"expires": FORGET_SECONDS},
    },
    "tickets-index": {
        "task": "tickets.tasks.index_backlog",
        "schedule": INDEX_SECONDS,
        "options": {"expires": INDEX_SECONDS},
    },
    "bulk-updates-sweep": {
        "task": "tickets.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "worker-heartbeat": {
        "task": "helpdesk.tasks.heartbeat",
        "schedule": HEARTBEAT_SECONDS,
        "options": {"expires": HEARTBEAT_SECONDS},
    },
}

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
# Celery's Django fixup reads this key without a namespace: never close by itself.
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000_000
app.autodiscover_tasks()


@signals.worker_ready.connect(weak=False)
def catch_up(**_kwargs: object) -> None:
    """Send every periodic task once: what waited for a worker starts now."""
    for entry in BEAT_SCHEDULE.values():
        app.send_task(entry["task"], **entry["options"])


@signals.task_prerun.connect(weak=False)
def drop_stale_connections(**_kwargs: object) -> None:
    """Keep database connections between tasks, while they work and are young enough.

    Celery would close them around every task, which costs more than most tasks do.
    """
    if not any(each.in_atomic_block for each in connections.all(initialized_only=True)):
        close_old_connections()


@signals.setup_logging.connect(weak=False)
def keep_logging(**_kwargs: object) -> None:
    """Leave logging as Django set it up; Celery would replace it otherwise."""
