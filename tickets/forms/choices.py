"""Drop-downs whose entries depend on the ticket, the queue and the person."""

from collections.abc import Iterable
from typing import cast

from django import forms

from accounts.models import User
from queues.models import Queue
from tickets.models import Ticket
from tickets.rights import TicketRights

NOBODY_CHOICE = ("0", "Nobody")

Choices = list[tuple[str, str]]


def set_choices(form: forms.Form, **choices: Choices) -> None:
    """Give the named drop-downs of a form their entries."""
    for name, entries in choices.items():
        cast("forms.ChoiceField", form.fields[name]).choices = entries


def has_choices(form: forms.Form, name: str) -> bool:
    """Say whether a drop-down offers anything."""
    field = cast("forms.ChoiceField", form.fields[name])
    return bool(list(cast("Iterable[object]", field.choices)))


def queue_choices(queues: Iterable[Queue]) -> Choices:
    """Return queues by id."""
    return [(str(queue.pk), queue.name) for queue in queues]


def owner_choices(owners: Iterable[User], *, me: User) -> Choices:
    """Return Nobody, oneself, then the others who may own."""
    people = list(owners)
    mine = [(str(me.pk), f"{me.display_name} (me)") for user in people if user == me]
    others = [(str(user.pk), user.display_name) for user in people if user != me]
    return [NOBODY_CHOICE, *mine, *others]


def status_choices(
    ticket: Ticket, rights: TicketRights, *, unchanged: str = "{} (unchanged)"
) -> Choices:
    """Return the current status and those the lifecycle and the rights allow next."""
    rules = ticket.queue.lifecycle.rules
    moves = [
        (status, rules.label(status))
        for status in rules.moves_from(ticket.status)
        if rights.has(rules.right_for(ticket.status, status))
    ]
    return [("", unchanged.format(rules.label(ticket.status))), *moves] if moves else []


def reply_status_choices(ticket: Ticket, rights: TicketRights) -> Choices:
    """Return the same as the end of the sentence that the reply button begins."""
    choices = status_choices(ticket, rights, unchanged="and leave it {}")
    return [
        (status, f"and make it {label}" if status else label)
        for status, label in choices
    ]
