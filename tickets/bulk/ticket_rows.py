"""From checked tickets to rows of eight tables."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from tickets.bulk.drafts import TicketDraft
from tickets.bulk.tables import Ids, Row, Table
from tickets.bulk.transactions import TransactionDraft
from tickets.messages import Message, Part
from tickets.models import (
    Attachment,
    CustomFieldValue,
    IndexedText,
    Ticket,
    TicketWatcher,
    Transaction,
)
from tickets.models.transactions import MESSAGE_TYPES
from tickets.sanitize import SANITIZER_VERSION
from tickets.search.fulltext_index import (
    IndexRow,
    message_rows,
    subject_rows,
    value_rows,
)

_MESSAGES = frozenset(MESSAGE_TYPES)


class TicketTables:
    """The tables a ticket's rows go to."""

    def __init__(self) -> None:
        self._tickets = Table(
            Ticket,
            *("id", "type", "queue_id", "subject", "status", "is_active", "owner_id"),
            *("initial_priority", "priority", "final_priority"),
            *("time_estimated", "time_worked", "time_left"),
            *("starts", "started", "due", "told", "resolved", "created"),
            *("last_updated", "creator_id", "last_updated_by_id"),
        )
        self._watchers = Table(
            TicketWatcher, "id", "ticket_id", "role", "user_id", "group_id"
        )
        self._values = Table(
            CustomFieldValue,
            *("id", "ticket_id", "field_id", "content", "large_content"),
            *("content_type", "blob_id", "creator_id", "created"),
        )
        self._transactions = Table(
            Transaction,
            *("id", "ticket_id", "type", "field", "old_value", "new_value", "data"),
            *("time_taken", "creator_id", "created", "batch", "scrips_done_at"),
        )
        self._attachments = Table(
            Attachment,
            *("id", "transaction_id", "parent_id", "message_id", "subject"),
            *("filename", "content_type", "content_id", "headers", "content"),
            *("safe_html", "is_simple_html", "sanitizer_version", "blob_id", "size"),
            *("creator_id", "created"),
        )
        self._texts = Table(IndexedText, *IndexRow._fields)
        self._ids = {
            model: Ids(model)
            for model in (TicketWatcher, CustomFieldValue, Transaction, Attachment)
        }
        self.now = timezone.now()

    def write(self, drafts: Sequence[TicketDraft]) -> None:
        """Write these tickets, which have their numbers, and all that is theirs."""
        self._reserve(drafts)
        tickets: list[Row] = []
        transactions: list[Row] = []
        attachments: list[Row] = []
        texts: list[IndexRow] = []
        for draft in drafts:
            created = draft.moments["created"] or self.now
            last = draft.transactions[-1]
            updated = max(row.created or created for row in draft.transactions)
            tickets.append(_ticket_row(draft, created, updated, last.creator))
            texts += subject_rows(tickets[-1][0], draft.subject)
            for row in draft.transactions:
                transactions.append(self._transaction_row(draft, row, created))
                if row.message is not None:
                    nodes = self._message_rows(row, row.message, transactions[-1])
                    attachments += nodes
                    texts += message_rows(tickets[-1][0], row.type, map(_node, nodes))
        values = self._value_rows(drafts)
        texts += _value_texts(values)
        self._tickets.write(tickets)
        self._watchers.write(self._watcher_rows(drafts))
        self._values.write(values)
        self._transactions.write(transactions)
        self._attachments.write(attachments)
        self._texts.write(texts)

    def _reserve(self, drafts: Sequence[TicketDraft]) -> None:
        rows = [row for draft in drafts for row in draft.transactions]
        self._ids[TicketWatcher].reserve(sum(len(draft.watchers) for draft in drafts))
        self._ids[CustomFieldValue].reserve(sum(len(draft.values) for draft in drafts))
        self._ids[Transaction].reserve(len(rows))
        self._ids[Attachment].reserve(
            sum(sum(1 for _ in row.message.root.walk()) for row in rows if row.message)
        )

    def _watcher_rows(self, drafts: Sequence[TicketDraft]) -> list[Row]:
        draw = self._ids[TicketWatcher].draw
        return [
            (draw(), draft.pk, role.value, user, group)
            for draft in drafts
            for role, user, group in draft.watchers
        ]

    def _value_rows(self, drafts: Sequence[TicketDraft]) -> list[Row]:
        draw = self._ids[CustomFieldValue].draw
        return [
            (
                draw(),
                draft.pk,
                field,
                *value.columns().values(),
                draft.creator,
                draft.moments["created"] or self.now,
            )
            for draft in drafts
            for field, value in draft.values
        ]

    def _transaction_row(
        self, draft: TicketDraft, row: TransactionDraft, created: datetime
    ) -> Row:
        return (
            self._ids[Transaction].draw(),
            draft.pk,
            row.type.value,
            row.field,
            row.old,
            row.new,
            draft.subject if row.type in _MESSAGES else "",
            row.time_taken,
            row.creator,
            row.created or created,
            uuid.uuid4(),
            self.now,
        )

    def _message_rows(
        self, draft: TransactionDraft, message: Message, transaction: Row
    ) -> list[Row]:
        rows: list[Row] = []
        waiting: list[tuple[Part, int | None]] = [(message.root, None)]
        while waiting:
            part, parent = waiting.pop()
            pk = self._ids[Attachment].draw()
            rows.append(_attachment_row(pk, part, parent, draft, message, transaction))
            waiting.extend((child, pk) for child in reversed(part.children))
        return rows


