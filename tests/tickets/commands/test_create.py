"""Creating a ticket."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from queues.models import Lifecycle, Queue
from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import NewTicket, create_ticket
from tickets.messages import File, compose
from tickets.models import Attachment, Link, Ticket, Transaction


def test_one_create_transaction_carries_the_message(world: World) -> None:
    """People, links and values belong to Create and record nothing of their own."""
    ticket = make_ticket(world.general, by=world.alice, cc=("carl@example.net",))

    row = Transaction.objects.get(ticket=ticket)
    assert (row.type, row.creator) == ("Create", world.alice)
    assert row.scrips_done_at is None
    assert Attachment.objects.get(transaction=row).content == "It is jammed."
    watchers = ticket.watchers.order_by("role").values_list("role", "user__email")
    assert list(watchers) == [
        ("Cc", "carl@example.net"),
        ("Requestor", "alice@customer.example"),
    ]
    assert not User.objects.get(email="carl@example.net").is_privileged


def test_a_new_status_that_is_begun_sets_started(world: World) -> None:
    """Started at once when the ticket is created open, Resolved when resolved."""
    open_ticket = make_ticket(world.general, by=world.bob, status="open")
    done = make_ticket(world.general, by=world.bob, status="Resolved")

    assert open_ticket.started == open_ticket.created
    assert done.resolved == done.created
    assert not done.is_active


def test_an_owner_who_may_not_own_is_left_out_with_a_note(world: World) -> None:
    """The ticket is created all the same, with Nobody."""
    created = create_ticket(
        NewTicket(queue=world.general, subject="x", owner=world.dave), actor=world.bob
    )

    assert created.ticket.owner is None
    assert created.notes == ["dave may not own tickets in that queue."]


def test_an_own_address_never_becomes_a_watcher(world: World) -> None:
    """Mail to oneself would run in circles."""
    created = create_ticket(
        NewTicket(queue=world.general, subject="x", cc=("rt@example.com",)),
        actor=world.bob,
    )

    assert not created.ticket.watchers.exists()
    assert "mail loop" in created.notes[0]


def test_links_record_on_the_other_ticket_only(world: World) -> None:
    """The other end's history says who depends on it now."""
    other = make_ticket(world.general, by=world.bob)
    ticket = make_ticket(
        world.general, by=world.bob, links=(("DependsOn", str(other.pk)),)
    )

    link = Link.objects.get()
    assert (link.base, link.target) == (ticket, other)
    types = Transaction.objects.filter(ticket=other).order_by("pk").values_list("type")
    assert [kind for (kind,) in types] == ["Create", "AddLink"]
    assert Transaction.objects.filter(ticket=ticket).count() == 1


def test_files_are_kept_byte_for_byte_once(world: World) -> None:
    """Two tickets with the same file share one blob."""
    data = bytes(range(256))
    for _ in range(2):
        message = compose(text="see", files=[File("a.bin", "application/x", data)])
        create_ticket(
            NewTicket(queue=world.general, subject="f", message=message),
            actor=world.bob,
        )

    first, second = Attachment.objects.exclude(blob=None).order_by("pk")
    assert first.blob == second.blob
    assert first.size == 256


def test_queue_defaults_apply(world: World) -> None:
    """Priority and due date come from the queue unless said otherwise."""
    Queue.objects.filter(pk=world.general.pk).update(
        initial_priority=10, final_priority=90, default_due_in=3
    )
    queue = Queue.objects.select_related("lifecycle").get(pk=world.general.pk)
    ticket = make_ticket(queue, by=world.bob)

    assert (ticket.priority, ticket.final_priority) == (10, 90)
    assert ticket.due
    assert (ticket.due - ticket.created).days == 3


@pytest.mark.parametrize(
    ("wishes", "code"),
    [({"status": "stalled"}, "status"), ({"status": "nonsense"}, "status")],
)
def test_a_status_not_to_begin_with_is_refused(
    world: World, wishes: dict[str, str], code: str
) -> None:
    """Only the lifecycle's first statuses."""
    with pytest.raises(ValidationError) as error:
        make_ticket(world.general, by=world.bob, **wishes)
    assert error.value.code == code
    assert not Ticket.objects.exists()


def test_a_disabled_queue_takes_nothing(world: World) -> None:
    """Existing tickets stay, new ones are refused."""
    Queue.objects.filter(pk=world.general.pk).update(disabled=True)
    queue = Queue.objects.select_related("lifecycle").get(pk=world.general.pk)
    with pytest.raises(ValidationError):
        make_ticket(queue, by=world.bob)
    assert not Ticket.objects.exists()


def test_without_create_ticket_nothing_happens(world: World) -> None:
    """Alice may write to General, not to Networking; and no user is created."""
    with pytest.raises(PermissionDenied):
        make_ticket(world.networking, by=world.alice, cc=("new@example.net",))
    assert not Ticket.objects.exists()
    assert not User.objects.filter(email="new@example.net").exists()


def test_nul_bytes_and_line_ends_leave_the_subject(world: World) -> None:
    """The subject is one line of what a database takes."""
    ticket = make_ticket(world.general, by=world.bob, subject="a\x00b\r\nBcc: x\t y")
    assert ticket.subject == "ab Bcc: x y"


def test_lifecycle_of_its_own(world: World) -> None:
    """The queue's lifecycle says where a ticket begins."""
    lifecycle = Lifecycle.objects.create(
        name="calls",
        definition={
            "initial": ["ringing"],
            "active": ["Talking"],
            "inactive": ["over"],
        },
    )
    queue = Queue.objects.create(name="Calls", lifecycle=lifecycle)
    world.bob.is_superuser = True
    ticket = make_ticket(queue, by=world.bob)
    assert ticket.status == "ringing"
    assert ticket.created <= timezone.now()


def test_a_reminder_is_not_created_by_itself(world: World) -> None:
    """It would be about nothing, and hidden from who created it."""
    with pytest.raises(ValidationError, match="about"):
        make_ticket(world.general, by=world.bob, type="reminder")
    assert not Ticket.objects.exists()
