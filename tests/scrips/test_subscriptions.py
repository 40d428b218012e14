"""Subscriptions: what enters and leaves a search, told once, with one's own rights."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.commands import remove_member
from accounts.models import User
from accounts.rights import Right
from mail.models import OutgoingMail, WebhookDelivery
from queues.rights import grant, revoke, system_group
from scrips.models import SubscribedTicket, Subscription, SubscriptionEvent
from scrips.subscriptions import engine, membership
from scrips.subscriptions.commands import (
    MOST_PER_USER,
    Wishes,
    change_subscription,
    end_subscription,
    pause_subscription,
    renew_links,
    resume_subscription,
    subscribe,
)
from scrips.subscriptions.engine import MOST_FAILURES, check, due, forget_old_events
from scrips.subscriptions.schedule import next_hour, words
from scrips.tasks import look_at_subscriptions
from tests.conftest import Settled, World
from tests.factories import make_ticket
from tests.scrips.subscribing import OPEN, happened, make_search, subscribed, tick
from tickets.commands import move_to_queue, set_properties, set_status
from tickets.models import SavedSearch, Ticket

pytestmark = pytest.mark.django_db
Queries = Callable[..., Any]
# PostgreSQL sets its time limit in statements of their own.
LOOK = {"sqlite": 14, "postgresql": 18}


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """Send mail as the site does; Django's test runner would keep it elsewhere."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Alice's printer, in General."""
    return make_ticket(world.general, by=world.alice)


def mails() -> list[OutgoingMail]:
    """Return the mails of subscriptions, oldest first."""
    rows = OutgoingMail.objects.filter(headers__has_key="X-Helpdesk-Subscription")
    return list(rows.order_by("pk"))


def state(subscription: Subscription) -> tuple[str, str]:
    """Return the state of a subscription and its reason."""
    subscription.refresh_from_db()
    return subscription.state, subscription.reason


def test_entering_and_leaving(world: World, ticket: Ticket) -> None:
    """What is there at first is not told; what changes is, in one mail."""
    bob = subscribed(world.bob)
    tick()
    assert mails() == []
    fresh = make_ticket(world.general, by=world.alice, subject="Fire")
    set_status(ticket, actor=world.bob, status="resolved")
    tick(4)
    assert happened(bob) == [("entered", fresh.pk), ("left", ticket.pk)]
    (mail,) = mails()
    assert mail.subject == "[example.com] Open ones: 1 entered, 1 left"
    assert mail.to == ['"Bob" <bob@example.org>']
    for part in (mail.text, mail.html):
        assert f"#{fresh.pk}" in part
        assert "Fire" in part
        assert "Printer jam" in part
    tick(6)
    assert len(mails()) == 1


def test_the_mail_s_headers(world: World, ticket: Ticket) -> None:
    """It is marked as automatic, ends with one click, and never comes back."""
    subscribed(world.bob, make_search(world.bob, query="Queue = 'Networking'"))
    make_ticket(world.networking, by=world.bob)
    tick()
    headers = mails()[0].headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-RT-Loop-Prevention"] == "example.com"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/subscriptions/unsubscribe/" in headers["List-Unsubscribe"]
    assert mails()[0].envelope_from == "<>"


def test_time_alone_moves_tickets(world: World, ticket: Ticket) -> None:
    """A search for what is overdue is entered by waiting."""
    late = timezone.now() + timedelta(minutes=10)
    set_properties(ticket, actor=world.bob, due=late)
    bob = subscribed(world.bob, make_search(world.bob, query="Due < 'now'"))
    tick(5)
    assert happened(bob) == []
    tick(11)
    assert happened(bob) == [("entered", ticket.pk)]


def test_rights_count_as_they_are_now(world: World, ticket: Ticket) -> None:
    """What one may not see never enters; what one may no longer see leaves unread."""
    search = make_search(None, query="id > 0")
    dave, bob = subscribed(world.dave, search), subscribed(world.bob, search)
    secret = make_ticket(world.networking, by=world.carol, subject="Secret plans")
    tick()
    assert happened(dave) == []
    assert happened(bob) == [("entered", secret.pk)]
    remove_member(world.staff, world.bob)
    OutgoingMail.objects.all().delete()
    tick(4)
    assert ("left", secret.pk) in happened(bob)
    (mail,) = mails()
    assert f"#{secret.pk}" in mail.text
    assert "Secret" not in mail.text + mail.html


def test_a_look_again_tells_nothing_twice(world: World, ticket: Ticket) -> None:
    """Two beats, or a message that comes twice, are one look."""
    bob = subscribed(world.bob)
    fresh = make_ticket(world.general, by=world.alice)
    later = timezone.now() + timedelta(minutes=2)
    for _ in range(3):
        check(bob.pk, now=later)
    assert happened(bob) == [("entered", fresh.pk)]
    assert len(mails()) == 1


def test_two_workers_at_once(
    world: World, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one searches another finds it taken, or takes over a claim that is void."""
    bob = subscribed(world.bob)
    set_status(ticket, actor=world.bob, status="resolved")
    later = timezone.now() + timedelta(minutes=2)
    compare, told = membership.compare, list[int]()

    def interrupted(*arguments: Any, **more: Any) -> Any:
        found = compare(*arguments, **more)
        if not told:
            told.append(len(mails()))
            check(bob.pk, now=later)  # taken: does nothing
            told.append(len(mails()))
            check(bob.pk, now=later + engine.CLAIM_HOLDS * 2)  # void: tells it
            told.append(len(mails()))
        return found

    monkeypatch.setattr(membership, "compare", interrupted)
    check(bob.pk, now=later)
    assert told == [0, 0, 1]
    assert happened(bob) == [("left", ticket.pk)]
    assert len(mails()) == 1


