"""The pages of subscriptions, the feed, the webhook's calls, the way out of mails."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from accounts.commands import remove_member
from accounts.models import User
from accounts.rights import Right
from mail.models import OutgoingMail, WebhookDelivery
from queues.rights import revoke, system_group
from scrips.models import Subscription
from scrips.subscriptions import links
from tests.conftest import SESSION_QUERIES, Settled, World
from tests.factories import make_ticket
from tests.mail.hook_server import HookServer
from tests.scrips.subscribing import make_search, subscribed, tick
from tickets.models import SavedSearch

pytestmark = pytest.mark.django_db
Queries = Callable[..., Any]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """Send mail as the site does."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"


@pytest.fixture
def hook(settings: Any) -> Iterator[HookServer]:
    """A program on this machine that may be called."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with HookServer().running() as server:
        yield server


def browser(user: User) -> Client:
    """Return a logged-in browser."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bob(world: World) -> Client:
    """Bob's browser."""
    return browser(world.bob)


def typed(search: SavedSearch | None = None, **fields: Any) -> dict[str, Any]:
    """Return a filled-in form."""
    base = {"what": "changes", "channel": "mail", "interval": "1"}
    return base | ({"search": search.pk} if search else {}) | fields


def titles(answer: Any) -> list[str]:
    """Return the titles of a feed's entries."""
    tree = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    return [str(each.text) for each in tree.iterfind(f"{ATOM}entry/{ATOM}title")]


def test_subscribing(bob: Client, world: World) -> None:
    """From the list of searches to the page of the subscription."""
    search = make_search(world.bob)
    assert f"/subscriptions/new/?search={search.pk}" in text(bob, "/searches/")
    assert "Subscribe to Open ones" in text(
        bob, f"/subscriptions/new/?search={search.pk}"
    )
    answer = bob.post("/subscriptions/new/", typed(search))
    mine = Subscription.objects.get()
    assert (mine.user, mine.search, mine.what) == (world.bob, search, "changes")
    assert answer.headers["Location"] == f"/subscriptions/{mine.pk}/"
    page = text(bob, f"/subscriptions/{mine.pk}/")
    assert "Active" in page
    assert "Open ones" in text(bob, "/subscriptions/")


def text(client: Client, url: str) -> str:
    """Return the HTML of a page."""
    return client.get(url).content.decode()


def test_nothing_yet(bob: Client, world: World) -> None:
    """The empty list says how to begin."""
    assert "subscribe to it" in text(bob, "/subscriptions/")
    assert "SubscribeDashboard" in text(browser(world.alice), "/subscriptions/")


def test_a_digest_by_form(bob: Client, world: World) -> None:
    """Days and hours come back as they were chosen."""
    bob.post(
        "/subscriptions/new/",
        typed(make_search(world.bob), what="digest", weekdays=["0", "3"], hours=["7"]),
    )
    mine = Subscription.objects.get()
    assert (mine.weekdays, mine.hours, mine.skip_empty) == ([0, 3], [7], False)
    form = bob.get(f"/subscriptions/{mine.pk}/change/").context["form"]
    assert form.initial["weekdays"] == ["0", "3"]
    assert "digest, Mon, Thu at 07:00" in text(bob, "/subscriptions/")


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("url", {"channel": "webhook", "url": "http://10.0.0.1/"}),
        (
            "channel",
            {"channel": "feed", "what": "digest", "weekdays": ["1"], "hours": ["1"]},
        ),
        ("weekdays", {"what": "digest", "hours": ["1"]}),
        ("hours", {"what": "digest", "weekdays": ["1"], "hours": ["25"]}),
        ("what", {"what": ""}),
    ],
)
def test_bad_input(
    bob: Client, world: World, field: str, fields: dict[str, Any]
) -> None:
    """The error stands beside its field; what was typed stays."""
    answer = bob.post("/subscriptions/new/", typed(make_search(world.bob), **fields))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Subscription.objects.exists()


def test_changing(bob: Client, world: World) -> None:
    """Another way and another interval."""
    mine = subscribed(world.bob)
    bob.post(f"/subscriptions/{mine.pk}/change/", typed(channel="feed", interval="60"))
    mine.refresh_from_db()
    assert (mine.channel, mine.interval_minutes) == ("feed", 60)


def test_pausing_resuming_ending(bob: Client, world: World) -> None:
    """Each by one button."""
    mine = subscribed(world.bob)
    bob.post(f"/subscriptions/{mine.pk}/pause/")
    assert "Paused" in text(bob, "/subscriptions/")
    bob.post(f"/subscriptions/{mine.pk}/resume/")
    mine.refresh_from_db()
    assert mine.state == "active"
    bob.post(f"/subscriptions/{mine.pk}/end/")
    assert not Subscription.objects.exists()


