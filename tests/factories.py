"""Plain functions that make what tests need, through the product's own commands."""

from typing import Any

from accounts.models import User
from queues.models import Queue
from tickets.commands import NewTicket, create_ticket
from tickets.messages import compose
from tickets.models import Ticket


def make_ticket(
    queue: Queue,
    *,
    by: User,
    subject: str = "Printer jam",
    text: str = "It is jammed.",
    **wishes: Any,
) -> Ticket:
    """Create a ticket as somebody would; they are its requestor unless told."""
    wishes.setdefault("requestors", (by,))
    new = NewTicket(
        queue=queue,
        subject=subject,
        message=compose(text=text) if text else None,
        **wishes,
    )
    return create_ticket(new, actor=by).ticket
