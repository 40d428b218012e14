"""Composition: settings, URLs, Celery and the process supervisor. No rules."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
