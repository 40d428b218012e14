"""Moving along the lifecycle."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import RoleName
from accounts.rights import Right
from queues.rights import grant, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.commands import UnresolvedDependenciesError
from tickets.models import Transaction


def test_opening_sets_started_once(world: World) -> None:
    """Started is the first time; a second opening leaves it."""
    ticket = make_ticket(world.general, by=world.bob)
    commands.set_status(ticket, actor=world.bob, status="open")
    ticket.refresh_from_db()
    first = ticket.started
    commands.set_status(ticket, actor=world.bob, status="resolved")
    commands.set_status(ticket, actor=world.bob, status="open")
    ticket.refresh_from_db()
    assert first
    assert ticket.started == first
    assert ticket.resolved, "kept on reopening"
    assert ticket.is_active


def test_the_same_status_is_no_change(world: World) -> None:
    """Nothing is recorded."""
    ticket = make_ticket(world.general, by=world.bob)
    assert commands.set_status(ticket, actor=world.bob, status="NEW") is None
    assert Transaction.objects.filter(ticket=ticket).count() == 1


def test_an_unknown_status_is_refused(world: World) -> None:
    """With RT's words."""
    ticket = make_ticket(world.general, by=world.bob)
    with pytest.raises(ValidationError, match="isn't a valid status"):
        commands.set_status(ticket, actor=world.bob, status="flying")


def test_a_ticket_that_waits_for_another_cannot_be_closed(world: World) -> None:
    """Scenario J: the message names what it waits for."""
    one = make_ticket(world.general, by=world.bob, subject="Line card")
    two = make_ticket(world.general, by=world.bob)
    commands.add_link(two, actor=world.bob, direction="DependsOn", to=str(one.pk))
    with pytest.raises(UnresolvedDependenciesError, match=f"#{one.pk} Line card"):
        commands.set_status(two, actor=world.bob, status="resolved")
    two.refresh_from_db()
    assert two.status == "new"

    commands.set_status(one, actor=world.bob, status="resolved")
    commands.set_status(two, actor=world.bob, status="resolved")
    two.refresh_from_db()
    assert two.status == "resolved"


def test_deleting_needs_its_own_right(world: World) -> None:
    """ModifyTicket does not delete."""
    ticket = make_ticket(world.general, by=world.bob)
    with pytest.raises(PermissionDenied):
        commands.set_status(ticket, actor=world.bob, status="deleted")
    grant(world.bob, Right.DELETE_TICKET, queue=world.general)
    commands.set_status(ticket, actor=world.bob, status="deleted")
    ticket.refresh_from_db()
    assert ticket.status == "deleted"


def test_resolving_and_giving_away_in_one_go(world: World) -> None:
    """Rights are those at the start of the command."""
    for right in (Right.SHOW_TICKET, Right.OWN_TICKET):
        grant(world.dave, right, queue=world.general)
    from_role = commands.TicketUpdate(owner=None, status="resolved")
    ticket = make_ticket(world.general, by=world.bob, owner=world.dave)
    grant(role_group(RoleName.OWNER), Right.MODIFY_TICKET, queue=world.general)
    commands.update_ticket(ticket, actor=world.dave, update=from_role)
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.status) == (None, "resolved")
