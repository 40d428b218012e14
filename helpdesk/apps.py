"""Registers the project package as an app: commands, template tags, checks."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """The project itself: management commands, template tags, system checks."""

    name = "helpdesk"

    def ready(self) -> None:
        """Register the system checks; they need the loaded apps."""
        from helpdesk import checks  # noqa: F401
