"""Which mail a person may read; lists and single pages are made from these alone."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rights import Right
from mail.models import IncomingMail, OutgoingMail
from queues.rights import rights_of
from tickets.models import Ticket, TransactionType


def may_administer_mail(user: User) -> bool:
    """Say whether the lists are open to this person, and sending and trying again."""
    return rights_of(user).has(Right.SHOW_CONFIG_TAB)


def outgoing_mail(user: User) -> QuerySet[OutgoingMail]:
    """Return what went out on tickets whose outgoing mail the person may see.

    Mail that belongs to no ticket may let its reader into an account: it is for
    superusers only.
    """
    if rights_of(user).is_superuser:
        return OutgoingMail.objects.all()
    visible = Ticket.objects.visible_to(user).with_right(
        Right.SHOW_OUTGOING_EMAIL, user
    )
    commented = visible.with_right(Right.SHOW_TICKET_COMMENTS, user)
    return OutgoingMail.objects.filter(
        Q(record__type=TransactionType.EMAIL_RECORD, record__ticket__in=visible)
        | Q(
            record__type=TransactionType.COMMENT_EMAIL_RECORD,
            record__ticket__in=commented,
        )
    )


def incoming_mail(user: User) -> QuerySet[IncomingMail]:
    """Return what came in, without what was recorded on tickets not to be seen.

    What led to no ticket has to be put right by somebody, so it is there for everybody
    who administers mail; for others there is nothing.
    """
    rights = rights_of(user)
    if rights.is_superuser:
        return IncomingMail.objects.all()
    if not may_administer_mail(user):
        return IncomingMail.objects.none()
    visible = Ticket.objects.visible_to(user)
    commented = visible.with_right(Right.SHOW_TICKET_COMMENTS, user)
    return IncomingMail.objects.filter(
        Q(ticket=None)
        | Q(transaction__ticket__in=commented)
        | Q(transaction__ticket__in=visible)
        & ~Q(transaction__type=TransactionType.COMMENT)
    )
