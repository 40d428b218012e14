"""The matrix of take, steal, give and untake."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.commands import OwnerMode
from tickets.models import Ticket, Transaction

ALL = [Right.TAKE_TICKET, Right.STEAL_TICKET, Right.MODIFY_TICKET]


def only(world: World, *rights: Right) -> User:
    """Return Dave holding these rights on General and being able to own there."""
    for right in (Right.SHOW_TICKET, Right.OWN_TICKET, *rights):
        grant(world.dave, right, queue=world.general)
    return world.dave


def owned_by(world: World, owner: User | None) -> Ticket:
    """Return a ticket of General with this owner."""
    return make_ticket(world.general, by=world.bob, owner=owner)


@pytest.mark.parametrize(
    "right", [Right.TAKE_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET]
)
def test_take_from_nobody(world: World, right: Right) -> None:
    """Any of the three rights will do."""
    dave = only(world, right)
    ticket = owned_by(world, None)
    row = commands.take(ticket, actor=dave)
    ticket.refresh_from_db()
    assert ticket.owner == dave
    assert (row.field, row.data) == ("Owner", OwnerMode.TAKE)


def test_take_without_a_right(world: World) -> None:
    """Being able to own does not mean being able to take."""
    dave = only(world)
    ticket = owned_by(world, None)
    rows = Transaction.objects.count()
    with pytest.raises(PermissionDenied):
        commands.take(ticket, actor=dave)
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert Transaction.objects.count() == rows


def test_take_somebody_elses(world: World) -> None:
    """Taking is for unowned tickets, stealing for the others."""
    dave = only(world, *ALL)
    with pytest.raises(ValidationError, match="unowned"):
        commands.take(owned_by(world, world.bob), actor=dave)


@pytest.mark.parametrize(
    ("right", "works"),
    [
        (Right.STEAL_TICKET, True),
        (Right.MODIFY_TICKET, True),
        (Right.TAKE_TICKET, False),
    ],
)
def test_steal(world: World, right: Right, works: bool) -> None:
    """From somebody else, with StealTicket or ModifyTicket."""
    dave = only(world, right)
    ticket = owned_by(world, world.bob)
    if works:
        commands.steal(ticket, actor=dave)
    else:
        with pytest.raises(PermissionDenied):
            commands.steal(ticket, actor=dave)
    ticket.refresh_from_db()
    assert ticket.owner == (dave if works else world.bob)


def test_steal_from_nobody(world: World) -> None:
    """There is nothing to steal."""
    with pytest.raises(ValidationError, match="steal"):
        commands.steal(owned_by(world, None), actor=only(world, *ALL))


def test_give_to_a_third_person_needs_reassign(world: World) -> None:
    """Scenario E: refused without the right, forced with it."""
    ticket = owned_by(world, world.bob)
    dave = only(world, *ALL)
    with pytest.raises(PermissionDenied):
        commands.set_owner(ticket, actor=dave, owner=world.carol)
    grant(dave, Right.REASSIGN_TICKET, queue=world.general)
    commands.set_owner(ticket, actor=dave, owner=world.carol)
    ticket.refresh_from_db()
    assert ticket.owner == world.carol


def test_give_away_ones_own(world: World) -> None:
    """With ModifyTicket, and to Nobody as well."""
    dave = only(world, Right.MODIFY_TICKET)
    ticket = owned_by(world, dave)
    commands.untake(ticket, actor=dave)
    ticket.refresh_from_db()
    assert ticket.owner is None


def test_a_new_owner_must_be_able_to_own(world: World) -> None:
    """Bob may give, Dave may not have."""
    ticket = owned_by(world, world.bob)
    with pytest.raises(ValidationError, match="may not own"):
        commands.set_owner(ticket, actor=world.bob, owner=world.dave)


def test_the_same_owner_again(world: World) -> None:
    """Nothing to do is said, not done."""
    ticket = owned_by(world, world.bob)
    with pytest.raises(ValidationError, match="already own"):
        commands.take(ticket, actor=world.bob)


def test_moving_to_a_queue_where_the_owner_may_not_own(world: World) -> None:
    """Scenario L: the system gives the ticket back to Nobody."""
    ticket = owned_by(world, world.bob)
    revoke(world.staff, Right.OWN_TICKET, queue=world.networking)
    commands.move_to_queue(ticket, actor=world.carol, queue=world.networking)
    ticket.refresh_from_db()
    assert (ticket.queue, ticket.owner) == (world.networking, None)
    owner_row = Transaction.objects.filter(ticket=ticket, type="Set", field="Owner")
    assert owner_row.get().creator == User.objects.system()
