"""Wake-up calls for the mail workers; the rows say what is to do.

By name and not by import: what rings is imported by what the tasks run.
"""

from celery import signature
from django.db import transaction

# A connection gone stale gets a second try; a dead broker must not hold anybody up.
_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}


def ring_delivery(mail_id: int) -> None:
    """Ask a worker to deliver an outgoing mail once this DB transaction commits."""
    _ring_on_commit("mail.tasks.deliver", mail_id=mail_id)


def ring_processing(mail_id: int) -> None:
    """Ask a worker to process an incoming mail once this DB transaction commits."""
    _ring_on_commit("mail.tasks.process", mail_id=mail_id)


def ring_webhook(delivery_id: int) -> None:
    """Ask a worker to call a webhook once this DB transaction commits."""
    _ring_on_commit("mail.tasks.call_webhook", delivery_id=delivery_id)


def _ring_on_commit(task: str, **arguments: int) -> None:
    def ring() -> None:
        _ring(task, arguments)

    # Robust: what is committed stays so whatever the broker does; the sweep finds it.
    transaction.on_commit(ring, robust=True)


def _ring(task: str, arguments: dict[str, int]) -> None:
    call = signature(task, kwargs=arguments, immutable=True)
    call.apply_async(retry=True, retry_policy=_RETRY_POLICY)