class _Node(NamedTuple):
    """What the full-text index has to know of an attachment's row."""

    pk: int
    parent_id: int | None
    content_type: str
    content: str | None
    safe_html: str | None


def _node(row: Row) -> _Node:
    return _Node(row[0], row[2], row[6], row[9], row[10])


def _value_texts(values: Sequence[Row]) -> Iterator[IndexRow]:
    for pk, ticket_id, field_id, content, large, *_ in values:
        yield from value_rows(ticket_id, pk, field_id, large or content)


def _ticket_row(
    draft: TicketDraft, created: datetime, updated: datetime, updated_by: int | None
) -> Row:
    numbers, moments = draft.numbers, draft.moments
    priority = numbers.get("priority", numbers.get("initial_priority", 0))
    return (
        draft.pk,
        draft.type,
        draft.place.pk,
        draft.subject,
        draft.status,
        draft.place.rules.is_active(draft.status),
        draft.owner,
        numbers.get("initial_priority", priority),
        priority,
        numbers.get("final_priority", 0),
        numbers.get("time_estimated", 0),
        numbers.get("time_worked", 0),
        numbers.get("time_left", 0),
        moments.get("starts"),
        moments.get("started"),
        moments.get("due"),
        moments.get("told"),
        moments.get("resolved"),
        created,
        max(created, updated),
        draft.creator,
        updated_by,
    )


def _attachment_row(
    pk: int,
    part: Part,
    parent: int | None,
    draft: TransactionDraft,
    message: Message,
    transaction: Row,
) -> Row:
    blob = None
    size = len(part.text.encode()) if part.text else 0
    if part.data is not None:
        digest = hashlib.sha256(part.data).hexdigest()
        blob = (draft.blobs or {})[digest].pk
        size = len(part.data)
    is_root = parent is None
    return (
        pk,
        transaction[0],
        parent,
        message.message_id[:255] if is_root else "",
        message.subject[:255] if is_root else "",
        part.filename[:255],
        part.content_type[:127],
        part.content_id[:255],
        part.headers,
        part.text,
        part.safe_html,
        part.is_simple_html,
        0 if part.safe_html is None else SANITIZER_VERSION,
        blob,
        size,
        transaction[8],
        transaction[9],
    )
