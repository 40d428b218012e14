"""One change for many tickets: each whole or not at all, each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.conftest import Settled, World
from tests.factories import make_ticket
from tickets.bulk_change import NOBODY_ID, BulkChange
from tickets.commands import bulk
from tickets.models import (
    BulkUpdate,
    BulkUpdateItem,
    Ticket,
    Transaction,
    TransactionType,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(world: World) -> list[Ticket]:
    """Three tickets, for staff, who may update them together."""
    return [make_ticket(world.general, by=world.alice, text="") for _ in range(3)]


def updated(
    tickets: list[Ticket], world: World, *, token: str = "one", **change: Any
) -> dict[int, list[str]]:
    """Carry a change out as Bob; return the lines of each ticket."""
    update = bulk.start_bulk_update(
        [ticket.pk for ticket in tickets],
        actor=world.bob,
        change=BulkChange(**change),
        token=token,
    )
    assert bulk.run_bulk_update(update.pk, seconds=60)
    return dict(update.items.values_list("ticket_id", "messages"))


def test_everything_at_once(three: list[Ticket], world: World) -> None:
    """Owner, status, queue, properties, people, links and one message."""
    other = make_ticket(world.general, by=world.alice, text="")
    lines = updated(
        three[:1],
        world,
        owner=world.bob.pk,
        status="open",
        queue=world.networking.pk,
        properties={"subject": "New", "priority": 7},
        add_watchers=(("Cc", "carol@example.org"),),
        remove_watchers=(("Requestor", "alice@customer.example"),),
        links=(("RefersTo", str(other.pk)),),
        message_type=TransactionType.COMMENT.value,
        text="All together",
        time_worked=5,
    )[three[0].pk]
    ticket = Ticket.objects.get(pk=three[0].pk)
    assert (ticket.owner, ticket.status) == (world.bob, "open")
    assert (ticket.queue, ticket.subject) == (world.networking, "New")
    assert (ticket.priority, ticket.time_worked) == (7, 5)
    assert [w.role for w in ticket.watchers.all()] == ["Cc"]
    assert ticket.links_out.get().target == other
    assert lines == [
        "Taken",
        "Comments added",
        "Queue changed from General to Networking",
        "Subject changed from 'Printer jam' to 'New'",
        "Priority changed from '0' to '7'",
        "Status changed from 'new' to 'open'",
        "Requestor Alice Adams deleted",
        "Cc Carol added",
        f"Reference to #{other.pk} added",
    ]


def test_one_refused_ticket_does_not_stop_the_others(
    three: list[Ticket], world: World
) -> None:
    """It says why, and nothing of the change has happened to it."""
    Ticket.objects.filter(pk=three[1].pk).update(owner=world.carol)
    lines = updated(
        three,
        world,
        owner=world.bob.pk,
        message_type=TransactionType.COMMENT.value,
        text="Mine now",
    )
    refused = three[1].pk
    assert lines[refused] == ["You can only take tickets that are unowned."]
    assert not Transaction.objects.filter(ticket=refused, type="Comment").exists()
    assert Ticket.objects.filter(owner=world.bob).count() == 2
    assert not BulkUpdateItem.objects.get(ticket=refused).succeeded


def test_forcing_the_owner(three: list[Ticket], world: World) -> None:
    """With Force what Steal may do is done."""
    Ticket.objects.filter(pk=three[0].pk).update(owner=world.carol)
    updated(three[:1], world, owner=world.bob.pk, force_owner=True)
    assert Ticket.objects.get(pk=three[0].pk).owner == world.bob
    updated(three[:1], world, token="two", owner=NOBODY_ID)
    assert Ticket.objects.get(pk=three[0].pk).owner is None


def test_the_same_form_twice_is_one_update(three: list[Ticket], world: World) -> None:
    """Nothing is done a second time, however often it is sent or run."""
    change = {"message_type": TransactionType.COMMENT.value, "text": "Once"}
    updated(three, world, **change)
    updated(three, world, **change)
    assert BulkUpdate.objects.count() == 1
    assert Transaction.objects.filter(type="Comment").count() == 3


def test_a_death_on_the_way_loses_and_doubles_nothing(
    three: list[Ticket], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was marked is done, what was not is still to do."""
    real = bulk._mark
    calls: list[int] = []

    def dying(item: BulkUpdateItem, messages: list[str], *, succeeded: bool) -> None:
        calls.append(item.ticket_id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(item, messages, succeeded=succeeded)

    monkeypatch.setattr(bulk, "_mark", dying)
    change = {"message_type": TransactionType.COMMENT.value, "text": "Once"}
    with pytest.raises(KeyboardInterrupt):
        updated(three, world, **change)
    assert Transaction.objects.filter(type="Comment").count() == 1
    monkeypatch.undo()
    assert bulk.unfinished_bulk_updates() == [BulkUpdate.objects.get().pk]
    updated(three, world, **change)
    assert Transaction.objects.filter(type="Comment").count() == 3
    assert bulk.unfinished_bulk_updates() == []


def test_a_defect_in_one_ticket_does_not_stop_the_others(
    three: list[Ticket], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, said, and not tried for ever."""
    real = bulk._apply

    def broken(ticket_id: int, *arguments: Any) -> list[Transaction]:
        if ticket_id == three[0].pk:
            raise RuntimeError("defect")
        return real(ticket_id, *arguments)

    monkeypatch.setattr(bulk, "_apply", broken)
    lines = updated(three, world, properties={"priority": 3})
    assert lines[three[0].pk] == ["This ticket could not be updated."]
    assert Ticket.objects.filter(priority=3).count() == 2


def test_the_worker_does_it(
    three: list[Ticket], world: World, settled: Settled
) -> None:
    """A ring is enough; the sweep rings again for what was left behind."""
    with settled():
        update = bulk.start_bulk_update(
            [three[0].pk],
            actor=world.bob,
            change=BulkChange(properties={"priority": 4}),
            token="t",
        )
        bulk.ring_bulk_update(update.pk)
    update.refresh_from_db()
    assert update.finished_at is not None
    assert Ticket.objects.get(pk=three[0].pk).priority == 4


def test_what_is_so_already(three: list[Ticket], world: World) -> None:
    lines = updated(three[:1], world, properties={"priority": 0})
    assert lines[three[0].pk] == ["That is already the current value"]


def test_refused_without_the_right(world: World, three: list[Ticket]) -> None:
    """Nothing is written down."""
    with pytest.raises(PermissionDenied):
        bulk.start_bulk_update(
            [three[0].pk],
            actor=world.alice,
            change=BulkChange(status="open"),
            token="t",
        )
    assert not BulkUpdate.objects.exists()


def test_unseen_tickets_are_not_there(world: World, three: list[Ticket]) -> None:
    """As if their numbers had not been named; alone they are no ticket at all."""
    with pytest.raises(ValidationError, match="at least one ticket"):
        bulk.start_bulk_update(
            [three[0].pk, 999_999],
            actor=world.dave,
            change=BulkChange(status="open"),
            token="t",
        )


def test_limits(world: World, three: list[Ticket]) -> None:
    """Too many tickets, and nothing to change."""
    with pytest.raises(ValidationError, match="At most 1,000 tickets"):
        bulk.start_bulk_update(
            range(1, 1_002),
            actor=world.bob,
            change=BulkChange(status="open"),
            token="t",
        )
    with pytest.raises(ValidationError, match="something to change"):
        updated(three, world)


def test_a_change_survives_json(world: World, three: list[Ticket]) -> None:
    change = BulkChange(
        owner=3,
        properties={"due": three[0].created, "priority": 2},
        links=(("RefersTo", "1"),),
    )
    assert BulkChange.from_json(change.as_json()) == change


def test_old_updates_are_forgotten(three: list[Ticket], world: World) -> None:
    """What was finished long ago, and nothing that waits."""
    updated(three, world, properties={"priority": 3})
    later = timezone.now() + timedelta(days=bulk.KEPT_DAYS + 1)
    bulk.forget_old_bulk_updates(now=timezone.now())
    assert BulkUpdate.objects.exists()
    bulk.forget_old_bulk_updates(now=later)
    assert not BulkUpdateItem.objects.exists()
