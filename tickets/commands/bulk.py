"""One change for many tickets, each in a database transaction of its own.

A row per ticket says that it is still to be done. It is marked in the transaction of
the change itself, so whoever dies on the way, none is left out and none done twice.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from celery import signature
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.bulk_change import NOBODY_ID, BulkChange
from tickets.commands.links import change_links
from tickets.commands.ownership import OwnerMode
from tickets.commands.update import UNCHANGED, TicketUpdate, update_ticket
from tickets.commands.watchers import change_watchers
from tickets.descriptions import describe, names_for
from tickets.models import (
    BulkUpdate,
    BulkUpdateItem,
    Ticket,
    Transaction,
    TransactionType,
)

logger = logging.getLogger(__name__)

MOST_TICKETS = 1_000
KEPT_DAYS = 90
TASK = "tickets.tasks.bulk_update"
_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}


def start_bulk_update(
    ticket_ids: Iterable[int], *, actor: User, change: BulkChange, token: str
) -> BulkUpdate:
    """Write down what is to be done to which tickets, once per token.

    Tickets the actor may not see are left out, as if they were not there.

    Raises:
        PermissionDenied: ShowSearchBulkUpdate is not held.
        ValidationError: no ticket, too many tickets, or nothing to change.
    """
    if not rights_of(actor).has(Right.SHOW_SEARCH_BULK_UPDATE):
        raise PermissionDenied("Permission Denied")
    known = BulkUpdate.objects.filter(creator=actor, token=token).first()
    if known is not None:
        return known
    wanted = list(dict.fromkeys(ticket_ids))
    if len(wanted) > MOST_TICKETS:
        raise ValidationError(
            f"At most {MOST_TICKETS:,} tickets can be updated at once.", code="many"
        )
    if change.is_empty:
        raise ValidationError("Choose something to change.", code="nothing")
    seen = set(
        Ticket.objects.visible_to(actor)
        .filter(pk__in=wanted)
        .values_list("pk", flat=True)
    )
    if not seen:
        raise ValidationError("Choose at least one ticket.", code="none")
    return _written([pk for pk in wanted if pk in seen], actor, change, token)


@transaction.atomic
def _written(
    ticket_ids: list[int], actor: User, change: BulkChange, token: str
) -> BulkUpdate:
    update, is_new = BulkUpdate.objects.get_or_create(
        creator=actor, token=token, defaults={"change": change.as_json()}
    )
    if is_new:
        # In the order in which everything locks tickets: nobody waits in a circle.
        BulkUpdateItem.objects.bulk_create(
            BulkUpdateItem(update=update, ticket_id=pk) for pk in sorted(ticket_ids)
        )
    return update


def run_bulk_update(update_id: int, *, seconds: float) -> bool:
    """Do what is still to be done, for about this long; say whether all is done.

    Several may run at once: each takes tickets that nobody else has in hand.
    """
    update = BulkUpdate.objects.select_related("creator").filter(pk=update_id).first()
    if update is None or update.finished_at is not None:
        return True
    change = BulkChange.from_json(update.change)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _next_done(update, change):
            return _finished(update)
    return False


def ring_bulk_update(update_id: int) -> None:
    """Ask a worker to go on; a lost ring is made good by the sweep."""
    call = signature(TASK, kwargs={"update_id": update_id}, immutable=True)
    try:
        call.apply_async(retry=True, retry_policy=_RETRY_POLICY)
    except Exception:
        # The rows say what is to be done, and the sweep looks at them.
        logger.exception("The worker could not be rung for a bulk update")


def unfinished_bulk_updates() -> list[int]:
    """Return the updates that still have something to do, the oldest first."""
    left = BulkUpdate.objects.filter(finished_at=None).order_by("created", "pk")
    return list(left.values_list("pk", flat=True)[:100])


def forget_old_bulk_updates(*, now: datetime) -> None:
    """Delete what was finished long ago; the tickets' own history keeps it."""
    long_ago = now - timedelta(days=KEPT_DAYS)
    BulkUpdate.objects.filter(finished_at__lt=long_ago).delete()


