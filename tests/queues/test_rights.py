"""Grants: who holds what, for lists and for single tickets, and at what cost."""

import pytest

from accounts.commands import (
    add_member,
    create_group,
    remove_member,
    set_disabled,
    set_group_disabled,
)
from accounts.models import Group, RoleName, SystemGroup, User
from accounts.rights import QUEUE_RIGHTS, SYSTEM_RIGHTS, Right, right_named
from queues.models import QueueWatcher
from queues.rights import (
    grant,
    revoke,
    rights_of,
    role_group,
    system_group,
    users_with_right,
)
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.models import Ticket
from tickets.rights import rights_on


def visible(user: User) -> set[int]:
    """Return the ids of the tickets a user may see."""
    return set(Ticket.objects.visible_to(user).values_list("pk", flat=True))


def test_every_right_is_stored_and_named() -> None:
    """The two halves make the whole, and RT's older names are understood."""
    assert set(QUEUE_RIGHTS) | set(SYSTEM_RIGHTS) == set(Right)
    assert not set(QUEUE_RIGHTS) & set(SYSTEM_RIGHTS)
    assert right_named("showticket") is Right.SHOW_TICKET
    assert right_named("ShowSavedSearches") is Right.SEE_SAVED_SEARCH
    with pytest.raises(ValueError, match="no right"):
        right_named("FlyTicket")


@pytest.mark.parametrize("place", ["queue", "everywhere"])
@pytest.mark.parametrize("principal", ["user", "group", "nested group", "Everyone"])
def test_grants_reach_lists_and_tickets_alike(
    world: World, principal: str, place: str
) -> None:
    """However the right is held, the list and the single ticket agree; and back."""
    ticket = make_ticket(world.networking, by=world.bob)
    inner, outer = create_group("Inner"), create_group("Outer")
    add_member(inner, world.dave)
    add_member(outer, inner)
    holders: dict[str, User | Group] = {
        "user": world.dave,
        "group": inner,
        "nested group": outer,
        "Everyone": system_group(SystemGroup.EVERYONE),
    }
    holder = holders[principal]
    queue = world.networking if place == "queue" else None

    assert visible(world.dave) == set()
    grant(holder, Right.SHOW_TICKET, queue=queue)
    assert visible(world.dave) == {ticket.pk}
    assert rights_on(ticket, world.dave)["ShowTicket"]
    revoke(holder, Right.SHOW_TICKET, queue=queue)
    assert visible(world.dave) == set()
    assert not rights_on(ticket, world.dave)["ShowTicket"]


@pytest.mark.parametrize("place", ["queue", "everywhere"])
@pytest.mark.parametrize("role", [role.value for role in RoleName])
def test_role_grants_show_the_tickets_one_has_the_role_on(
    world: World, role: str, place: str
) -> None:
    """And no others."""
    his, _other = (make_ticket(world.networking, by=world.bob) for _ in range(2))
    if role == RoleName.OWNER:
        grant(world.dave, Right.OWN_TICKET)
        commands.set_owner(his, actor=world.carol, owner=world.dave)
    else:
        commands.add_watcher(his, actor=world.bob, role=RoleName(role), who=world.dave)
    queue = world.networking if place == "queue" else None
    grant(role_group(RoleName(role)), Right.SHOW_TICKET, queue=queue)

    assert visible(world.dave) == {his.pk}
    his.refresh_from_db()
    assert rights_on(his, world.dave)["ShowTicket"]


def test_a_role_held_through_a_group(world: World) -> None:
    """A group that is Cc makes its members Cc."""
    ticket = make_ticket(world.networking, by=world.bob)
    group = create_group("Engineers")
    add_member(group, world.dave)
    commands.add_watcher(
        ticket, actor=world.bob, role=RoleName.CC, who="group:engineers"
    )
    grant(role_group(RoleName.CC), Right.SHOW_TICKET)
    assert visible(world.dave) == {ticket.pk}
    remove_member(group, world.dave)
    assert visible(world.dave) == set()


def test_an_admin_cc_of_the_queue_is_that_of_each_ticket(world: World) -> None:
    """Standing watchers need not be copied."""
    ticket = make_ticket(world.networking, by=world.bob)
    QueueWatcher.objects.create(
        queue=world.networking, role=RoleName.ADMIN_CC, user=world.dave
    )
    grant(role_group(RoleName.ADMIN_CC), Right.SHOW_TICKET)
    assert visible(world.dave) == {ticket.pk}
    assert rights_on(ticket, world.dave)["ShowTicket"]


def test_disabling_suspends(world: World) -> None:
    """A disabled group gives nothing, a disabled user has nothing."""
    ticket = make_ticket(world.networking, by=world.bob)
    assert visible(world.bob) == {ticket.pk}
    set_group_disabled(world.staff, disabled=True)
    assert visible(world.bob) == set()
    set_group_disabled(world.staff, disabled=False)
    set_disabled(world.bob, disabled=True)
    assert visible(world.bob) == set()


def test_requestors_see_their_own_only(world: World) -> None:
    """Alice's ticket, not Bob's, in the queue that is open to all."""
    hers = make_ticket(world.general, by=world.alice)
    make_ticket(world.general, by=world.bob)
    assert visible(world.alice) == {hers.pk}


def test_all_of_a_users_rights_are_one_query(
    world: World, django_assert_num_queries: object
) -> None:
    """And a page of tickets one more, whatever the number of grants and rows."""
    for _ in range(5):
        make_ticket(world.general, by=world.bob)
    bob = User.objects.get(pk=world.bob.pk)
    with django_assert_num_queries(2):  # type: ignore[operator]
        rights_of(bob)
        assert len(Ticket.objects.visible_to(bob)) == 5


def test_who_may_own(world: World) -> None:
    """Privileged, enabled holders of the right; Nobody is no person."""
    found = users_with_right(Right.OWN_TICKET, queue=world.general)
    names = {user.name for user in found.values()}
    assert names == {"bob", "carol", "root"}


def test_a_right_that_is_not_the_queues(world: World) -> None:
    """Cannot be granted on one."""
    with pytest.raises(ValueError, match="globally"):
        grant(world.dave, Right.ADMIN_USERS, queue=world.general)