def test_a_crash_before_the_commit_loses_nothing(
    world: World, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, mail and time stand or fall together."""
    bob = subscribed(world.bob)
    fresh = make_ticket(world.general, by=world.alice)
    with monkeypatch.context() as broken:
        broken.setattr(engine, "_conclude", lambda *_a, **_m: 1 / 0)
        tick()
    assert (mails(), happened(bob)) == ([], [])
    assert Subscription.objects.get().failures == 1
    tick(10)
    assert happened(bob) == [("entered", fresh.pk)]
    assert Subscription.objects.get().failures == 0


def test_missed_ticks_are_caught_up(world: World, ticket: Ticket) -> None:
    """Days without a worker end in one mail with all of it."""
    bob = subscribed(world.bob)
    fresh = [make_ticket(world.general, by=world.alice).pk for _ in range(3)]
    tick(60 * 72)
    assert happened(bob) == [("entered", pk) for pk in fresh]
    assert len(mails()) == 1


def test_every_minute_means_every_minute(world: World) -> None:
    """A tick that is a moment early still finds what is due."""
    subscribed(world.bob)
    start = timezone.now().replace(second=59, microsecond=0) + timedelta(minutes=1)
    assert [tick(now=start + timedelta(seconds=59.9 * n)) for n in range(3)] == [
        1,
        1,
        1,
    ]


def test_an_interval_gathers(world: World) -> None:
    """What happens in an hour is one mail."""
    subscribed(world.bob, interval_minutes=60)
    make_ticket(world.general, by=world.alice)
    assert tick(30) == 0
    make_ticket(world.general, by=world.alice)
    assert tick(61) == 1
    assert "2 entered" in mails()[0].subject


def test_a_changed_search_begins_anew(world: World, ticket: Ticket) -> None:
    """Nobody is told of what only the new question brings."""
    other = make_ticket(world.networking, by=world.bob)
    bob = subscribed(world.bob)
    mine = SavedSearch.objects.filter(owner=world.bob)
    mine.update(query="Queue = 'Networking'", name="Switches")
    tick()
    assert (mails(), happened(bob)) == ([], [])
    move_to_queue(other, actor=world.bob, queue=world.general)
    tick(4)
    assert happened(bob) == [("left", other.pk)]
    assert "Switches" in mails()[0].subject


def test_many_at_once_are_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail lists so many and names the number of the others."""
    monkeypatch.setattr("scrips.subscriptions.notices.MOST_LISTED", 2)
    subscribed(world.bob)
    for _ in range(5):
        make_ticket(world.general, by=world.alice, text="")
    tick()
    assert "and 3 more" in mails()[0].text
    assert "5 entered" in mails()[0].subject


def test_too_large_to_watch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused with the limit, and stops when it grows past it."""
    monkeypatch.setattr(membership, "MOST_WATCHED", 2)
    first = [make_ticket(world.general, by=world.alice, text="") for _ in range(3)]
    with pytest.raises(ValidationError, match="more than 2"):
        subscribed(world.bob)
    assert not Subscription.objects.exists()
    set_status(first[0], actor=world.bob, status="resolved")
    bob = subscribed(world.bob, SavedSearch.objects.get(owner=world.bob))
    make_ticket(world.general, by=world.alice, text="")
    tick()
    assert state(bob)[0] == "stopped"
    assert "more than 2" in state(bob)[1]
    assert SubscribedTicket.objects.count() == 2


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("deleted", "was deleted"),
        ("disabled", "was disabled"),
        ("unreadable", "no longer load"),
        ("no right", "SubscribeDashboard"),
        ("broken", "cannot be understood"),
        ("no address", "no e-mail address"),
        ("user", "user is disabled"),
    ],
)
def test_what_stops_it(world: World, cause: str, reason: str) -> None:
    """Once, with a reason; then it is looked at no more."""
    search = make_search(None)
    bob = subscribed(world.bob, search)
    causes: dict[str, Callable[[], Any]] = {
        "deleted": search.delete,
        "disabled": lambda: SavedSearch.objects.update(disabled=True),
        "unreadable": lambda: SavedSearch.objects.filter(pk=search.pk).update(
            owner=world.carol
        ),
        "no right": lambda: revoke(
            system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD
        ),
        "broken": lambda: SavedSearch.objects.update(query="CF.{Gone} = 1"),
        "no address": lambda: User.objects.filter(name="bob").update(email=""),
        "user": lambda: User.objects.filter(name="bob").update(disabled=True),
    }
    causes[cause]()
    make_ticket(world.general, by=world.alice)
    assert tick() == 1
    assert state(bob)[0] == "stopped"
    assert reason in state(bob)[1]
    assert tick(60 * 24) == 0
    told = [mail.subject for mail in mails()]
    expected = ["[example.com] Your subscription to Open ones was stopped"]
    assert told == ([] if cause in {"no address", "user"} else expected)


def test_a_search_that_cannot_be_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, later each time, and stops in the end."""

    def slow(*_arguments: Any, **_more: Any) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    bob = subscribed(world.bob)
    monkeypatch.setattr(membership, "compare", slow)
    now = timezone.now() + timedelta(minutes=2)
    for attempt in range(MOST_FAILURES):
        assert state(bob)[0] == "active"
        check(bob.pk, now=now)
        assert due(now) == []
        now += timedelta(minutes=2**attempt)
    assert state(bob)[0] == "stopped"
    assert "statement timeout" in state(bob)[1]


def test_pausing_and_resuming(world: World, ticket: Ticket) -> None:
    """What happened meanwhile is not told; what stands in the way is said."""
    bob = subscribed(world.bob)
    pause_subscription(bob, actor=world.bob)
    make_ticket(world.general, by=world.alice)
    assert tick() == 0
    resume_subscription(bob, actor=world.bob)
    tick()
    assert happened(bob) == []
    pause_subscription(bob, actor=world.bob)
    SavedSearch.objects.update(disabled=True)
    with pytest.raises(ValidationError, match="disabled"):
        resume_subscription(bob, actor=world.bob)
    assert state(bob)[0] == "paused"


def test_paused_while_it_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look under way tells nothing any more."""
    bob = subscribed(world.bob)
    make_ticket(world.general, by=world.alice)
    compare = membership.compare

    def then_paused(*arguments: Any, **more: Any) -> Any:
        pause_subscription(bob, actor=world.bob)
        return compare(*arguments, **more)

    monkeypatch.setattr(membership, "compare", then_paused)
    tick()
    assert mails() == []
    assert state(bob)[0] == "paused"


def test_nobody_changes_another_s(world: World) -> None:
    """Not even a superuser."""
    bob = subscribed(world.bob)
    grant(world.carol, Right.SUPER_USER)
    for command in (
        pause_subscription,
        resume_subscription,
        end_subscription,
        renew_links,
    ):
        with pytest.raises(PermissionDenied):
            command(bob, actor=world.carol)
    with pytest.raises(PermissionDenied):
        change_subscription(bob, actor=world.carol, wishes=Wishes(channel="feed"))
    assert (state(bob)[0], bob.channel) == ("active", "mail")


def test_who_may_subscribe(world: World) -> None:
    """Those with the right, to what they may load."""
    with pytest.raises(PermissionDenied):
        subscribed(world.alice, make_search(None))
    with pytest.raises(PermissionDenied):
        subscribed(world.bob, make_search(world.carol))
    assert not Subscription.objects.exists()


def test_no_more_than_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person has a number of them."""
    monkeypatch.setattr("scrips.subscriptions.commands.MOST_PER_USER", 2)
    search = make_search(None)
    subscribed(world.bob, search)
    subscribed(world.bob, search, channel="feed")
    with pytest.raises(ValidationError, match="At most"):
        subscribed(world.bob, search, what="digest")
    assert Subscription.objects.count() == 2 < MOST_PER_USER


def test_the_same_one_twice(world: World) -> None:
    """A button pressed twice subscribes once."""
    search = make_search(None)
    subscribed(world.bob, search)
    with pytest.raises(ValidationError, match="already"):
        subscribed(world.bob, search, interval_minutes=60)
    subscribed(world.carol, search)
    assert Subscription.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "wishes"),
    [
        ("channel", {"channel": "feed", "what": "digest"}),
        ("interval", {"interval_minutes": 0}),
        ("weekdays", {"what": "digest", "weekdays": ()}),
        ("hours", {"what": "digest", "hours": ()}),
        ("url", {"channel": "webhook", "url": "http://127.0.0.1/"}),
        ("url", {"channel": "webhook", "url": ""}),
        ("", {"what": "digest", "hours": (24,)}),
        ("", {"channel": "pigeon"}),
    ],
)
def test_wishes_that_cannot_be(
    world: World, field: str, wishes: dict[str, Any]
) -> None:
    """Each is refused, beside its field, and nothing is stored."""
    with pytest.raises(ValidationError) as caught:
        subscribed(world.bob, **wishes)
    assert list(getattr(caught.value, "error_dict", {"": ""})) == [field]
    assert not Subscription.objects.exists()


