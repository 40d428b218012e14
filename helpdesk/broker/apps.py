"""The Celery broker that lives in the Django database."""

from django.apps import AppConfig


class BrokerConfig(AppConfig):
    """One table of messages and the kombu transport that reads it."""

    name = "helpdesk.broker"
    label = "broker"
