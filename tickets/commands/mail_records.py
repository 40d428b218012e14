"""What the mail system leaves in a ticket's history."""

from accounts.models import User
from tickets.commands._record import editing, record
from tickets.messages import Message, Part
from tickets.models import Ticket, Transaction, TransactionType


def record_mail(
    ticket: Ticket | int,
    *,
    message_id: str,
    headers: str,
    about_comment: bool,
) -> Transaction:
    """Record that a mail was composed; scrips do not look at it.

    ``headers`` are its decoded header lines. The mail itself is in the outbox.
    """
    kind = (
        TransactionType.COMMENT_EMAIL_RECORD
        if about_comment
        else TransactionType.EMAIL_RECORD
    )
    message = Message(
        root=Part(content_type="text/plain", headers=headers), message_id=message_id
    )
    with editing(ticket, actor=User.objects.system()) as held:
        return record(held, kind, data=message_id, message=message)


def record_system_error(ticket: Ticket | int, *, text: str) -> Transaction:
    """Record that something about a ticket failed, for its readers to see."""
    with editing(ticket, actor=User.objects.system()) as held:
        return record(held, TransactionType.SYSTEM_ERROR, data=text)