def test_changing_keeps_what_was_seen(world: World, ticket: Ticket) -> None:
    """From at once to hourly nothing is lost and nothing told twice."""
    bob = subscribed(world.bob)
    fresh = make_ticket(world.general, by=world.alice)
    change_subscription(
        bob, actor=world.bob, wishes=Wishes(channel="feed", interval_minutes=60)
    )
    assert tick(30) == 0
    tick(61)
    assert happened(bob) == [("entered", fresh.pk)]
    assert mails() == []


def test_the_beat(world: World, ticket: Ticket, settled: Settled) -> None:
    """The periodic task rings, a worker looks."""
    bob = subscribed(world.bob)
    fresh = make_ticket(world.general, by=world.alice)
    Subscription.objects.update(next_at=timezone.now())
    with settled():
        look_at_subscriptions()
    assert happened(bob) == [("entered", fresh.pk)]


def test_a_look_costs_the_same_however_much_has_happened(
    world: World, django_assert_num_queries: Queries
) -> None:
    """A fixed number of queries, with one ticket or five."""
    bob = subscribed(world.bob, channel="feed")
    tick()
    later = timezone.now() + timedelta(minutes=10)
    for count in (1, 5):
        for _ in range(count):
            make_ticket(world.general, by=world.alice, text="")
        tick(2 * count)
        later += timedelta(minutes=10)
        with django_assert_num_queries(LOOK[connection.vendor]):
            check(bob.pk, now=later)