def test_a_stopped_one_says_why(bob: Client, world: World) -> None:
    """On the list, on its page, and when it cannot be resumed."""
    mine = subscribed(world.bob)
    mine.search and mine.search.delete()
    tick()
    assert "was deleted" in text(bob, "/subscriptions/")
    bob.post(f"/subscriptions/{mine.pk}/resume/")
    assert text(bob, f"/subscriptions/{mine.pk}/").count("was deleted") == 2


def test_another_s_is_not_there(bob: Client, world: World) -> None:
    """Neither to read nor to change."""
    hers = subscribed(world.carol)
    assert bob.get(f"/subscriptions/{hers.pk}/").status_code == 404
    assert bob.get(f"/subscriptions/{hers.pk}/change/").status_code == 404
    for page in ("change", "pause", "resume", "end", "links"):
        assert bob.post(f"/subscriptions/{hers.pk}/{page}/").status_code == 404
    for number in ("x", "", "0" * 20 + "9" * 5000):
        assert bob.get(f"/subscriptions/new/?search={number}").status_code == 404
    search = make_search(world.carol, name="Hers")
    assert bob.post("/subscriptions/new/", typed(search)).status_code == 404
    hers.refresh_from_db()
    assert (hers.state, Subscription.objects.count()) == ("active", 1)


def test_without_the_right(bob: Client, world: World) -> None:
    """Subscribing is refused."""
    search = make_search(world.bob)
    revoke(system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD)
    assert bob.get(f"/subscriptions/new/?search={search.pk}").status_code == 403
    assert bob.post("/subscriptions/new/", typed(search)).status_code == 403
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("page", ["pause", "resume", "end", "links"])
def test_changes_are_posted(bob: Client, world: World, page: str) -> None:
    """Looking changes nothing."""
    mine = subscribed(world.bob)
    assert bob.get(f"/subscriptions/{mine.pk}/{page}/").status_code == 405


@pytest.mark.parametrize("rows", [1, 5])
def test_number_of_queries(
    bob: Client, world: World, rows: int, django_assert_num_queries: Queries
) -> None:
    """List and page cost the same whatever there is."""
    for number in range(rows):
        mine = subscribed(world.bob, make_search(None, name=f"No. {number}"))
        make_ticket(world.general, by=world.alice, text="")
    tick()
    text(bob, "/subscriptions/")
    with django_assert_num_queries(6 + SESSION_QUERIES):
        text(bob, "/subscriptions/")
    with django_assert_num_queries(9 + SESSION_QUERIES):
        text(bob, f"/subscriptions/{mine.pk}/")


# The feed


def test_the_feed(world: World) -> None:
    """Without a login, newest first, with the rights of now."""
    mine = subscribed(world.bob, channel="feed")
    first = make_ticket(world.general, by=world.alice, subject="First & foremost")
    tick()
    make_ticket(world.general, by=world.alice, subject="Second")
    tick(4)
    url = f"/subscriptions/feed/{links.token(mine, 'feed')}/"
    answer = Client().get(url)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert "no-store" in answer.headers["Cache-Control"]
    assert titles(answer) == [
        f"Entered: #{first.pk + 1} Second",
        f"Entered: #{first.pk} First & foremost",
    ]
    assert not OutgoingMail.objects.filter(headers__has_key="X-Helpdesk-Subscription")
    remove_member(world.staff, world.bob)
    assert world.bob.pk
    hidden = titles(Client().get(url))
    assert f"Entered: #{first.pk}" in hidden[1]


def test_the_feed_hides_what_may_not_be_seen(world: World) -> None:
    """A ticket that went out of sight keeps its number only."""
    mine = subscribed(
        world.bob, make_search(None, query="Queue = 'Networking'"), channel="feed"
    )
    secret = make_ticket(world.networking, by=world.carol, subject="Secret plans")
    tick()
    url = f"/subscriptions/feed/{links.token(mine, 'feed')}/"
    assert "Secret" in Client().get(url).content.decode()
    remove_member(world.staff, world.bob)
    answer = Client().get(url)
    assert titles(answer) == [f"Entered: #{secret.pk}"]
    assert "Secret" not in answer.content.decode()


def test_the_feed_s_address_is_secret(bob: Client, world: World) -> None:
    """Guessed, for another purpose, or renewed: there is no such feed."""
    mine = subscribed(world.bob, channel="feed")
    right = links.token(mine, "feed")
    assert right in text(bob, f"/subscriptions/{mine.pk}/")
    wrong = [
        right[:-1] + ("0" if right[-1] != "0" else "1"),
        f"{mine.pk}-",
        "x",
        "9" * 60,
    ]
    wrong += [
        links.token(mine, "unsubscribe"),
        f"{mine.pk}-ä",
        f"{mine.pk + 1}-{right[2:]}",
    ]
    for token in wrong:
        assert Client().get(f"/subscriptions/feed/{token}/").status_code == 404
    bob.post(f"/subscriptions/{mine.pk}/links/")
    assert Client().get(f"/subscriptions/feed/{right}/").status_code == 404


