"""Read your own writes: wait until the scrips have looked at what was just done."""

import time

from django.conf import settings

from tickets.models import Transaction
from tickets.signals import ring_failed

POLL_SECONDS = 0.01
LONGEST_POLL_SECONDS = 0.08


def wait_for_scrips(ticket_id: int, *, seconds: float | None = None) -> bool:
    """Wait until a ticket has no pending transaction; return False if time ran out.

    At most ``SCRIPS_WAIT`` seconds, and not at all when the worker could not be rung:
    then the sweeper will do the work later. Call it outside database transactions.
    """
    if ring_failed():
        return False
    deadline = time.monotonic() + (settings.SCRIPS_WAIT if seconds is None else seconds)
    pause = POLL_SECONDS
    while Transaction.objects.filter(ticket_id=ticket_id, scrips_done_at=None).exists():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_POLL_SECONDS)
    return True
