"""Where a mail belongs: the queue it was sent to, the ticket it names."""

from dataclasses import dataclass

from django.conf import settings

from mail.marks import ticket_id_in
from queues.models import Queue
from tickets.models import Ticket

DEFAULT_QUEUE = "1"
_MOST_DIGITS = 18  # no database has longer ids


@dataclass(frozen=True, slots=True)
class Place:
    """What was found. ``number`` is what the mail names, whether or not it exists."""

    queue: Queue | None
    number: str
    ticket: Ticket | None


def find_queue(text: str) -> Queue | None:
    """Return the queue of that number or, in any case, name; RT's default for none."""
    return Queue.objects.by_name_or_id(text.strip() or DEFAULT_QUEUE)


def find_ticket(number: str) -> Ticket | None:
    """Return the ticket of that number; the survivor of a merged one."""
    number = number.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and _fits(number)):
        return None
    tickets = Ticket.objects.select_related("queue__lifecycle")
    ticket = tickets.filter(pk=int(number)).first()
    while ticket is not None and ticket.merged_into_id is not None:
        ticket = tickets.filter(pk=ticket.merged_into_id).first()
    return ticket


def named_ticket(subject: str) -> str:
    """Return the number of the ticket the subject's tag names, or nothing."""
    tags = Queue.objects.exclude(subject_tag="").order_by("pk")
    number = ticket_id_in(
        subject,
        rtname=settings.RTNAME,
        tags=tags.values_list("subject_tag", flat=True) if "#" in subject else (),
    )
    return "" if number is None else str(number)


def find_place(*, queue: str, ticket: str, subject: str) -> Place:
    """Return where the mail belongs; an explicit number goes before the subject."""
    number = ticket.strip() or named_ticket(subject)
    return Place(
        queue=find_queue(queue),
        number=number,
        ticket=find_ticket(number) if number else None,
    )


def _fits(number: str) -> bool:
    return len(number) <= _MOST_DIGITS