@pytest.mark.parametrize(
    ("cause", "status"), [("paused", 503), ("right", 403), ("user", 503), ("mail", 404)]
)
def test_a_feed_that_has_ended(world: World, cause: str, status: int) -> None:
    """It says so and shows nothing."""
    mine = subscribed(world.bob, channel="feed")
    make_ticket(world.general, by=world.alice, subject="Fire")
    tick()
    causes: dict[str, Callable[[], Any]] = {
        "paused": lambda: Subscription.objects.update(state="paused"),
        "right": lambda: revoke(system_group("Privileged"), Right.SUBSCRIBE_DASHBOARD),
        "user": lambda: User.objects.filter(name="bob").update(disabled=True),
        "mail": lambda: Subscription.objects.update(channel="mail"),
    }
    causes[cause]()
    answer = Client().get(f"/subscriptions/feed/{links.token(mine, 'feed')}/")
    assert answer.status_code == status
    assert "Fire" not in answer.content.decode()


# The way out of mails


def test_one_click_unsubscribes(world: World) -> None:
    """A mail program posts; a look changes nothing."""
    mine = subscribed(world.bob)
    url = f"/subscriptions/unsubscribe/{links.token(mine, 'unsubscribe')}/"
    strict = Client(enforce_csrf_checks=True)
    assert "Unsubscribe?" in strict.get(url).content.decode()
    mine.refresh_from_db()
    assert mine.state == "active"
    strict.post(url, {"List-Unsubscribe": "One-Click"})
    mine.refresh_from_db()
    assert (mine.state, mine.reason) == (
        "paused",
        "Unsubscribed by the link in a mail.",
    )
    assert strict.post(url).status_code == 200
    wrong = f"/subscriptions/unsubscribe/{links.token(mine, 'feed')}/"
    assert strict.post(wrong).status_code == 404


# Webhooks


def test_the_webhook_s_call(
    world: World, hook: HookServer, bob: Client, settled: Settled
) -> None:
    """One call for everything of one look, with the tickets in it."""
    mine = subscribed(world.bob, channel="webhook", url=hook.url)
    fresh = make_ticket(world.general, by=world.alice, subject="Fire")
    with settled():
        tick()
    ((headers, body),) = hook.calls
    told = json.loads(body)
    assert told["type"] == "search.changed"
    assert told["data"]["search"]["name"] == "Open ones"
    (entered,) = told["data"]["entered"]
    assert (entered["id"], entered["subject"]) == (fresh.pk, "Fire")
    assert headers["webhook-id"].startswith(f"subscription-{mine.pk}-")
    page = text(bob, f"/subscriptions/{mine.pk}/")
    assert mine.webhook
    assert mine.webhook.secret in page
    assert "search.changed" in page


def test_a_digest_by_webhook(world: World, hook: HookServer, settled: Settled) -> None:
    """It lists what is there."""
    make_ticket(world.general, by=world.alice)
    subscribed(world.bob, channel="webhook", url=hook.url, what="digest")
    with settled():
        tick(now=Subscription.objects.get().next_at)
    told = json.loads(hook.calls[0][1])
    assert (told["type"], told["data"]["total"]) == ("search.digest", 1)
    assert told["data"]["tickets"][0]["is_new"] is False


def test_a_webhook_that_is_gone_stops_it(
    world: World, hook: HookServer, bob: Client, settled: Settled
) -> None:
    """The owner sees why, can call again and resume."""
    hook.status = 410
    mine = subscribed(world.bob, channel="webhook", url=hook.url)
    make_ticket(world.general, by=world.alice)
    with settled():
        tick()
    tick(4)
    mine.refresh_from_db()
    assert mine.state == "stopped"
    assert "410" in mine.reason
    hook.status = 200
    with settled():
        bob.post(f"/subscriptions/{mine.pk}/resume/")
    mine.refresh_from_db()
    assert mine.state == "active"
    assert [call.state for call in WebhookDelivery.objects.all()] == ["sent"]


def test_calling_again(
    world: World, hook: HookServer, bob: Client, settled: Settled
) -> None:
    """A call that waits can be made at once, by its owner."""
    hook.status = 500
    mine = subscribed(world.bob, channel="webhook", url=hook.url)
    make_ticket(world.general, by=world.alice)
    with settled():
        tick()
    call = WebhookDelivery.objects.get()
    hook.status = 200
    url = f"/subscriptions/{mine.pk}/deliveries/{call.pk}/send-again/"
    assert browser(world.carol).post(url).status_code == 404
    with settled():
        bob.post(url)
    call.refresh_from_db()
    assert call.state == "sent"
    assert bob.post(url.replace(f"/{call.pk}/", "/999/")).status_code == 404
