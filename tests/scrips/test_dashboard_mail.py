"""Dashboards by mail: who gets what, once, and what is told when it ends."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.commands import add_member, create_group
from accounts.models import User
from accounts.rights import Right
from mail.composing import compose
from mail.models import OutgoingMail
from queues.rights import grant, revoke, system_group
from scrips.dashboards import engine
from scrips.dashboards.commands import (
    end_dashboard_subscription,
    send_dashboard_now,
)
from scrips.dashboards.schedule import Times
from scrips.models import DashboardSubscription, Frequency, RunAs
from tests.conftest import World
from tests.factories import make_ticket
from tests.scrips.mailing import mailed, run, tick
from tests.tickets.dashboards.making import make_chart, make_dashboard, make_search
from tickets import commands
from tickets.messages import compose as message
from tickets.models import Dashboard, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings) -> None:  # type: ignore[no-untyped-def]
    """Let mail become rows, as it does outside of tests."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Alice's printer, in General, with Nobody."""
    return make_ticket(world.general, by=world.alice)


@pytest.fixture
def dashboard(world: World, ticket: Ticket) -> Dashboard:
    """A dashboard for all, with a search of the system."""
    search = make_search(None, "Open ones", format="id, Subject, Requestors")
    return make_dashboard(None, ("Search", search.pk), "QueueList", "QuickCreate")


def test_the_mail(world: World, dashboard: Dashboard, ticket: Ticket) -> None:
    """RT's subject and headers, whole links, both forms, nothing from elsewhere."""
    subscription = mailed(world.bob, dashboard)
    (mail,) = run(subscription)
    assert mail.subject == "[example.com] Daily Dashboard: Morning"
    assert mail.to == ['"Bob" <bob@example.org>']
    assert mail.headers["X-RT-Dashboard-Id"] == str(dashboard.pk)
    assert mail.headers["X-RT-Dashboard-Subscription-Id"] == str(subscription.pk)
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert mail.headers["Precedence"] == "bulk"
    assert mail.headers["X-RT-Loop-Prevention"] == "example.com"
    for body in (mail.text, mail.html):
        assert ticket.subject in body
        assert "alice@customer.example" in body or "Alice Adams" in body
        assert f"/dashboards/{dashboard.pk}/" in body
    assert f'/tickets/{ticket.pk}/"' in mail.html
    assert not re.search(
        r'href="(?!https?://)|<(script|style|img|link|form)', mail.html
    )
    assert "Quick ticket creation" not in mail.html
    parts = [p.get_content_type() for p in compose(mail).message.message().walk()]
    assert {"text/plain", "text/html"} <= set(parts)


def test_charts_are_mailed_as_tables(world: World, ticket: Ticket) -> None:
    """Mail programs know no SVG; whom charts are not for gets none."""
    chart = make_chart(None)
    board = make_dashboard(None, ("Chart", chart.pk))
    (mail,) = run(mailed(world.bob, board))
    assert "<svg" not in mail.html
    assert "General" in mail.html
    assert re.search(r"General +1", mail.text)
    grant(system_group("Everyone"), Right.SEE_SAVED_SEARCH)
    mailed(world.bob, board, to=("alice@customer.example",), run_as=RunAs.RECIPIENT)
    to_alice = run(DashboardSubscription.objects.get())[-1]
    assert "Charts are for staff." in to_alice.html
    assert "General" not in to_alice.html


def test_the_sender_is_a_setting(world: World, dashboard: Dashboard, settings) -> None:  # type: ignore[no-untyped-def]
    """DASHBOARD_ADDRESS; bounces go nowhere."""
    settings.DASHBOARD_ADDRESS = "boards@example.com"
    (mail,) = run(mailed(world.bob, dashboard))
    assert "<boards@example.com>" in mail.from_email
    assert mail.envelope_from == "<>"


@pytest.mark.parametrize(
    ("frequency", "word"), [("weekly", "Weekly "), ("monthly", "Monthly ")]
)
def test_subjects_say_how_often(
    world: World, dashboard: Dashboard, frequency: str, word: str
) -> None:
    """As RT does."""
    (mail,) = run(mailed(world.bob, dashboard, times=Times(frequency=frequency)))
    assert mail.subject == f"[example.com] {word}Dashboard: Morning"


def test_two_beats_mail_once(world: World, dashboard: Dashboard) -> None:
    """Whoever comes second finds nothing to do, also while the first is at it."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None
    first, second = engine.due(now), engine.due(now)
    assert first == second == [subscription.pk]
    DashboardSubscription.objects.update(claimed_at=now)
    engine.mail(first[0], now=now)
    assert not OutgoingMail.objects.exists()
    DashboardSubscription.objects.update(claimed_at=None)
    engine.mail(first[0], now=now)
    engine.mail(second[0], now=now)
    assert OutgoingMail.objects.count() == 1


def test_a_killed_worker_has_mailed_nothing(world: World, dashboard: Dashboard) -> None:
    """Its claim runs out, and another mails, once."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None
    DashboardSubscription.objects.update(claimed_at=now)
    assert tick(now + timedelta(minutes=1)) == 0
    assert tick(now + timedelta(minutes=16)) == 1
    assert tick(now + timedelta(minutes=16)) == 0
    assert OutgoingMail.objects.count() == 1


