"""At a glance."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.context import _site_name
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BUDGET = 16


def part(page: str, start: str, end: str) -> str:
    """Return what stands between two headings."""
    return page[page.index(start) : page.index(end)]


def test_my_tickets_by_priority(bob: Client, world: World) -> None:
    """The most urgent first; closed ones and those of others are left out."""
    for subject, priority in (("Low", 10), ("High", 90)):
        make_ticket(
            world.general,
            by=world.alice,
            subject=subject,
            priority=priority,
            owner=world.bob,
        )
    make_ticket(world.general, by=world.alice, subject="Carols", owner=world.carol)
    make_ticket(
        world.general,
        by=world.alice,
        subject="Done",
        owner=world.bob,
        status="resolved",
    )
    mine = part(bob.get("/").content.decode(), "tickets I own", "newest unowned")
    assert mine.index("High") < mine.index("Low")
    assert "Carols" not in mine
    assert "Done" not in mine


def test_unowned_tickets_have_a_take_button(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """Staff may take what nobody owns."""
    listed = part(bob.get("/").content.decode(), "newest unowned", "Bookmarked")
    assert f"/tickets/{ticket.pk}/take/" in listed


def test_a_stranger_sees_nothing(dave: Client, ticket: Ticket) -> None:
    """Tickets, queues and buttons of others do not show."""
    page = dave.get("/").content.decode()
    assert ticket.subject not in page
    assert "/take/" not in page
    assert "no queue you may see" in page


def test_bookmarks_and_closed_ones_too(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """A bookmark stays when its ticket is closed."""
    commands.set_bookmark(ticket, actor=world.bob, on=True)
    commands.set_status(ticket, actor=world.bob, status="resolved")
    kept = part(bob.get("/").content.decode(), "Bookmarked", "Quick ticket creation")
    assert ticket.subject in kept
    assert "resolved" in kept


def test_reminders_lead_to_their_ticket(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """An overdue reminder stands out; it links what it is about."""
    commands.add_reminder(
        ticket,
        actor=world.bob,
        subject="Call back",
        due=timezone.now() - timedelta(hours=3),
    )
    page = bob.get("/").content.decode()
    reminders = page[page.index("My reminders") :]
    assert "Call back" in reminders
    assert f'href="/tickets/{ticket.pk}/"' in reminders
    assert "overdue" in reminders


def test_queue_list_counts_and_links(bob: Client, ticket: Ticket) -> None:
    """Each number leads to the list it counts."""
    page = bob.get("/").content.decode()
    url = "/search/?query=Queue+%3D+%27General%27+AND+Status+%3D+%27new%27"
    assert f'<a href="{url}">1</a>' in page
    assert ticket.subject in bob.get(url).content.decode()


def test_pending_tickets_say_so(bob: Client, ticket: Ticket, world: World) -> None:
    """A ticket that waits for another is marked in the lists."""
    other = make_ticket(world.general, by=world.alice, subject="Toner")
    commands.add_link(ticket, actor=world.bob, direction="DependsOn", to=str(other.pk))
    assert "(pending 1 other ticket)" in bob.get("/").content.decode()


@pytest.mark.parametrize(("minutes", "seconds"), [("5", "300"), ("0", "0"), ("7", "0")])
def test_refresh_choice_is_kept(bob: Client, minutes: str, seconds: str) -> None:
    """The offered intervals are kept for the session; others mean none."""
    bob.post("/refresh/", {"minutes": "2"})
    assert bob.post("/refresh/", {"minutes": minutes}).status_code == 302
    assert f'data-refresh="{seconds}"' in bob.get("/").content.decode()


def test_login_is_needed(client: Client, world: World) -> None:
    """A stranger is sent to the login page."""
    assert client.get("/").headers["Location"] == "/login/?next=/"


@pytest.mark.parametrize("rows", [1, 5, 12])
def test_number_of_queries(
    bob: Client,
    world: World,
    rows: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """The page costs the same few queries however much there is."""
    fill(world, rows)
    _site_name()
    with django_assert_max_num_queries(BUDGET):  # type: ignore[attr-defined]
        assert bob.get("/").status_code == 200


def test_one_row_costs_what_five_do(
    bob: Client,
    world: World,
    django_assert_num_queries: Callable[..., object],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """No row brings a query of its own; with Redis the session is none either."""
    fill(world, 1)
    _site_name()
    with django_assert_max_num_queries(13) as first:  # type: ignore[attr-defined]
        bob.get("/")
    fill(world, 4)
    with django_assert_num_queries(len(first)):  # type: ignore[attr-defined]
        bob.get("/")


def fill(world: World, rows: int) -> None:
    """Give Bob some of everything the page shows."""
    for number in range(rows):
        owned = make_ticket(
            world.general, by=world.alice, subject=f"Owned {number}", owner=world.bob
        )
        unowned = make_ticket(
            world.networking, by=world.carol, subject=f"Free {number}"
        )
        commands.set_bookmark(unowned, actor=world.bob, on=True)
        commands.add_reminder(owned, actor=world.bob, subject="Look")
        commands.add_link(
            owned, actor=world.bob, direction="DependsOn", to=str(unowned.pk)
        )


def test_users_of_the_portal_see_their_own(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """A requestor finds what they wrote, and nothing of others."""
    other: User = world.carol
    make_ticket(world.general, by=other, subject="Secret plan")
    page = alice.get("/").content.decode()
    assert ticket.subject in page
    assert "Secret plan" not in page
