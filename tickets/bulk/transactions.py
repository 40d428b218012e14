"""One entry of a ticket's history, checked, before it has a row."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from accounts.models import NOBODY
from tickets.bulk.directory import Directory
from tickets.bulk.fields import BadRecordError, Fields
from tickets.messages import File, Message, compose
from tickets.models import Blob, TransactionType
from tickets.models.transactions import MESSAGE_TYPES
from tickets.stored_messages import keep_files

TRANSACTION_FIELDS = frozenset(
    {
        "type",
        "created",
        "creator",
        "field",
        "old",
        "new",
        "time_taken",
        "content",
        "content_type",
        "message_id",
        "attachments",
    }
)
ATTACHMENT_FIELDS = ("filename", "content_type", "content_base64")
CONTENT_TYPES = ("text/plain", "text/html")

_TYPES = {str(value): TransactionType(value) for value in TransactionType.values}
_WITH_CONTENT = frozenset(
    {
        *MESSAGE_TYPES,
        TransactionType.EMAIL_RECORD,
        TransactionType.COMMENT_EMAIL_RECORD,
        TransactionType.FORWARD_TICKET,
        TransactionType.FORWARD_TRANSACTION,
    }
)
_PEOPLE = frozenset(
    {
        TransactionType.SET_WATCHER,
        TransactionType.ADD_WATCHER,
        TransactionType.DEL_WATCHER,
        TransactionType.TAKE,
        TransactionType.UNTAKE,
        TransactionType.STEAL,
        TransactionType.GIVE,
        TransactionType.FORCE,
    }
)


@dataclass(slots=True)
class TransactionDraft:
    """What one Transaction row and its attachments will say.

    Without a time or a creator of its own it gets those of its ticket.
    """

    type: TransactionType
    created: datetime | None = None
    creator: int | None = None
    field: str = ""
    old: str = ""
    new: str = ""
    time_taken: int = 0
    message: Message | None = None
    blobs: dict[str, Blob] | None = None


def draft_transaction(
    data: object, *, subject: str, directory: Directory
) -> TransactionDraft:
    """Read one entry of ``transactions``; its files are kept at once.

    Raises:
        BadRecordError: what is wrong with it.
    """
    fields = Fields(data, known=TRANSACTION_FIELDS)
    name = fields.required("type", longest=20)
    kind = _TYPES.get(name)
    if kind is None:
        raise BadRecordError(f"there is no transaction type '{name}'")
    creator = fields.line("creator", longest=255)
    draft = TransactionDraft(
        type=kind,
        created=fields.moment("created"),
        creator=directory.user(creator) if creator else None,
        field=fields.line("field", longest=255),
        old=fields.text("old"),
        new=fields.text("new"),
        time_taken=fields.number("time_taken") or 0,
    )
    _store_ids(draft, directory)
    draft.message = _message(fields, subject)
    if draft.message is not None:
        if kind not in _WITH_CONTENT:
            raise BadRecordError(f"a {kind} has no content")
        draft.blobs = keep_files(draft.message) if fields.has("attachments") else {}
    return draft


def _store_ids(draft: TransactionDraft, directory: Directory) -> None:
    """History refers to people and queues by id; files refer to them by name."""
    if draft.type in _PEOPLE or draft.field == "Owner":
        draft.old = _person(draft.old, directory)
        draft.new = _person(draft.new, directory)
    elif draft.field == "Queue" and draft.type is TransactionType.SET:
        draft.old, draft.new = (
            str(directory.queue(name).pk) if name else ""
            for name in (draft.old, draft.new)
        )


def _person(name: str, directory: Directory) -> str:
    if not name:
        return ""
    if name.lower() == NOBODY.lower():
        return str(directory.nobody)
    user, group = directory.principal(name)
    return str(user) if user is not None else f"group:{group}"


def _message(fields: Fields, subject: str) -> Message | None:
    content = fields.text("content")
    content_type = fields.line("content_type", longest=127).lower() or "text/plain"
    if content_type not in CONTENT_TYPES:
        raise BadRecordError(
            f"content_type '{content_type}' is neither text/plain nor text/html"
        )
    files = [_file(each) for each in fields.objects("attachments")]
    message_id = fields.line("message_id", longest=255).strip("<>")
    if not (content or files or message_id):
        return None
    is_html = content_type == "text/html"
    return compose(
        text="" if is_html else content,
        html=content if is_html else "",
        files=files,
        subject=subject,
        message_id=message_id,
        interface="",
    )


def _file(data: object) -> File:
    fields = Fields(data, known=ATTACHMENT_FIELDS)
    try:
        content = base64.b64decode(fields.text("content_base64"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRecordError(f"content_base64 is not base64 ({error})") from error
    return File(
        filename=fields.line("filename", longest=255),
        content_type=fields.line("content_type", longest=127),
        data=content,
    )
