"""Keeping the full-text index: every text is indexed in the transaction that writes it.

Commands call `index_change` for what they record; imports, and
`tickets.search.fulltext_backlog` for what was there before, write many rows at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from tickets.html_text import html_to_text, tagless
from tickets.models import (
    Attachment,
    CustomFieldValue,
    IndexedText,
    TextSource,
    Transaction,
    TransactionType,
)
from tickets.models.indexed_texts import as_stored
from tickets.words import portions, words_of

# Copies of outgoing mail say nothing that a message does not.
NOT_INDEXED = frozenset(
    {TransactionType.EMAIL_RECORD, TransactionType.COMMENT_EMAIL_RECORD}
)
INDEXED_AS = {
    TransactionType.CREATE: TextSource.DESCRIPTION,
    TransactionType.COMMENT: TextSource.COMMENT,
}


class Node(Protocol):
    """What has to be known of a MIME node; an Attachment is one."""

    @property
    def pk(self) -> Any: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def content_type(self) -> str: ...
    @property
    def content(self) -> str | None: ...
    @property
    def safe_html(self) -> str | None: ...


class IndexRow(NamedTuple):
    """A row of the index, by its columns."""

    ticket_id: int
    source: int
    attachment_id: int | None
    value_id: int | None
    field_id: int | None
    portion: int
    words: str


def index_change(row: Transaction, nodes: Sequence[Attachment] = ()) -> None:
    """Index what a new transaction has brought: a message, a subject, values.

    Costs nothing for most changes, two to three queries for the others.
    """
    kind, ticket = TransactionType(row.type), row.ticket
    rows = list(message_rows(ticket.pk, kind, nodes))
    if kind is TransactionType.CREATE:
        rows += [
            *subject_rows(ticket.pk, ticket.subject),
            *current_value_rows([ticket.pk]),
        ]
    elif kind is TransactionType.SET and row.field == "Subject":
        _forget(ticket.pk, TextSource.SUBJECT)
        rows += subject_rows(ticket.pk, ticket.subject)
    elif kind is TransactionType.CUSTOM_FIELD:
        _forget(ticket.pk, TextSource.CUSTOM_FIELD)
        rows += current_value_rows([ticket.pk])
    if rows:
        IndexedText.objects.bulk_create(IndexedText(**each._asdict()) for each in rows)


def subject_rows(ticket_id: int, subject: str) -> Iterator[IndexRow]:
    """Yield the row of a subject, if it has words."""
    return _rows(ticket_id, TextSource.SUBJECT, subject)


def value_rows(
    ticket_id: int, value_id: int, field_id: int, text: str
) -> Iterator[IndexRow]:
    """Yield the rows of a custom field's value."""
    for row in _rows(ticket_id, TextSource.CUSTOM_FIELD, text):
        yield row._replace(value_id=value_id, field_id=field_id)


def message_rows(
    ticket_id: int, kind: TransactionType | str, nodes: Iterable[Node]
) -> Iterator[IndexRow]:
    """Yield the rows of a message; of alternatives the plain text alone."""
    if kind in NOT_INDEXED:
        return
    source = INDEXED_AS.get(TransactionType(kind), TextSource.MESSAGE)
    known = {node.pk: node for node in nodes}
    spoken_for = {
        node.parent_id
        for node in known.values()
        if node.content_type == "text/plain" and (node.content or "").strip()
    }
    for node in known.values():
        if node.content is None or _is_repeated(node, known, spoken_for):
            continue
        yield from _rows(ticket_id, source, readable(node), attachment_id=node.pk)


def readable(node: Node) -> str:
    """Return the text of a node as a reader sees it."""
    if node.content_type != "text/html":
        return node.content or ""
    if node.safe_html is None:
        return tagless(node.content or "")
    return html_to_text(node.safe_html)


def _is_repeated(node: Node, known: dict[Any, Node], spoken_for: set[Any]) -> bool:
    """Say whether an HTML body repeats the plain text beside it."""
    if node.content_type != "text/html":
        return False
    parent = known.get(node.parent_id)
    while parent is not None:
        is_choice = parent.content_type == "multipart/alternative"
        if is_choice and parent.pk in spoken_for:
            return True
        parent = known.get(parent.parent_id)
    return False


def _rows(
    ticket_id: int,
    source: TextSource,
    text: str,
    *,
    attachment_id: int | None = None,
) -> Iterator[IndexRow]:
    for number, words in enumerate(portions(words_of(text))):
        stored = as_stored(words)
        yield IndexRow(
            ticket_id, source.value, attachment_id, None, None, number, stored
        )


def _forget(ticket_id: int, source: TextSource) -> None:
    IndexedText.objects.filter(ticket_id=ticket_id, source=source).delete()


def current_value_rows(ticket_ids: list[int]) -> Iterator[IndexRow]:
    """Yield the rows of all values that tickets have now; one query."""
    values = CustomFieldValue.objects.filter(ticket_id__in=ticket_ids, disabled=False)
    found = values.values_list("ticket_id", "pk", "field", "content", "large_content")
    for ticket_id, pk, field_id, content, large in found.iterator():
        yield from value_rows(ticket_id, pk, field_id, large or content)
