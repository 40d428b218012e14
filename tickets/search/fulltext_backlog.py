"""Filling the full-text index with what was there before it, a batch at a time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import models, transaction

from tickets.bulk.tables import Table, settle
from tickets.models import Attachment, IndexBacklog, IndexedText, Ticket
from tickets.search.fulltext_index import (
    NOT_INDEXED,
    IndexRow,
    current_value_rows,
    message_rows,
    subject_rows,
)

TICKETS_AT_ONCE = 200
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on the backlog is."""

    ticket: int
    last_ticket: int
    tickets: int
    texts: int


def start_again() -> None:
    """Have every ticket indexed anew; meanwhile searches use what there is."""
    last = Ticket.objects.aggregate(last=models.Max("pk"))["last"]
    if last is None or IndexBacklog.objects.filter(is_usable=False).exists():
        return
    IndexBacklog.objects.all().delete()
    IndexBacklog.objects.create(last_ticket=last, is_usable=True)


def index_backlog() -> Iterator[Progress]:
    """Index what is waiting, each batch of tickets in a transaction of its own.

    May be stopped anywhere and goes on from there. Memory does not grow with the
    number of tickets or the length of a history.
    """
    tickets = texts = 0
    while True:
        with transaction.atomic():
            backlog = IndexBacklog.objects.select_for_update().order_by("pk").first()
            if backlog is None:
                break
            subjects = _lock_next(backlog)
            texts += _index_again(subjects)
            tickets += len(subjects)
            if len(subjects) < TICKETS_AT_ONCE:
                backlog.delete()
            else:
                backlog.next_ticket = max(subjects) + 1
                backlog.save(update_fields=["next_ticket"])
            done = max(subjects, default=backlog.last_ticket)
        yield Progress(done, backlog.last_ticket, tickets, texts)
    if tickets:
        settle([IndexedText])


def work(*, seconds: float) -> None:
    """Index what is waiting for about so long; costs one query if nothing is."""
    until = time.monotonic() + seconds
    for _ in index_backlog():
        if time.monotonic() > until:
            return


def _lock_next(backlog: IndexBacklog) -> dict[int, str]:
    """Lock the next tickets, so that no command changes their texts meanwhile."""
    # Newer ones too: a process of before the upgrade may have made them meanwhile.
    waiting = Ticket.objects.filter(pk__gte=backlog.next_ticket)
    rows = waiting.order_by("pk").select_for_update(of=("self",))[:TICKETS_AT_ONCE]
    return {ticket.pk: ticket.subject for ticket in rows.only("subject")}


def _index_again(subjects: dict[int, str]) -> int:
    IndexedText.objects.filter(ticket_id__in=subjects).delete()
    table = Table(IndexedText, *IndexRow._fields)
    count = 0
    waiting: list[IndexRow] = []
    for row in _all_rows(subjects):
        waiting.append(row)
        if len(waiting) >= ROWS_AT_ONCE:
            table.write(waiting)
            count += len(waiting)
            waiting = []
    table.write(waiting)
    return count + len(waiting)


def _all_rows(subjects: dict[int, str]) -> Iterator[IndexRow]:
    for number, subject in subjects.items():
        yield from subject_rows(number, subject)
    yield from current_value_rows(list(subjects))
    nodes = (
        Attachment.objects.filter(transaction__ticket_id__in=subjects)
        .exclude(transaction__type__in=NOT_INDEXED)
        .select_related("transaction")
        .only(
            *("parent", "content_type", "content", "safe_html"),
            *("transaction__ticket", "transaction__type"),
        )
        .order_by("transaction_id", "pk")
    )
    by_transaction = groupby(nodes.iterator(100), key=lambda node: node.transaction)
    for row, group in by_transaction:
        yield from message_rows(row.ticket_id, row.type, list(group))
