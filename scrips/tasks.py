"""Celery's way in: run the scrips of a ticket, sweep up what was left behind."""

from celery import shared_task

from scrips import engine


@shared_task(name="scrips.tasks.run_scrips")
def run_scrips(*, ticket_id: int) -> None:
    """Drain the ticket's pending transactions through the scrips."""
    engine.drain(ticket_id)


@shared_task(name="scrips.tasks.sweep")
def sweep() -> None:
    """Ring again for tickets whose transactions were left pending."""
    for ticket_id in engine.left_behind():
        run_scrips.delay(ticket_id=ticket_id)
