"""The product's settings and, for the worker, some slow tasks."""

from helpdesk.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.helpdesk.slow_tasks"]