def test_missed_mails_come_once(world: World, dashboard: Dashboard) -> None:
    """After a week without workers there is one mail, and the next is tomorrow's."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None
    later = now + timedelta(days=7, hours=1)
    assert tick(later) == 1
    assert tick(later + timedelta(minutes=1)) == 0
    assert OutgoingMail.objects.count() == 1
    subscription.refresh_from_db()
    assert subscription.next_at == now + timedelta(days=8)


def test_a_changed_subscription_is_not_mailed_twice(
    world: World, dashboard: Dashboard
) -> None:
    """What was claimed before the change is let go of."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None
    claimed = engine._claim(subscription.pk, now)
    mailed(world.bob, dashboard, times=Times(hour=7))
    assert claimed is not None
    engine._run(claimed, now)
    assert not OutgoingMail.objects.exists()


def test_another_time_zone_counts_at_once(world: World, dashboard: Dashboard) -> None:
    """Six o'clock is where the subscriber lives now."""
    subscription = mailed(world.bob, dashboard)
    before = subscription.next_at
    world.bob.timezone = "Asia/Tokyo"
    world.bob.save(update_fields=["timezone"])
    engine.plan_anew(timezone.now())
    subscription.refresh_from_db()
    assert subscription.next_at != before
    assert subscription.next_at is not None
    assert subscription.next_at.hour == 21


def test_recipients(world: World, dashboard: Dashboard) -> None:
    """Users, members of groups, bare addresses, each once; disabled ones left out."""
    group = create_group("Readers")
    add_member(group, world.carol)
    add_member(group, world.dave)
    world.dave.disabled = True
    world.dave.save(update_fields=["disabled"])
    to = ("carol", "BOB@example.org", "group:Readers", "boss@elsewhere.example")
    mails = run(mailed(world.bob, dashboard, to=to))
    addresses = [mail.to[0].split("<")[-1].strip(">") for mail in mails]
    assert sorted(addresses) == [
        "bob@example.org", "boss@elsewhere.example", "carol@example.org",
    ]  # fmt: skip
    assert not User.objects.filter(email="boss@elsewhere.example").exists()


@pytest.mark.parametrize("to", ["no-such-name", "group:Nobody", "x@", "rt@example.com"])
def test_recipients_that_cannot_be(world: World, dashboard: Dashboard, to: str) -> None:
    """Unknown names and groups, what is no address, an address of our own."""
    with pytest.raises(ValidationError):
        mailed(world.bob, dashboard, to=(to,))
    assert not DashboardSubscription.objects.exists()


def test_with_whose_eyes(world: World, dashboard: Dashboard, ticket: Ticket) -> None:
    """As the subscriber everybody gets the same; as recipients what they may see."""
    to = ("dave", "bob", "boss@elsewhere.example")
    subscription = mailed(world.bob, dashboard, to=to)
    assert all(ticket.subject in mail.html for mail in run(subscription))
    assert OutgoingMail.objects.count() == 3
    OutgoingMail.objects.all().delete()
    mailed(world.bob, dashboard, to=to, run_as=RunAs.RECIPIENT)
    by_reader = {mail.to[0]: mail for mail in run(subscription)}
    assert by_reader.keys() == {'"Bob" <bob@example.org>', '"Dave" <dave@example.org>'}
    assert ticket.subject in by_reader['"Bob" <bob@example.org>'].html
    daves = by_reader['"Dave" <dave@example.org>']
    assert ticket.subject not in daves.html + daves.text


def test_what_may_not_be_seen_is_not_mailed(world: World, ticket: Ticket) -> None:
    """Neither another's search, nor comments, nor other people's reminders."""
    commands.comment(ticket, actor=world.bob, message=message(text="Secret words"))
    commands.add_reminder(ticket, actor=world.carol, subject="Secret reminder")
    theirs = make_search(world.carol, "Secret search")
    every = make_search(None, "All", query="id > 0")
    board = make_dashboard(None, ("Search", theirs.pk), ("Search", every.pk))
    grant(world.dave, Right.SHOW_TICKET, queue=world.general)
    (mail,) = run(mailed(world.dave, board))
    assert ticket.subject in mail.html
    assert "Secret" not in mail.html + mail.text


def test_suppressed_when_empty(world: World, ticket: Ticket) -> None:
    """Without a single row there is no mail, if that is wished; lists only count."""
    nothing = make_search(None, "Nothing", query="Subject = 'no such'")
    board = make_dashboard(None, ("Search", nothing.pk), "QueueList")
    subscription = mailed(world.bob, board, skip_empty=True)
    assert run(subscription) == []
    subscription.refresh_from_db()
    assert "nothing to show" in subscription.outcome
    mailed(world.bob, board, skip_empty=False)
    assert len(run(subscription)) == 1
    only_queues = make_dashboard(None, "QueueList", name="Queues")
    assert len(run(mailed(world.bob, only_queues, skip_empty=True))) == 2


