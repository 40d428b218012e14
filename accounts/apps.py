"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Name the app; it has no start-up work."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
