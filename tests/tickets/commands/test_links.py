"""Links between tickets and to URLs."""

from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.dependencies import pending_counts
from tickets.models import Link, Ticket, Transaction


@pytest.fixture
def chain(world: World) -> list[Ticket]:
    """Three tickets, each depending on the next."""
    tickets = [make_ticket(world.general, by=world.bob) for _ in range(3)]
    for base, target in pairwise(tickets):
        commands.add_link(
            base, actor=world.bob, direction="DependsOn", to=str(target.pk)
        )
    return tickets


def test_both_ends_record_it(world: World, chain: list[Ticket]) -> None:
    """With the name of the direction as seen from each."""
    rows = Transaction.objects.filter(type="AddLink", ticket=chain[1]).order_by("pk")
    assert [(row.field, row.new_value) for row in rows] == [
        ("DependedOnBy", str(chain[0].pk)),
        ("DependsOn", str(chain[2].pk)),
    ]


def test_a_circle_is_refused(world: World, chain: list[Ticket]) -> None:
    """Also a long one, and also said from the other end."""
    with pytest.raises(ValidationError, match="circular"):
        commands.add_link(
            chain[2], actor=world.bob, direction="DependsOn", to=f"#{chain[0].pk}"
        )
    with pytest.raises(ValidationError, match="circular"):
        commands.add_link(
            chain[0], actor=world.bob, direction="DependedOnBy", to=str(chain[2].pk)
        )
    assert Link.objects.count() == 2


def test_references_may_be_mutual(world: World, chain: list[Ticket]) -> None:
    """RefersTo means nothing for the order of work."""
    for base, target in ((0, 1), (1, 0)):
        commands.add_link(
            chain[base],
            actor=world.bob,
            direction="RefersTo",
            to=str(chain[target].pk),
        )
    assert Link.objects.filter(type="RefersTo").count() == 2


def test_again_and_removed(world: World, chain: list[Ticket]) -> None:
    """A second time does nothing; removing records on both ends."""
    first, second, _ = chain
    again = commands.add_link(
        first, actor=world.bob, direction="DependsOn", to=str(second.pk)
    )
    assert again is None
    commands.remove_link(
        first, actor=world.bob, direction="DependsOn", to=str(second.pk)
    )
    assert Transaction.objects.filter(type="DeleteLink").count() == 2
    with pytest.raises(ValidationError):
        commands.remove_link(
            first, actor=world.bob, direction="DependsOn", to=str(second.pk)
        )


@pytest.mark.parametrize(
    "to", ["javascript:alert(1)", "twelve", "", "999999", "ftp://a b"]
)
def test_what_cannot_be_linked_to(world: World, chain: list[Ticket], to: str) -> None:
    """Neither a ticket nor a URL, or a ticket that is not there."""
    with pytest.raises(ValidationError):
        commands.add_link(chain[0], actor=world.bob, direction="RefersTo", to=to)


def test_a_url(world: World, chain: list[Ticket]) -> None:
    """Anything else with an address can be referred to."""
    commands.add_link(
        chain[0], actor=world.bob, direction="RefersTo", to="https://wiki.example/x"
    )
    assert Link.objects.get(type="RefersTo").target_uri == "https://wiki.example/x"


def test_the_other_ticket_needs_its_right_too(world: World) -> None:
    """An invisible one is as if missing; one that may be read only is refused."""
    here = make_ticket(world.general, by=world.bob)
    there = make_ticket(world.networking, by=world.bob)
    for right in (Right.SHOW_TICKET, Right.MODIFY_TICKET):
        grant(world.dave, right, queue=world.general)
    with pytest.raises(ValidationError, match="does not exist"):
        commands.add_link(
            here, actor=world.dave, direction="RefersTo", to=str(there.pk)
        )
    grant(world.dave, Right.SHOW_TICKET, queue=world.networking)
    with pytest.raises(PermissionDenied):
        commands.add_link(
            here, actor=world.dave, direction="RefersTo", to=str(there.pk)
        )
    assert not Link.objects.exists()


def test_pending_counts_open_targets_only(world: World, chain: list[Ticket]) -> None:
    """What lists show as pending."""
    numbers = [ticket.pk for ticket in chain]
    assert pending_counts(numbers) == {numbers[0]: 1, numbers[1]: 1}
    commands.set_status(chain[2], actor=world.bob, status="resolved")
    assert pending_counts(numbers) == {numbers[0]: 1}
