"""Reminders: small tickets of their own type that refer to the one they are about."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.commands._record import editing, record
from tickets.commands.properties import clean_moment, clean_subject
from tickets.models import (
    Link,
    LinkType,
    Ticket,
    TicketType,
    Transaction,
    TransactionType,
)


def add_reminder(
    ticket: Ticket | int,
    *,
    actor: User,
    subject: str,
    owner: User | None = None,
    due: datetime | None = None,
) -> Ticket:
    """Remind the owner, by default the actor, of something about a ticket.

    Raises:
        PermissionDenied: no CreateTicket in the queue or no ModifyTicket.
        ValidationError: there is no subject.
    """
    subject = clean_subject(subject)
    if not subject:
        raise ValidationError({"subject": "Say what to be reminded of."}, code="empty")
    clean_moment("due", due)
    with editing(ticket, actor=actor) as held:
        held.require(Right.MODIFY_TICKET)
        parent = held.ticket
        if not rights_of(actor).has(Right.CREATE_TICKET, parent.queue_id):
            raise PermissionDenied("Permission Denied")
        rules = parent.queue.lifecycle.rules
        status = rules.defaults.get("reminder_on_open") or rules.default_status
        reminder = Ticket.objects.create(
            type=TicketType.REMINDER,
            queue=parent.queue,
            subject=subject,
            status=status,
            is_active=rules.is_active(status),
            owner=owner or actor,
            due=due,
            created=held.now,
            started=held.now,
            last_updated=held.now,
            creator=actor,
            last_updated_by=actor,
        )
        Link.objects.create(
            type=LinkType.REFERS_TO, base=reminder, target=parent, creator=actor
        )
        record(held, TransactionType.ADD_REMINDER, new=reminder.pk, data=subject)
        return reminder


def complete_reminder(reminder: Ticket | int, *, actor: User) -> Transaction | None:
    """Tick a reminder off; its own owner may, too. None if it was done before.

    Raises:
        PermissionDenied: neither its owner nor ModifyTicket on it.
        ValidationError: the ticket is no reminder.
    """
    number = reminder if isinstance(reminder, int) else reminder.pk
    parents = list(
        Link.objects.filter(
            type=LinkType.REFERS_TO, base_id=number, target__isnull=False
        ).values_list("target_id", flat=True)
    )
    also = [pk for pk in parents if pk is not None]
    with editing(reminder, actor=actor, also=also) as held:
        ticket = held.ticket
        if ticket.type != TicketType.REMINDER:
            raise ValidationError(f"#{ticket.pk} is no reminder.", code="no_reminder")
        if ticket.owner_id != actor.pk:
            held.require(Right.MODIFY_TICKET)
        if not ticket.is_active:
            return None
        rules = ticket.queue.lifecycle.rules
        done = rules.defaults.get("reminder_on_resolve") or rules.first_inactive_from(
            ticket.status
        )
        if done is None:
            raise ValidationError("The lifecycle has no way to finish.", code="status")
        ticket.move_to(done, now=held.now)
        held.touch((*Ticket.STATUS_FIELDS, "last_updated", "last_updated_by"))
        held.change(last_updated=held.now, last_updated_by=actor)
        rows = [
            record(
                parent,
                TransactionType.RESOLVE_REMINDER,
                new=ticket.pk,
                data=ticket.subject,
            )
            for parent in held.others.values()
        ]
        return rows[0] if rows else None
