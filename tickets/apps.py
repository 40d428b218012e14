"""The tickets app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Name the app; it has no start-up work."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
