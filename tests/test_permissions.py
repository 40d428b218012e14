"""The table: command x right x role, each with and without; denied changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import RoleName, User
from accounts.rights import Right
from mail.models import OutgoingMail
from queues.rights import grant, role_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.messages import compose
from tickets.models import Link, Ticket, TicketWatcher, Transaction

Act = Callable[[Ticket, User], object]


@dataclass(frozen=True)
class Row:
    """A command, the rights each of which alone allows it, and others needed beside."""

    name: str
    act: Act
    any_of: tuple[Right, ...]
    also: tuple[Right, ...] = ()


def _reply(ticket: Ticket, actor: User) -> object:
    return commands.correspond(ticket, actor=actor, message=compose(text="x"))


def _comment(ticket: Ticket, actor: User) -> object:
    return commands.comment(ticket, actor=actor, message=compose(text="x"))


def _watch(role: RoleName) -> Act:
    return lambda ticket, actor: commands.add_watcher(
        ticket, actor=actor, role=role, who=actor
    )


TABLE = [
    Row("reply", _reply, (Right.REPLY_TO_TICKET, Right.MODIFY_TICKET)),
    Row("comment", _comment, (Right.COMMENT_ON_TICKET, Right.MODIFY_TICKET)),
    Row(
        "status",
        lambda t, a: commands.set_status(t, actor=a, status="open"),
        (Right.MODIFY_TICKET,),
    ),
    Row(
        "delete",
        lambda t, a: commands.set_status(t, actor=a, status="deleted"),
        (Right.DELETE_TICKET,),
    ),
    Row(
        "subject",
        lambda t, a: commands.set_properties(t, actor=a, subject="new"),
        (Right.MODIFY_TICKET,),
    ),
    Row(
        "take",
        lambda t, a: commands.take(t, actor=a),
        (Right.TAKE_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET),
        also=(Right.OWN_TICKET,),
    ),
    Row(
        "add a stranger as Cc",
        lambda t, a: commands.add_watcher(
            t, actor=a, role=RoleName.CC, who="x@example.net"
        ),
        (Right.MODIFY_TICKET,),
    ),
    Row("watch", _watch(RoleName.CC), (Right.WATCH, Right.MODIFY_TICKET)),
    Row(
        "watch as AdminCc",
        _watch(RoleName.ADMIN_CC),
        (Right.WATCH_AS_ADMIN_CC, Right.MODIFY_TICKET),
    ),
    Row(
        "link",
        lambda t, a: commands.add_link(
            t, actor=a, direction="RefersTo", to="https://example.org/"
        ),
        (Right.MODIFY_TICKET,),
    ),
    Row(
        "reminder",
        lambda t, a: commands.add_reminder(t, actor=a, subject="Call"),
        (Right.MODIFY_TICKET,),
        also=(Right.CREATE_TICKET,),
    ),
]
ALLOWED = [
    pytest.param(row, right, id=f"{row.name}-{right}")
    for row in TABLE
    for right in row.any_of
]


def state(ticket: Ticket) -> tuple[object, ...]:
    """Everything a denied command must have left alone."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    return (
        ticket.status,
        ticket.subject,
        ticket.owner_id,
        ticket.last_updated,
        Ticket.objects.count(),
        Transaction.objects.count(),
        TicketWatcher.objects.count(),
        Link.objects.count(),
        OutgoingMail.objects.count(),
    )


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_denied_without_the_right(world: World, row: Row) -> None:
    """Every right but those of the row, and nothing happens."""
    ticket = make_ticket(world.networking, by=world.bob)
    for right in Right:
        if right in row.any_of or right is Right.SUPER_USER:
            continue
        try:
            grant(world.dave, right, queue=world.networking)
        except ValueError:
            grant(world.dave, right)
    before = state(ticket)
    with pytest.raises(PermissionDenied):
        row.act(ticket, world.dave)
    assert state(ticket) == before


@pytest.mark.parametrize(("row", "right"), ALLOWED)
def test_allowed_by_a_right_on_the_queue(world: World, row: Row, right: Right) -> None:
    """The same set-up, one right more."""
    ticket = make_ticket(world.networking, by=world.bob)
    for needed in (right, *row.also):
        grant(world.dave, needed, queue=world.networking)
    before = state(ticket)
    row.act(ticket, world.dave)
    assert state(ticket) != before


@pytest.mark.parametrize("role", [RoleName.REQUESTOR, RoleName.CC, RoleName.ADMIN_CC])
@pytest.mark.parametrize("row", TABLE[:3], ids=lambda row: row.name)
def test_allowed_by_a_role_on_this_ticket_only(
    world: World, row: Row, role: RoleName
) -> None:
    """The role has the right; Dave has the role on one ticket and not on the other."""
    his, other = (make_ticket(world.networking, by=world.bob) for _ in range(2))
    commands.add_watcher(his, actor=world.bob, role=role, who=world.dave)
    for right in row.any_of:
        grant(role_group(role), right, queue=world.networking)
    row.act(his, world.dave)
    before = state(other)
    with pytest.raises(PermissionDenied):
        row.act(other, world.dave)
    assert state(other) == before


def test_a_disabled_user_may_nothing(world: World) -> None:
    """Whatever was granted."""
    ticket = make_ticket(world.general, by=world.bob)
    world.bob.disabled = True
    before = state(ticket)
    with pytest.raises(PermissionDenied):
        _reply(ticket, world.bob)
    assert state(ticket) == before
