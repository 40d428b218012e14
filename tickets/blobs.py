"""Bytes kept once by SHA-256 in Django's storage, with a row that says so."""

import hashlib
from collections.abc import Iterable
from contextlib import closing
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets.models import Blob


def store(data: bytes) -> Blob:
    """Keep the bytes; call it outside database transactions, it may take a while.

    The file is whole before the row exists, so a row can be trusted.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = Blob.objects.filter(pk=digest).first()
    if known is not None:
        return known
    blob = Blob(sha256=digest, size=len(data))
    if not default_storage.exists(blob.storage_name):
        default_storage.save(blob.storage_name, ContentFile(data))
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    return blob


def store_all(contents: Iterable[bytes]) -> dict[str, Blob]:
    """Keep several; return them by SHA-256."""
    return {blob.sha256: blob for blob in map(store, contents)}


def open_blob(blob: Blob) -> IO[bytes]:
    """Open the bytes for reading."""
    return default_storage.open(blob.storage_name, "rb")


def read(blob: Blob) -> bytes:
    """Return the bytes whole."""
    with closing(open_blob(blob)) as file:
        return file.read()
