"""The mail app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """Name the app; it has no start-up work."""

    name = "mail"
    default_auto_field = "django.db.models.BigAutoField"
