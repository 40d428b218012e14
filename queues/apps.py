"""The queues app."""

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    """Name the app; it has no start-up work."""

    name = "queues"
    default_auto_field = "django.db.models.BigAutoField"
