"""The ticket page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import RoleName
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.context import _site_name
from tickets.counts import active_counts
from tickets.messages import File, compose
from tickets.models import Ticket, Transaction

pytestmark = pytest.mark.django_db
BUDGET = 15


def page_of(client: Client, ticket: Ticket, query: str = "") -> str:
    """Return the HTML of a ticket's page."""
    return client.get(f"/tickets/{ticket.pk}/{query}").content.decode()


def test_it_shows_the_conversation(bob: Client, ticket: Ticket, world: World) -> None:
    """Head, first message, reply, comment, boxes."""
    commands.correspond(ticket, actor=world.bob, message=compose(text="On my way."))
    commands.comment(ticket, actor=world.bob, message=compose(text="Third time!"))
    page = page_of(bob, ticket)
    assert "<h1>Printer jam</h1>" in page
    assert page.index("It is jammed.") < page.index("On my way.")
    assert "internal comment" in page
    assert page.index("On my way.") < page.index("Third time!")
    assert "Alice Adams" in page
    assert 'id="reply"' in page


def test_comments_are_not_for_requestors(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """A requestor sees replies, no comments, and no button to comment."""
    commands.correspond(ticket, actor=world.bob, message=compose(text="On my way."))
    commands.comment(ticket, actor=world.bob, message=compose(text="Third time!"))
    page = page_of(alice, ticket)
    assert "On my way." in page
    assert "Third time!" not in page
    assert 'value="comment"' not in page


def test_quoted_text_is_folded(bob: Client, ticket: Ticket, world: World) -> None:
    """What a reply repeats is there, but closed."""
    text = "Done.\n\nOn Monday Alice wrote:\n> It is\n> jammed\n> again\n> and again\n"
    commands.correspond(ticket, actor=world.bob, message=compose(text=text))
    page = page_of(bob, ticket)
    assert '<details class="quoted">' in page
    assert "and again" in page[page.index('<details class="quoted">') :]


def test_text_is_escaped_and_linked(bob: Client, ticket: Ticket, world: World) -> None:
    """Tags are text; addresses and ticket numbers are links."""
    text = f"<script>alert(1)</script> https://example.org/a?b=1 see #{ticket.pk}"
    commands.correspond(ticket, actor=world.bob, message=compose(text=text))
    page = page_of(bob, ticket)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="https://example.org/a?b=1" rel="nofollow"' in page
    assert f'<a href="/tickets/{ticket.pk}/">#{ticket.pk}</a>' in page


def test_simple_html_stands_in_the_page(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """Plain structure needs no frame; the text alternative is not shown twice."""
    message = compose(text="fat words", html="<p><b>fat</b> words</p>")
    commands.correspond(ticket, actor=world.bob, message=message)
    page = page_of(bob, ticket)
    assert "<b>fat</b> words" in page
    assert "<iframe" not in page


def test_other_html_stands_in_a_frame(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """HTML with looks of its own is sandboxed, and runs nothing."""
    html = '<table bgcolor="red"><tr><td><img src="http://x.example/p.gif"></table>'
    commands.correspond(ticket, actor=world.bob, message=compose(html=html + "hi"))
    page = page_of(bob, ticket)
    frame = page[page.index("<iframe") :]
    frame = frame[: frame.index(">")]
    assert "sandbox=" in frame
    assert "allow-scripts" not in frame
    assert "Remote images are not shown" in page
    assert "x.example" not in page


def test_files_are_listed(bob: Client, ticket: Ticket, world: World) -> None:
    """A file has its name, size and address."""
    message = compose(text="log", files=[File("jam.log", "text/plain", b"x" * 2048)])
    commands.correspond(ticket, actor=world.bob, message=message)
    page = page_of(bob, ticket)
    assert "jam.log?download=1" in page
    assert "2.0\xa0KB" in page


def test_small_changes_share_a_line(bob: Client, ticket: Ticket, world: World) -> None:
    """What one person did at one time is one line."""
    commands.take(ticket, actor=world.bob)
    commands.set_properties(ticket, actor=world.bob, priority=50)
    page = page_of(bob, ticket)
    assert "Taken · Priority changed" in page
    assert page.count('class="event"') == 1


def test_dependencies_are_named(bob: Client, ticket: Ticket, world: World) -> None:
    """A notice says what the ticket waits for."""
    other = make_ticket(world.general, by=world.alice, subject="Toner")
    commands.add_link(ticket, actor=world.bob, direction="DependsOn", to=str(other.pk))
    page = page_of(bob, ticket)
    assert "Pending 1 ticket." in page
    assert f"#{other.pk} Toner" in page


def test_links_to_unseen_tickets_show_the_number_only(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """A link does not tell what one may not see."""
    secret = make_ticket(world.networking, by=world.carol, subject="Secret plan")
    commands.add_link(ticket, actor=world.bob, direction="RefersTo", to=str(secret.pk))
    page = page_of(alice, ticket)
    assert f"#{secret.pk}" in page
    assert "Secret plan" not in page


def test_buttons_follow_rights_and_lifecycle(
    bob: Client, alice: Client, ticket: Ticket, world: World
) -> None:
    """Staff may take and resolve; the requestor may reply and nothing else."""
    staff, requestor = page_of(bob, ticket), page_of(alice, ticket)
    assert "Resolve" in staff
    assert f"/tickets/{ticket.pk}/take/" in staff
    assert "/steal/" not in staff
    assert "Resolve" not in requestor
    assert "/take/" not in requestor
    assert ">Edit<" not in requestor


def test_other_tickets_of_the_requestor(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """What else they wait for is beside it."""
    make_ticket(world.general, by=world.alice, subject="Mouse is dead")
    assert "Mouse is dead" in page_of(bob, ticket)


def test_a_merged_ticket_leads_to_its_survivor(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """The old number works for ever."""
    old = make_ticket(world.general, by=world.alice, subject="Same thing")
    Ticket.objects.filter(pk=old.pk).update(merged_into=ticket)
    answer = bob.get(f"/tickets/{old.pk}/")
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"


@pytest.mark.parametrize("number", ["999999", "99999999999999999999999"])
def test_a_number_that_is_none(bob: Client, world: World, number: str) -> None:
    """There is no such ticket."""
    assert bob.get(f"/tickets/{number}/").status_code == 404


def test_a_stranger_finds_nothing(dave: Client, ticket: Ticket) -> None:
    """Not visible is not there."""
    assert dave.get(f"/tickets/{ticket.pk}/").status_code == 404
    assert dave.get(f"/tickets/{ticket.pk}/history/?before=9").status_code == 404


def fill(ticket: Ticket, world: World, entries: int) -> None:
    """Give a ticket a history of everything, by several people."""
    other = make_ticket(world.networking, by=world.carol, subject="Other")
    commands.add_link(ticket, actor=world.bob, direction="DependsOn", to=str(other.pk))
    commands.add_watcher(ticket, actor=world.bob, role=RoleName.CC, who="x@cc.example")
    commands.add_reminder(ticket, actor=world.bob, subject="Look")
    for number in range(entries):
        actor = (world.bob, world.carol)[number % 2]
        commands.correspond(ticket, actor=actor, message=compose(text=f"No {number}."))
        if number % 5 == 0:
            commands.set_properties(ticket, actor=actor, priority=number + 1)
    commands.set_owner(ticket, actor=world.carol, owner=world.bob)


@pytest.mark.parametrize("entries", [1, 5, 60])
def test_number_of_queries(
    bob: Client,
    ticket: Ticket,
    world: World,
    entries: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """The page costs the same few queries however long the history is."""
    fill(ticket, world, entries)
    _site_name()
    active_counts.exact()  # counted once in a few seconds, not for every page
    with django_assert_max_num_queries(BUDGET):  # type: ignore[attr-defined]
        assert bob.get(f"/tickets/{ticket.pk}/").status_code == 200


def test_long_histories_come_in_pages(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """First the Create entry, a gap, the newest; the gap can be filled to the end."""
    fill(ticket, world, 60)
    page = page_of(bob, ticket)
    assert "It is jammed." in page
    assert "No 59." in page
    assert "No 0." not in page
    seen = page
    while 'hx-get="/tickets/' in page and "/history/?" in page:
        url = page[page.index(f"/tickets/{ticket.pk}/history/") :]
        page = bob.get(url[: url.index('"')].replace("&amp;", "&")).content.decode()
        seen += page
    assert all(seen.count(f"No {number}.") == 1 for number in range(60))
    assert seen.count("It is jammed.") == 1
    assert seen.count('id="txn-') == len(set(seen.split('id="txn-')[1:]))


def test_the_whole_history_without_script(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """One link shows all of it."""
    fill(ticket, world, 30)
    page = page_of(bob, ticket, "?history=all")
    assert all(f"No {number}." in page for number in range(30))


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30])
def test_history_before_nonsense(bob: Client, ticket: Ticket, before: str) -> None:
    """A bad number is no page."""
    answer = bob.get(f"/tickets/{ticket.pk}/history/", {"before": before})
    assert answer.status_code == 404


def test_overdue_stands_out(bob: Client, ticket: Ticket, world: World) -> None:
    """A passed due date is marked in the head."""
    past = timezone.now() - timedelta(days=3)
    commands.set_properties(ticket, actor=world.bob, due=past)
    assert 'class="status overdue"' in page_of(bob, ticket)


def test_every_entry_can_be_linked(bob: Client, ticket: Ticket) -> None:
    """RT's anchors work."""
    row = Transaction.objects.get(ticket=ticket, type="Create")
    assert f'id="txn-{row.pk}"' in page_of(bob, ticket)


def test_a_requestor_sees_no_tools_of_staff(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """No reminders, no time worked, no statuses to choose from."""
    commands.add_reminder(ticket, actor=world.bob, subject="Call her back")
    page = page_of(alice, ticket)
    assert 'id="box-reminders"' not in page
    assert 'name="worked"' not in page
    assert 'name="status"' not in page
