"""Replies and comments."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.messages import compose
from tickets.models import Transaction, TransactionType


def test_staff_replying_is_contact(world: World) -> None:
    """Told moves, and time taken adds up."""
    ticket = make_ticket(world.general, by=world.alice)
    commands.correspond(
        ticket, actor=world.bob, message=compose(text="Hello"), time_taken=15
    )
    ticket.refresh_from_db()
    assert ticket.told == ticket.last_updated
    assert (ticket.time_worked, ticket.last_updated_by) == (15, world.bob)


def test_a_comment_is_no_contact(world: World) -> None:
    """Told stays."""
    ticket = make_ticket(world.general, by=world.alice)
    commands.comment(ticket, actor=world.bob, message=compose(text="Psst"))
    ticket.refresh_from_db()
    assert ticket.told is None


def test_the_requestor_may_reply_and_not_comment(world: World) -> None:
    """By the right of Everyone; nothing is left of the refused comment."""
    ticket = make_ticket(world.general, by=world.alice)
    commands.correspond(ticket, actor=world.alice, message=compose(text="More"))
    rows = Transaction.objects.filter(ticket=ticket).count()
    with pytest.raises(PermissionDenied):
        commands.comment(ticket, actor=world.alice, message=compose(text="x"))
    assert Transaction.objects.filter(ticket=ticket).count() == rows


def test_an_empty_message_is_refused(world: World) -> None:
    """Neither text nor file."""
    ticket = make_ticket(world.general, by=world.alice)
    with pytest.raises(ValidationError, match="No message attached"):
        commands.correspond(ticket, actor=world.bob, message=compose(text=" \n"))


def test_one_update_is_all_or_nothing(world: World) -> None:
    """A refused status takes the reply back too."""
    ticket = make_ticket(world.general, by=world.alice)
    update = commands.TicketUpdate(
        message_type=TransactionType.CORRESPOND,
        message=compose(text="Done"),
        status="nonsense",
    )
    with pytest.raises(ValidationError):
        commands.update_ticket(ticket, actor=world.bob, update=update)
    assert Transaction.objects.filter(ticket=ticket).count() == 1


def test_time_without_words_is_time_worked(world: World) -> None:
    """No message, but the minutes count."""
    ticket = make_ticket(world.general, by=world.alice)
    update = commands.TicketUpdate(message=compose(text=""), time_worked=30)
    rows = commands.update_ticket(ticket, actor=world.bob, update=update)
    ticket.refresh_from_db()
    assert ticket.time_worked == 30
    assert [(row.field, row.time_taken) for row in rows] == [("TimeWorked", 30)]


def test_rows_of_one_update_share_a_batch(world: World) -> None:
    """What belongs together can be told."""
    ticket = make_ticket(world.general, by=world.alice)
    update = commands.TicketUpdate(
        message_type=TransactionType.CORRESPOND,
        message=compose(text="Done"),
        status="resolved",
    )
    rows = commands.update_ticket(ticket, actor=world.bob, update=update)
    assert len(rows) == 2
    assert len({row.batch for row in rows}) == 1
