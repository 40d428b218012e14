"""Queues as portlets show them: counted by status, or those one looks after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import RoleName, User
from accounts.rights import Right
from queues.rights import queues_with_right, rights_of
from tickets.counts import count
from tickets.lists import QueueRow
from tickets.models import Ticket
from tickets.search import quote


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue one looks after; ``total`` is how many unfinished tickets it has."""

    name: str
    description: str
    total: int | None = None
    number: int = 0


def queue_tables(
    rows: Iterable[QueueRow], *, with_inactive: bool = False
) -> list[dict[str, Any]]:
    """Return one table for each lifecycle: its statuses are its columns."""
    by_lifecycle: dict[int, list[QueueRow]] = {}
    for row in rows:
        by_lifecycle.setdefault(row.queue.lifecycle_id, []).append(row)
    return [_table(group, with_inactive) for group in by_lifecycle.values()]


def with_every_status(rows: Iterable[QueueRow], *, user: User) -> list[QueueRow]:
    """Return the same queues, their finished tickets counted too. One query."""
    tickets = Ticket.objects.real().visible_to(user)
    counts = count(tickets)
    return [QueueRow(row.queue, dict(counts.get(row.queue.pk, {}))) for row in rows]


def administered(user: User) -> list[QueueLine]:
    """Return the queues in which a user holds AdminQueue. One query."""
    return [
        QueueLine(queue.name, queue.description, number=queue.pk)
        for queue in queues_with_right(user, Right.ADMIN_QUEUE)
    ]


def supported(rows: Iterable[QueueRow], *, user: User) -> list[QueueLine]:
    """Return the queues whose AdminCc a user is, by themselves or by a group."""
    mine = rights_of(user).queue_roles.get(RoleName.ADMIN_CC, frozenset())
    return [
        QueueLine(row.queue.name, row.queue.description, row.total)
        for row in rows
        if row.queue.pk in mine
    ]


def _table(rows: list[QueueRow], with_inactive: bool) -> dict[str, Any]:
    rules = rows[0].queue.lifecycle.rules
    statuses = rules.initial + rules.active
    if with_inactive:
        # Deleted tickets are found by no search.
        statuses += tuple(s for s in rules.inactive if s != "deleted")
    return {
        "statuses": [rules.label(status) for status in statuses],
        "rows": [
            {
                "name": row.queue.name,
                "cells": [
                    {
                        "count": row.counts.get(status, 0),
                        "query": f"Queue = {quote(row.queue.name)} "
                        f"AND Status = {quote(status)}",
                    }
                    for status in statuses
                ],
            }
            for row in rows
        ],
    }
