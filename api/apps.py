"""The api app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Name the app; it has no start-up work."""

    name = "api"
    default_auto_field = "django.db.models.BigAutoField"
