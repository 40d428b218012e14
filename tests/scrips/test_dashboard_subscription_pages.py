"""The pages by which dashboards are mailed."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.rights import Right
from mail.models import OutgoingMail
from queues.rights import revoke, system_group
from scrips.models import DashboardSubscription
from tests.conftest import World
from tests.scrips.mailing import mailed
from tests.tickets.dashboards.making import make_dashboard
from tickets.models import Dashboard

pytestmark = pytest.mark.django_db
SENT = {
    "frequency": "weekly", "weekdays": ["0"], "weekday": "4", "every_weeks": "2",
    "monthday": "3", "hour": "7", "rows": "50", "skip_empty": "on",
    "run_as": "recipient", "to": "bob@example.org, group:Staff", "enabled": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def outbox(settings) -> None:  # type: ignore[no-untyped-def]
    """Let mail become rows, as it does outside of tests."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


def browser(user: User) -> Client:
    """Return a logged-in browser."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bob(world: World) -> Client:
    """Bob's browser."""
    return browser(world.bob)


@pytest.fixture
def dashboard(world: World) -> Dashboard:
    """A dashboard for all."""
    return make_dashboard(None, "QueueList")


def test_subscribing_and_changing(
    bob: Client, dashboard: Dashboard, world: World
) -> None:
    """Everything is kept, shown again, and one per dashboard."""
    url = f"/dashboards/{dashboard.pk}/subscription/"
    assert 'value="bob@example.org"' in (
        page := bob.get(url).content.decode()
    ) or "bob@example.org</textarea>" in page.replace("\n", "")
    assert bob.post(url, SENT).status_code == 302
    made = DashboardSubscription.objects.get()
    assert (made.user, made.frequency, made.weekday, made.every_weeks) == (
        world.bob, "weekly", 4, 2,
    )  # fmt: skip
    assert (made.hour, made.rows, made.skip_empty, made.run_as) == (
        7, 50, True, "recipient",
    )  # fmt: skip
    assert list(made.to_groups.all()) == [world.staff]
    assert "bob@example.org, group:Staff" in bob.get(url).content.decode()
    bob.post(url, SENT | {"frequency": "never", "to": ""})
    made = DashboardSubscription.objects.get()
    assert made.next_at is None
    assert not made.to_users.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frequency": "hourly"}, "Select a valid choice"),
        ({"frequency": "daily", "weekdays": []}, "at least one day"),
        ({"hour": "24"}, "Select a valid choice"),
        ({"rows": "3"}, "Select a valid choice"),
        ({"every_weeks": "0"}, "greater than or equal to 1"),
        ({"monthday": "32"}, "less than or equal to 31"),
        ({"to": "no-such-name"}, "neither an e-mail address"),
        ({"to": "group:No such group"}, "There is no user or group"),
    ],
)
def test_bad_input(
    bob: Client, dashboard: Dashboard, changes: dict[str, object], message: str
) -> None:
    """It is said beside the field, what was typed stays, nothing is saved."""
    url = f"/dashboards/{dashboard.pk}/subscription/"
    answer = bob.post(url, SENT | changes)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not DashboardSubscription.objects.exists()


def test_the_list_and_its_end(bob: Client, dashboard: Dashboard, world: World) -> None:
    """What is mailed, also of a deleted dashboard; others see nothing of it."""
    subscription = mailed(world.bob, dashboard)
    assert "Morning" in bob.get("/dashboards/subscriptions/").content.decode()
    dashboard.delete()
    assert "deleted" in bob.get("/dashboards/subscriptions/").content.decode()
    url = f"/dashboards/subscriptions/{subscription.pk}/end/"
    carol = browser(world.carol)
    assert "Morning" not in carol.get("/dashboards/subscriptions/").content.decode()
    assert carol.post(url).status_code == 404
    assert bob.get(url).status_code == 405
    assert DashboardSubscription.objects.exists()
    bob.post(url)
    assert not DashboardSubscription.objects.exists()


def test_sending_one_now(bob: Client, dashboard: Dashboard) -> None:
    """One mail, to the person who asks."""
    url = f"/dashboards/{dashboard.pk}/subscription/send/"
    answer = bob.post(url, follow=True)
    assert "on its way to bob@example.org" in answer.content.decode()
    assert OutgoingMail.objects.count() == 1


def test_who_may_not(bob: Client, dashboard: Dashboard, world: World) -> None:
    """Not visible is 404, without SubscribeDashboard 403; nothing happens."""
    hidden = make_dashboard(world.carol)
    for action in ("", "send/"):
        url = f"/dashboards/{hidden.pk}/subscription/{action}"
        assert bob.post(url, SENT).status_code == 404
    revoke(system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD)
    for action in ("", "send/"):
        url = f"/dashboards/{dashboard.pk}/subscription/{action}"
        assert bob.post(url, SENT).status_code == 403
    page = bob.get(f"/dashboards/{dashboard.pk}/x").content.decode()
    assert "Subscribe" not in page
    assert not DashboardSubscription.objects.exists()
    assert not OutgoingMail.objects.exists()
