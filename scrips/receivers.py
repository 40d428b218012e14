"""The only receiver: rings the worker that drains a ticket's transactions."""

from typing import Any

from scrips.tasks import run_scrips


def ring_worker(*, ticket_id: int, **kwargs: Any) -> None:
    """Ask a worker to run the scrips; a lost ring is made good by the sweeper."""
    run_scrips.delay(ticket_id=ticket_id)
