"""Turning a message into Attachment rows and its files into blobs."""

import hashlib

from tickets import blobs as blob_store
from tickets.messages import Message, Part
from tickets.models import Attachment, Blob, Transaction
from tickets.sanitize import SANITIZER_VERSION


def keep_files(message: Message | None) -> dict[str, Blob]:
    """Store the files of a message, before the database transaction begins."""
    if message is None:
        return {}
    return blob_store.store_all(
        part.data for part in message.root.walk() if part.data is not None
    )


def store_message(
    row: Transaction, message: Message, *, blobs: dict[str, Blob]
) -> list[Attachment]:
    """Write and return one row per MIME node, in document order.

    ``blobs`` are the files as ``keep_files`` returned them.
    """
    nodes: list[Attachment] = []
    _store(row, message.root, None, message, blobs, nodes)
    return nodes


def _store(
    row: Transaction,
    part: Part,
    parent: Attachment | None,
    message: Message,
    blobs: dict[str, Blob],
    nodes: list[Attachment],
) -> None:
    blob = None
    size = len((part.text or "").encode())
    if part.data is not None:
        blob = blobs[hashlib.sha256(part.data).hexdigest()]
        size = blob.size
    node = Attachment.objects.create(
        transaction=row,
        parent=parent,
        message_id=message.message_id[:255] if parent is None else "",
        subject=message.subject[:255] if parent is None else "",
        filename=part.filename[:255],
        content_type=part.content_type[:127],
        content_id=part.content_id[:255],
        headers=part.headers,
        content=part.text,
        safe_html=part.safe_html,
        is_simple_html=part.is_simple_html,
        sanitizer_version=0 if part.safe_html is None else SANITIZER_VERSION,
        blob=blob,
        size=size,
        creator=row.creator,
        created=row.created,
    )
    nodes.append(node)
    for child in part.children:
        _store(row, child, node, message, blobs, nodes)