def _next_done(update: BulkUpdate, change: BulkChange) -> bool:
    """Update the next ticket; return False if there is none to be had."""
    item: BulkUpdateItem | None = None
    try:
        with transaction.atomic():
            item = _claimed(update)
            if item is None:
                return False
            try:
                with transaction.atomic():
                    rows = _apply(item.ticket_id, update.creator, change)
            except (ValidationError, PermissionDenied) as error:
                _mark(item, _reasons(error), succeeded=False)
            else:
                _mark(item, _lines(rows), succeeded=True)
    except OperationalError:
        raise  # a lock, a lost connection: the item is still to be done
    except Exception:
        # One ticket must not stop the others; what it was stands in the log.
        logger.exception("A ticket of a bulk update failed")
        if item is None:
            raise
        _give_up(item)
    return True


def _claimed(update: BulkUpdate) -> BulkUpdateItem | None:
    waiting = BulkUpdateItem.objects.filter(update=update, done_at=None)
    return waiting.select_for_update(skip_locked=True).order_by("pk").first()


@transaction.atomic
def _give_up(item: BulkUpdateItem) -> None:
    waiting = BulkUpdateItem.objects.select_for_update()
    found = waiting.filter(pk=item.pk, done_at=None).first()
    if found is not None:
        _mark(found, ["This ticket could not be updated."], succeeded=False)


def _mark(item: BulkUpdateItem, messages: list[str], *, succeeded: bool) -> None:
    item.done_at = timezone.now()
    item.succeeded = succeeded
    item.messages = messages
    item.save(update_fields=["done_at", "succeeded", "messages"])


def _finished(update: BulkUpdate) -> bool:
    """Close the update if nobody else has a ticket in hand."""
    if BulkUpdateItem.objects.filter(update=update, done_at=None).exists():
        return False
    update.finished_at = timezone.now()
    update.save(update_fields=["finished_at"])
    return True


def _apply(ticket_id: int, actor: User, change: BulkChange) -> list[Transaction]:
    """Do all of it to one ticket, or nothing, through the commands for each part."""
    rows = update_ticket(ticket_id, actor=actor, update=_ticket_update(change))
    if change.add_watchers or change.remove_watchers:
        rows += change_watchers(
            ticket_id,
            actor=actor,
            add=change.roles(change.add_watchers),
            remove=change.roles(change.remove_watchers),
        )
    if change.links:
        rows += change_links(ticket_id, actor=actor, add=change.links)
    return rows


def _ticket_update(change: BulkChange) -> TicketUpdate:
    owner = UNCHANGED
    if change.owner is not None:
        is_nobody = change.owner == NOBODY_ID
        owner = None if is_nobody else User.objects.filter(pk=change.owner).first()
        if owner is None and not is_nobody:
            raise ValidationError("That user does not exist.", code="owner")
    queue = None
    if change.queue is not None:
        queues = Queue.objects.select_related("lifecycle")
        queue = queues.filter(pk=change.queue).first()
        if queue is None:
            raise ValidationError("That queue does not exist.", code="queue")
    return TicketUpdate(
        owner=owner,
        owner_mode=OwnerMode.FORCE if change.force_owner else OwnerMode.SET,
        message_type=change.kind,
        message=change.message,
        time_worked=change.time_worked,
        queue=queue,
        properties=change.properties,
        status=change.status,
    )


def _lines(rows: list[Transaction]) -> list[str]:
    names = names_for(rows)
    shown = [row for row in rows if row.type != TransactionType.SET_WATCHER]
    return [describe(row, names=names) for row in shown] or [
        "That is already the current value"
    ]


def _reasons(error: ValidationError | PermissionDenied) -> list[str]:
    if isinstance(error, ValidationError):
        return [str(message) for message in error.messages]
    return [str(error) or "Permission Denied"]
