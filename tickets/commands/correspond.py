"""Replies and comments: the one goes to the requestors, the other never does."""

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.rights import Right
from tickets.commands._record import Held, editing, record
from tickets.messages import Message
from tickets.models import Blob, Ticket, Transaction, TransactionType
from tickets.roles import is_requestor
from tickets.stored_messages import keep_files


class EmptyMessageError(ValidationError):
    """There is neither text nor a file."""

    def __init__(self) -> None:
        super().__init__("No message attached.", code="empty")


def correspond(
    ticket: Ticket | int, *, actor: User, message: Message, time_taken: int = 0
) -> Transaction:
    """Reply: the requestors will read it. Time taken in minutes.

    Raises:
        PermissionDenied: neither ReplyToTicket nor ModifyTicket.
        EmptyMessageError: the message has no content.
    """
    return _add(ticket, actor, TransactionType.CORRESPOND, message, time_taken)


def comment(
    ticket: Ticket | int, *, actor: User, message: Message, time_taken: int = 0
) -> Transaction:
    """Comment: only holders of ShowTicketComments will read it. Minutes as above.

    Raises:
        PermissionDenied: neither CommentOnTicket nor ModifyTicket.
        EmptyMessageError: the message has no content.
    """
    return _add(ticket, actor, TransactionType.COMMENT, message, time_taken)


def _add(
    ticket: Ticket | int,
    actor: User,
    kind: TransactionType,
    message: Message,
    time_taken: int,
) -> Transaction:
    blobs = keep_files(message)
    with editing(ticket, actor=actor) as held:
        return apply_message(
            held, kind, message=message, blobs=blobs, time_taken=time_taken
        )


def apply_message(
    held: Held,
    kind: TransactionType,
    *,
    message: Message,
    blobs: dict[str, Blob],
    time_taken: int = 0,
) -> Transaction:
    """Add a reply or comment to a held ticket."""
    own_right = (
        Right.REPLY_TO_TICKET
        if kind is TransactionType.CORRESPOND
        else Right.COMMENT_ON_TICKET
    )
    held.require(own_right, Right.MODIFY_TICKET)
    if message.is_empty:
        raise EmptyMessageError
    row = record(
        held,
        kind,
        data=message.subject or held.ticket.subject,
        time_taken=time_taken,
        message=message,
        blobs=blobs,
    )
    if kind is TransactionType.CORRESPOND and not is_requestor(held.actor, held.ticket):
        held.change(told=held.now)
    return row
