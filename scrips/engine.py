"""Drains a ticket's pending transactions through the scrips.

Each transaction is one DB transaction: lock the ticket, ask every condition, prepare
every action, then commit the actions in order, each under a savepoint of its own, then
mark the transaction done. Whatever stops it leaves the transaction pending.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from scrips.actions import ACTIONS, Commit, NothingToDoError
from scrips.conditions import CONDITIONS
from scrips.context import ScripContext
from scrips.models import Outcome, Scrip, ScripRun, Stage
from tickets.commands import causing, record_system_error
from tickets.models import Ticket, Transaction

logger = logging.getLogger(__name__)

MAX_DEPTH = 10
MAX_ATTEMPTS = 8
# How old a pending transaction is before the sweeper rings for it.
LEFT_BEHIND = timedelta(seconds=20)


@dataclass
class _Prepared:
    scrip: Scrip
    commit: Commit


def drain(ticket_id: int) -> None:
    """Run the scrips over every pending transaction of a ticket, oldest first.

    Called again, or by two workers at once, it finds nothing left to do. A transaction
    that cannot be worked on is tried again later, and those after it wait for it.
    """
    while True:
        try:
            if not _drain_one(ticket_id):
                return
        except Exception:
            logger.exception("Running scrips failed", extra={"ticket": ticket_id})
            if not _postpone(ticket_id):
                return


def left_behind(*, limit: int = 500) -> list[int]:
    """Return tickets with transactions that no worker has looked at in time."""
    now = timezone.now()
    return list(
        Transaction.objects.filter(scrips_done_at=None, created__lt=now - LEFT_BEHIND)
        .filter(Q(scrips_retry_at=None) | Q(scrips_retry_at__lte=now))
        .order_by("ticket_id")
        .values_list("ticket_id", flat=True)
        .distinct()[:limit]
    )


@transaction.atomic
def _drain_one(ticket_id: int) -> bool:
    """Work on the oldest pending transaction; return False if there is none."""
    ticket = Ticket.objects.for_update().filter(pk=ticket_id).order_by("pk").first()
    if ticket is None:  # a message that outlived its database
        return False
    row = _oldest_pending(ticket_id)
    if row is None or (row.scrips_retry_at and row.scrips_retry_at > timezone.now()):
        return False
    if row.depth > MAX_DEPTH:
        record_system_error(
            ticket, text=f"Scrips set each other off {MAX_DEPTH} times; stopped."
        )
    else:
        _run_scrips(ScripContext(ticket=ticket, row=row))
    row.scrips_done_at = timezone.now()
    row.save(update_fields=["scrips_done_at"])
    return True


def _oldest_pending(ticket_id: int) -> Transaction | None:
    return (
        Transaction.objects.filter(ticket_id=ticket_id, scrips_done_at=None)
        .select_related("creator")
        .order_by("pk")
        .first()
    )


def _run_scrips(context: ScripContext) -> None:
    runs: list[ScripRun] = []
    matching = [scrip for scrip in _scrips(context) if _matches(scrip, context, runs)]
    if matching:
        context.load_templates({scrip.template for scrip in matching})
    prepared = [
        done
        for scrip in matching
        if (done := _prepare(scrip, context, runs)) is not None
    ]
    with causing(context.row):
        for each in prepared:
            _commit(each, context, runs)
    ScripRun.objects.bulk_create(runs)


def _scrips(context: ScripContext) -> Iterable[Scrip]:
    """Return the enabled scrips of the queue whose condition knows this type."""
    found = (
        Scrip.objects.filter(disabled=False, stage=Stage.NORMAL)
        .filter(Q(is_global=True) | Q(queues=context.ticket.queue_id))
        .order_by("sort_order", "pk")
        .distinct()
    )
    for scrip in found:
        condition = CONDITIONS.get(scrip.condition)
        if condition is None or condition.applies_to(context.row.type):
            yield scrip


def _matches(scrip: Scrip, context: ScripContext, runs: list[ScripRun]) -> bool:
    try:
        condition = CONDITIONS[scrip.condition]
        return condition.holds(context, scrip.condition_argument)
    except Exception as error:  # noqa: BLE001 - one scrip must not stop the others
        _failed(scrip, context, runs, error)
        return False


def _prepare(
    scrip: Scrip, context: ScripContext, runs: list[ScripRun]
) -> _Prepared | None:
    try:
        action = ACTIONS[scrip.action]
        argument = scrip.action_argument or action.argument
        return _Prepared(scrip, action.prepare(context, scrip, argument))
    except NothingToDoError as reason:
        runs.append(_run(scrip, context, Outcome.NOTHING, str(reason)))
    except Exception as error:  # noqa: BLE001 - one scrip must not stop the others
        _failed(scrip, context, runs, error)
    return None


def _commit(each: _Prepared, context: ScripContext, runs: list[ScripRun]) -> None:
    try:
        with transaction.atomic():
            detail = each.commit()
    except Exception as error:  # noqa: BLE001 - one scrip must not stop the others
        _failed(each.scrip, context, runs, error)
    else:
        runs.append(_run(each.scrip, context, Outcome.DONE, detail))


def _failed(
    scrip: Scrip, context: ScripContext, runs: list[ScripRun], error: Exception
) -> None:
    """Keep a scrip's error where its administrator looks; the others go on."""
    logger.error(
        "A scrip failed",
        extra={"scrip": scrip.pk, "transaction": context.row.pk},
        exc_info=error,
    )
    text = f"{type(error).__name__}: {error}"
    runs.append(_run(scrip, context, Outcome.FAILED, text))
    Scrip.objects.filter(pk=scrip.pk).update(
        last_error=text, last_error_at=timezone.now()
    )


def _run(
    scrip: Scrip, context: ScripContext, outcome: Outcome, detail: str
) -> ScripRun:
    return ScripRun(
        transaction=context.row,
        scrip=scrip,
        description=scrip.description,
        outcome=outcome,
        detail=detail,
    )


def _postpone(ticket_id: int) -> bool:
    """Put the oldest pending transaction off; return True if it was given up."""
    with transaction.atomic():
        ticket = Ticket.objects.for_update().get(pk=ticket_id)
        row = _oldest_pending(ticket_id)
        if row is None:
            return False
        row.scrips_attempts += 1
        is_given_up = row.scrips_attempts >= MAX_ATTEMPTS
        delay = timedelta(seconds=30 * 2**row.scrips_attempts)
        row.scrips_retry_at = timezone.now() + delay
        if is_given_up:
            row.scrips_done_at = timezone.now()
        row.save(update_fields=["scrips_attempts", "scrips_retry_at", "scrips_done_at"])
        if is_given_up:
            record_system_error(
                ticket, text=f"Scrips could not be run on transaction {row.pk}."
            )
        return is_given_up
