"""The one lifecycle signal: tickets do not know who listens."""

import logging
import threading

from django.dispatch import Signal

logger = logging.getLogger(__name__)

# Sent once per ticket after the commit of a change, with keyword ``ticket_id``.
transactions_committed = Signal()

_thread = threading.local()


def ring(ticket_id: int) -> None:
    """Send the signal; a receiver that fails must not undo what is committed."""
    results = transactions_committed.send_robust(sender=None, ticket_id=ticket_id)
    errors = [result for _, result in results if isinstance(result, Exception)]
    _thread.failed = bool(errors)
    for error in errors:
        logger.error(
            "The scrips' worker could not be rung; the sweeper will see to the ticket",
            extra={"ticket": ticket_id},
            exc_info=error,
        )


def ring_failed() -> bool:
    """Say whether this thread's last ring failed: nobody is to be waited for."""
    return getattr(_thread, "failed", False)