def test_forgetting(world: World) -> None:
    """Old events go; what is watched stays."""
    bob = subscribed(world.bob)
    make_ticket(world.general, by=world.alice)
    tick()
    forget_old_events(timezone.now() + timedelta(days=40))
    assert happened(bob) == []
    assert SubscribedTicket.objects.count() == 1


def test_ending_leaves_nothing(world: World, settings: Any) -> None:
    """Events, rows and webhook go with it."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    bob = subscribed(world.bob, channel="webhook", url="http://127.0.0.1:9/")
    make_ticket(world.general, by=world.alice)
    tick()
    assert WebhookDelivery.objects.count() == 1
    end_subscription(bob, actor=world.bob)
    assert not WebhookDelivery.objects.exists()
    assert not SubscriptionEvent.objects.exists()


# Digests


def test_a_digest(world: World, ticket: Ticket) -> None:
    """At its hour it lists what is there and says what is new."""
    subscribed(world.bob, what="digest")
    make_ticket(world.general, by=world.alice, subject="Fire")
    assert tick() == 0
    when = Subscription.objects.get().next_at
    tick(now=when)
    (mail,) = mails()
    assert mail.subject == "[example.com] Digest of Open ones: 2 tickets, 1 new"
    assert "Fire (new)" in mail.text
    assert "Printer jam" in mail.text
    tick(now=when + timedelta(minutes=5))
    assert len(mails()) == 1


@pytest.mark.parametrize(("skip_empty", "count"), [(True, 0), (False, 1)])
def test_an_empty_digest(world: World, skip_empty: bool, count: int) -> None:
    """It is sent only to those who want it."""
    subscribed(world.bob, what="digest", skip_empty=skip_empty)
    tick(now=Subscription.objects.get().next_at)
    assert len(mails()) == count


def test_digest_hours_are_the_subscriber_s(world: World) -> None:
    """Eight o'clock is eight o'clock where Bob is."""
    User.objects.filter(name="bob").update(timezone="Asia/Tokyo")
    subscribed(User.objects.get(name="bob"), what="digest", weekdays=range(7))
    assert Subscription.objects.get().next_at.astimezone(UTC).hour == 23


@pytest.mark.parametrize(
    ("now", "weekdays", "hours", "expected"),
    [
        ("2026-11-24 07:59", range(5), [8], "2026-11-24 08:00"),  # a Tuesday
        ("2026-11-24 08:00", range(5), [8], "2026-11-25 08:00"),
        ("2026-11-27 09:00", range(5), [8], "2026-11-30 08:00"),
        ("2026-11-24 09:00", [1], [8], "2026-12-01 08:00"),
        ("2026-11-24 09:00", range(7), [8, 12, 16], "2026-11-24 12:00"),
        ("2026-03-28 12:00", [6], [2], "2026-03-29 03:00"),  # skipped in spring
        ("2026-10-24 12:00", [6], [2], "2026-10-25 02:00"),  # twice in autumn
    ],
)
def test_the_next_hour(
    now: str, weekdays: list[int], hours: list[int], expected: str
) -> None:
    """In Berlin, with summer time and weekends."""
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime.fromisoformat(now).replace(tzinfo=berlin).astimezone(UTC)
    found = next_hour(moment, zone=berlin, weekdays=weekdays, hours=hours)
    assert f"{found.astimezone(berlin):%Y-%m-%d %H:%M}" == expected
    assert found > moment


def test_a_schedule_in_words() -> None:
    """As people say it."""

    def said(**fields: Any) -> str:
        return words(Subscription(**fields))

    assert said(interval_minutes=1) == "changes, at once"
    assert said(interval_minutes=15) == "changes, every 15 min"
    digest = {"what": "digest", "hours": [8, 12]}
    assert said(weekdays=[0, 1, 2, 3, 4], **digest) == "digest, Mon–Fri at 08:00, 12:00"
    assert said(weekdays=[6], **digest) == "digest, Sun at 08:00, 12:00"


def test_subscribing_to_a_query_that_is_broken(world: World) -> None:
    """The error of the query is the answer."""
    with pytest.raises(ValidationError, match="Unknown field"):
        subscribe(
            make_search(world.bob, query="Nope = 1"), actor=world.bob, wishes=Wishes()
        )
    assert OPEN
