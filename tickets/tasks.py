"""Celery's way in: go on with bulk updates and with the index of full text."""

from celery import shared_task
from django.utils import timezone

from tickets.commands import bulk
from tickets.search import fulltext_backlog

# Then others of the queue have their turn.
SECONDS = 20.0


@shared_task(name=bulk.TASK)
def bulk_update(*, update_id: int) -> None:
    """Update the tickets that are still to be done."""
    if not bulk.run_bulk_update(update_id, seconds=SECONDS):
        bulk.ring_bulk_update(update_id)


@shared_task(name="tickets.tasks.sweep")
def sweep() -> None:
    """Ring again for bulk updates that nobody has finished; forget old ones."""
    for update_id in bulk.unfinished_bulk_updates():
        bulk.ring_bulk_update(update_id)
    bulk.forget_old_bulk_updates(now=timezone.now())


@shared_task(name="tickets.tasks.index_backlog")
def index_backlog() -> None:
    """Go on filling the full-text index, for a while, if there is anything to do."""
    fulltext_backlog.work(seconds=SECONDS)
