"""The scrips app: connects the one receiver of the lifecycle signal."""

from django.apps import AppConfig


class ScripsConfig(AppConfig):
    """Connect the receiver that rings the worker after a commit."""

    name = "scrips"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from scrips.receivers import ring_worker
        from tickets.signals import transactions_committed

        transactions_committed.connect(ring_worker, dispatch_uid="scrips.ring_worker")