def test_rows(world: World, dashboard: Dashboard) -> None:
    """As many of each list as wished; the rest is a number."""
    for number in range(3):
        make_ticket(world.general, by=world.alice, subject=f"Number {number}")
    (mail,) = run(mailed(world.bob, dashboard, rows=2))
    assert mail.html.count("Number") + mail.html.count("Printer") == 2
    assert "and 2 more" in mail.html
    mailed(world.bob, dashboard, rows=0)
    all_of_them = run(DashboardSubscription.objects.get())[-1]
    assert all_of_them.html.count("Number") == 3


def test_a_broken_search_is_said_and_the_rest_mailed(world: World) -> None:
    """One part does not keep the others back."""
    broken = make_search(None, "Broken", query="Nonsense = 1")
    board = make_dashboard(None, ("Search", broken.pk), "QueueList")
    (mail,) = run(mailed(world.bob, board))
    assert "Nonsense" in mail.html
    assert "Networking" in mail.html


@pytest.mark.parametrize("how", ["deleted", "unseen"])
def test_a_missing_dashboard_ends_it(
    world: World, dashboard: Dashboard, how: str
) -> None:
    """The subscriber is told, once, and the subscription is gone."""
    subscription = mailed(world.bob, dashboard)
    if how == "deleted":
        dashboard.delete()
    else:
        revoke(system_group("Privileged"), Right.SEE_DASHBOARD)
    (mail,) = run(subscription)
    assert mail.subject == "[example.com] Error: Missing dashboard"
    assert "Morning" in mail.text
    assert not DashboardSubscription.objects.exists()


@pytest.mark.parametrize("why", ["user", "dashboard", "right", "never", "off"])
def test_when_it_is_skipped(world: World, dashboard: Dashboard, why: str) -> None:
    """No mail, the subscription stays, and the next time is planned."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None
    if why == "user":
        User.objects.filter(pk=world.bob.pk).update(disabled=True)
    elif why == "dashboard":
        Dashboard.objects.update(disabled=True)
    elif why == "right":
        revoke(system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD)
    elif why == "never":
        mailed(world.bob, dashboard, times=Times(frequency=Frequency.NEVER))
    else:
        mailed(world.bob, dashboard, enabled=False)
    tick(now)
    assert not OutgoingMail.objects.exists()
    assert tick(now + timedelta(minutes=1)) == 0
    subscription.refresh_from_db()
    if why not in {"never", "off"}:
        assert subscription.outcome
        assert subscription.next_at == now + timedelta(days=1)


def test_trouble_is_tried_again_and_then_left(
    world: World, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later each time; in the end until the next planned time."""
    subscription = mailed(world.bob, dashboard)
    now = subscription.next_at
    assert now is not None

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr(engine, "letters", broken)
    assert tick(now) == 1
    assert tick(now) == 0
    for minutes in (2, 5, 10, 20):
        assert tick(now + timedelta(minutes=minutes)) == 1
    subscription.refresh_from_db()
    assert "no disk" in subscription.outcome
    assert subscription.next_at == now + timedelta(days=1)
    assert not OutgoingMail.objects.exists()


def test_send_me_one_now(world: World, dashboard: Dashboard) -> None:
    """To oneself alone, before there is a subscription; RT's subject for never."""
    send_dashboard_now(dashboard, actor=world.bob)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "[example.com] Dashboard: Morning"
    assert mail.to == ['"Bob" <bob@example.org>']
    assert "X-RT-Dashboard-Subscription-Id" not in mail.headers
    mailed(world.bob, dashboard, to=("carol",), rows=1)
    send_dashboard_now(dashboard, actor=world.bob)
    assert OutgoingMail.objects.latest("pk").to == ['"Bob" <bob@example.org>']


def test_subscribing_needs_the_right(world: World, dashboard: Dashboard) -> None:
    """SubscribeDashboard, and to see the dashboard; denied, nothing happens."""
    hidden = make_dashboard(world.carol)
    for act in (mailed, lambda u, d: send_dashboard_now(d, actor=u)):
        with pytest.raises(PermissionDenied):
            act(world.bob, hidden)
    revoke(system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD)
    for act in (mailed, lambda u, d: send_dashboard_now(d, actor=u)):
        with pytest.raises(PermissionDenied):
            act(world.bob, dashboard)
    assert not DashboardSubscription.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_nobody_ends_anothers(world: World, dashboard: Dashboard) -> None:
    """It is one's own."""
    subscription = mailed(world.bob, dashboard)
    with pytest.raises(PermissionDenied):
        end_dashboard_subscription(subscription, actor=world.carol)
    end_dashboard_subscription(subscription, actor=world.bob)
    assert not DashboardSubscription.objects.exists()
