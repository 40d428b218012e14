"""Dashboards as pages: shown, in parts, in the list, as home page and in the rail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke, system_group
from tests.conftest import SESSION_QUERIES, World
from tests.factories import make_ticket
from tests.tickets.dashboards.making import (
    make_chart,
    make_dashboard,
    make_search,
    of_each,
)
from tickets import commands
from tickets.context import _site_name
from tickets.models import Dashboard, DashboardPlace, SavedSearch, Ticket

pytestmark = pytest.mark.django_db
Queries = Callable[..., object]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def carol(world: World, browser: Callable[[User], Client]) -> Client:
    """Carol's browser: staff too."""
    return browser(world.carol)


def text(client: Client, url: str) -> str:
    """Return a page that must be there."""
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_its_parts(bob: Client, world: World, ticket: Ticket) -> None:
    """A saved search in its own columns, under a link to all it finds."""
    search = make_search(world.bob, format="id, Subject, Creator/TITLE:From whom")
    dashboard = make_dashboard(world.bob, ("Search", search.pk), "MyReminders")
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    assert "Open ones" in page
    assert ticket.subject in page
    assert "From whom" in page
    assert f"search={search.pk}" in page
    assert "Nothing to remember." in page


def test_every_kind_of_part(bob: Client, world: World, ticket: Ticket) -> None:
    """All components show on one page."""
    grant(world.bob, Right.ADMIN_QUEUE, queue=world.networking)
    commands.set_bookmark(ticket, actor=world.bob, on=True)
    make_search(world.bob, "Kept search")
    dashboard = make_dashboard(
        world.bob,
        "MyTickets", "UnownedTickets", "BookmarkedTickets", "QuickCreate",
        "QueueList", "QueueListAllStatuses", "MyAdminQueues", "MySupportQueues",
        "MyReminders", "RefreshHomepage", "Dashboards", "SavedSearches",
    )  # fmt: skip
    page = text(bob, f"/dashboards/{dashboard.pk}/x?all=1")
    assert f"/tickets/{ticket.pk}/take/" in page
    assert "resolved" in page[page.index("all statuses") :]
    administered = page[page.index("Queues I administer") : page.index("I support")]
    assert "Networking" in administered
    assert "General" not in administered
    supported = page[page.index("Queues I support") : page.index("My reminders")]
    assert "General" in supported
    assert "Kept search" in page
    assert "Every 5 minutes" in page


def test_titles_and_rows_of_its_own(bob: Client, world: World) -> None:
    """A part shows as many rows as it says, under the title it was given."""
    for number in range(4):
        make_ticket(world.general, by=world.alice, subject=f"Number {number}")
    dashboard = make_dashboard(world.bob, "UnownedTickets", "UnownedTickets")
    parts = dashboard.layout["rows"][0]["columns"][0]
    parts[0]["rows"], parts[1]["title"] = 3, "Take one"
    dashboard.save(update_fields=["layout"])
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    first = page[page.index("3 newest unowned tickets") : page.index("Take one")]
    assert first.count("data-row") == 3


def test_what_one_may_not_see_is_left_out(bob: Client, world: World) -> None:
    """Without a word; what is gone or disabled says so in one line."""
    theirs = make_search(world.carol, "Secret plan", query="Subject = 'Secret plan'")
    off = make_search(world.bob, "Switched off", disabled=True)
    hidden = make_dashboard(world.carol, name="Hidden dashboard")
    dashboard = make_dashboard(
        world.bob,
        ("Search", theirs.pk), ("Search", off.pk), ("Search", 99_999),
        ("Dashboard", hidden.pk), ("Dashboard", 99_999),
    )  # fmt: skip
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    assert "Secret plan" not in page
    assert "Hidden dashboard" not in page
    assert "Switched off is disabled." in page
    assert "This saved search has been deleted." in page
    assert "This dashboard has been deleted." in page
    assert page.count('<section class="card" id="box-') == 3


def test_only_tickets_one_may_see(dave: Client, world: World, ticket: Ticket) -> None:
    """A dashboard for all shows everybody their own, numbers too."""
    search = make_search(None)
    dashboard = make_dashboard(None, ("Search", search.pk), "QueueListAllStatuses")
    page = text(dave, f"/dashboards/{dashboard.pk}/x?all=1")
    assert ticket.subject not in page
    assert "No ticket matches, or none you may see." in page
    assert "There is no queue you may see." in page


def test_a_saved_chart(bob: Client, world: World, ticket: Ticket) -> None:
    """A picture, and the same as a table; one that cannot be made says why."""
    chart = make_chart(world.bob)
    dashboard = make_dashboard(world.bob, ("Chart", chart.pk))
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    assert "css/charts.css" in page
    box = page[page.index('id="box-2"') :]
    assert "<svg" in box
    assert "General" in box
    chart.chart = {"group_by": ["Nonsense"]}
    chart.save(update_fields=["chart"])
    assert 'class="notice error"' in text(bob, f"/dashboards/{dashboard.pk}/")


@pytest.mark.parametrize(
    "fields",
    [
        {"query": "Nonsense = 'x'"},
        {"query": "((("},
        {"order_by": ["Nonsense"]},
        {"format": "'never closed"},
    ],
)
def test_a_broken_part_breaks_nothing_else(
    bob: Client, world: World, fields: dict[str, Any]
) -> None:
    """It shows its error, and the others are there."""
    broken = make_search(world.bob, **fields)
    dashboard = make_dashboard(world.bob, ("Search", broken.pk), "QueueList")
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    assert 'class="notice error"' in page
    assert "Networking" in page[page.index("Queue list") :]


def test_an_unreadable_layout_is_empty(bob: Client, world: World) -> None:
    """Whatever stands in the database, there is a page."""
    dashboard = make_dashboard(world.bob, layout={"rows": [7]})
    assert "nothing on this dashboard" in text(bob, f"/dashboards/{dashboard.pk}/")


def test_dashboards_in_dashboards(bob: Client, world: World, ticket: Ticket) -> None:
    """One shows inside another; one that would show itself says so."""
    inner = make_dashboard(world.bob, "UnownedTickets", name="Inner")
    outer = make_dashboard(world.bob, ("Dashboard", inner.pk), name="Outer")
    page = text(bob, f"/dashboards/{outer.pk}/")
    assert 'id="box-2-2"' in page
    assert ticket.subject in page
    circle = inner.layout["rows"][0]["columns"][0]
    circle.append({"key": 9, "kind": "Dashboard", "id": outer.pk})
    inner.save(update_fields=["layout"])
    assert "Outer would show itself here." in text(bob, f"/dashboards/{outer.pk}/")


def test_a_flood_of_parts_is_bounded(bob: Client, world: World) -> None:
    """Forty dashboards of forty parts are not sixteen hundred."""
    inner = make_dashboard(world.bob, *["MyReminders"] * 40, name="Inner")
    outer = make_dashboard(world.bob, *[("Dashboard", inner.pk)] * 40, name="Outer")
    page = text(bob, f"/dashboards/{outer.pk}/")
    assert page.count("Nothing to remember.") < 60


def test_parts_far_down_come_later(bob: Client, world: World, ticket: Ticket) -> None:
    """htmx asks for them; without script a link shows all."""
    searches = [make_search(world.bob, f"Search {n}") for n in range(4)]
    dashboard = make_dashboard(world.bob, *(("Search", s.pk) for s in searches))
    page = text(bob, f"/dashboards/{dashboard.pk}/")
    assert page.count(ticket.subject) == 2
    url = f"/dashboards/box/5/?dashboard={dashboard.pk}"
    assert url in page
    later = bob.get(url, headers=FRAGMENT).content.decode()
    assert ticket.subject in later
    assert "<html" not in later
    assert bob.get(url).headers["Location"].endswith("?all=1#box-5")
    assert text(bob, f"/dashboards/{dashboard.pk}/?all=1").count(ticket.subject) == 4
    gone = bob.get(url.replace("/5/", "/77/"), headers=FRAGMENT)
    assert (gone.status_code, gone.content) == (200, b"")


def test_who_finds_which(
    bob: Client, dave: Client, alice: Client, world: World
) -> None:
    """One's own and the system's; others' are not there for anybody."""
    made = of_each(world)
    grant(world.carol, Right.SUPER_USER)
    for place, client, status in (
        ("own", bob, 302), ("own", dave, 404), ("group", dave, 404),
        ("group", bob, 404), ("system", dave, 302), ("system", alice, 404),
    ):  # fmt: skip
        answer = client.get(f"/dashboards/{made[place].pk}/")
        assert answer.status_code == status, place
    for number in (999_999, 2**63, 10**30):
        assert bob.get(f"/dashboards/{number}/").status_code == 404


def test_a_disabled_one_leads_to_its_editor(bob: Client, world: World) -> None:
    """For who may enable it; to others it is not there."""
    mine = make_dashboard(world.bob, disabled=True)
    shared = make_dashboard(None, disabled=True)
    answer = bob.get(f"/dashboards/{mine.pk}/")
    assert answer.headers["Location"] == f"/dashboards/{mine.pk}/edit/"
    assert bob.get(f"/dashboards/{shared.pk}/").status_code == 404


def test_rts_addresses(bob: Client, world: World) -> None:
    """What old mails and bookmarks contain."""
    dashboard = make_dashboard(world.bob, name="Team: morning & noon")
    number = dashboard.pk
    for old, new in (
        (f"/Dashboards/{number}/Team%3A%20morning", f"/dashboards/{number}/"),
        ("/Dashboards/index.html", "/dashboards/"),
        (f"/Dashboards/Queries.html?id={number}", f"/dashboards/{number}/edit/"),
        (f"/Dashboards/Modify.html?id={number}", f"/dashboards/{number}/name/"),
        ("/Dashboards/Modify.html?Create=1", "/dashboards/create/"),
        (
            f"/Dashboards/Subscription.html?id={number}",
            f"/dashboards/{number}/subscription/",
        ),
    ):
        assert bob.get(old).headers["Location"] == new
    assert bob.get("/Dashboards/Nonsense.html?id=1").status_code == 404
    shown = bob.get(f"/dashboards/{number}/").headers["Location"]
    assert shown == f"/dashboards/{number}/team-morning-noon"
    assert bob.get(shown).status_code == 200


def test_the_list(bob: Client, world: World) -> None:
    """By whose they are, with what one may do; the disabled ones apart."""
    of_each(world)
    make_dashboard(world.bob, name="Old one", disabled=True)
    page = text(bob, "/dashboards/")
    assert page.index("Of Bob") < page.index("Of all") < page.index("Old one")
    assert "Of staff" not in page
    assert page.count("Edit Of Bob") == 1
    assert "Edit Of all" not in page
    assert "everybody&#x27;s home page" not in page


def test_home_and_rail_by_buttons(bob: Client, carol: Client, world: World) -> None:
    """Chosen, shown at a glance and beside every page, and taken back."""
    mine = make_dashboard(world.bob, "RefreshHomepage", name="Quiet page")
    bob.post(f"/dashboards/{mine.pk}/home/")
    bob.post(f"/dashboards/{mine.pk}/rail/")
    page = text(bob, "/")
    assert "newest unowned" not in page
    assert page.count(f'href="/dashboards/{mine.pk}/"') == 1
    assert "Quiet page" not in text(carol, "/")
    bob.post(f"/dashboards/{mine.pk}/rail/", {"on": "0"})
    bob.post("/dashboards/reset-home/")
    assert f'href="/dashboards/{mine.pk}/"' not in text(bob, "/")
    assert "newest unowned" in text(bob, "/")


def test_what_is_for_all_needs_the_right(
    bob: Client, carol: Client, world: World
) -> None:
    """AdminDashboard; denied, nothing has changed."""
    shared = make_dashboard(None, "RefreshHomepage", name="Quiet page")
    for action in ("home-of-all", "rail-of-all"):
        assert bob.post(f"/dashboards/{shared.pk}/{action}/").status_code == 403
    assert not DashboardPlace.objects.exists()
    grant(world.bob, Right.ADMIN_DASHBOARD)
    for action in ("home-of-all", "rail-of-all"):
        assert bob.post(f"/dashboards/{shared.pk}/{action}/").status_code == 302
    page = text(carol, "/")
    assert "newest unowned" not in page
    assert "Quiet page" in page
    bob.post(f"/dashboards/{shared.pk}/home-of-all/", {"on": "0"})
    assert "newest unowned" in text(carol, "/")


def test_taking_on_a_dashboard(bob: Client, world: World, ticket: Ticket) -> None:
    """Every list of that page is sent for its place; without script one is back."""
    dashboard = make_dashboard(world.bob, "UnownedTickets", "MyTickets", "QueueList")
    where = {"next": "home", "dashboard": str(dashboard.pk), "box": "2"}
    answer = bob.post(f"/tickets/{ticket.pk}/take/", where, headers=FRAGMENT)
    page = answer.content.decode()
    assert page.count('hx-swap-oob="true"') == 4
    assert ticket.subject in page[page.index('id="box-3"') :]
    assert "Every ticket has an owner." in page
    assert "Queue list" not in page
    other = make_ticket(world.general, by=world.alice)
    answer = bob.post(f"/tickets/{other.pk}/take/", where)
    assert answer.headers["Location"] == f"/dashboards/{dashboard.pk}/"


def test_quick_create_on_a_dashboard(bob: Client, world: World) -> None:
    """One stays there, also with a mistake, and what was typed is kept."""
    dashboard = make_dashboard(world.bob, "QuickCreate", name="Create here")
    sent = {
        "dashboard": str(dashboard.pk), "subject": "", "owner": "me",
        "queue": str(world.general.pk), "content": "Buy some.",
    }  # fmt: skip
    answer = bob.post("/quick-create/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<h1>Create here</h1>" in page
    assert "Buy some." in page
    answer = bob.post("/quick-create/", sent | {"subject": "Coffee"})
    assert answer.headers["Location"] == f"/dashboards/{dashboard.pk}/"
    assert Ticket.objects.get().subject == "Coffee"


def test_what_was_typed_outlives_its_form(bob: Client, world: World) -> None:
    """The part was taken away in another window; the text is not lost."""
    mine = make_dashboard(world.bob, "QueueList")
    commands.set_home(mine, actor=world.bob)
    sent = {"subject": "", "queue": str(world.general.pk), "content": "Buy some."}
    answer = bob.post("/quick-create/", sent)
    assert answer.status_code == 422
    assert "Buy some." in answer.content.decode()


def test_a_reminder_is_ticked_off_in_its_box(
    bob: Client, world: World, ticket: Ticket
) -> None:
    """The box that is asked for comes back, with its own title."""
    reminder = commands.add_reminder(ticket, actor=world.bob, subject="Call back")
    dashboard = make_dashboard(world.bob, "MyReminders")
    dashboard.layout["rows"][0]["columns"][0][0]["title"] = "Do not forget"
    dashboard.save(update_fields=["layout"])
    number = Ticket.objects.get(subject="Call back").pk
    where = {"next": "home", "dashboard": str(dashboard.pk), "box": "2"}
    page = bob.post(
        f"/tickets/reminders/{number}/complete/", where, headers=FRAGMENT
    ).content.decode()
    assert "Do not forget" in page
    assert "Call back" not in page
    assert reminder is not None


@pytest.mark.parametrize("rows", [1, 5])
def test_number_of_queries(
    bob: Client, world: World, rows: int, django_assert_num_queries: Queries
) -> None:
    """Each part costs the same however much it shows."""
    fill(world, rows)
    search = make_search(world.bob)
    dashboard = make_dashboard(
        world.bob, ("Search", search.pk), ("Search", search.pk), "UnownedTickets",
        "QueueList", "Dashboards", "SavedSearches", "MySupportQueues", "MyReminders",
    )  # fmt: skip
    url = f"/dashboards/{dashboard.pk}/x"
    text(bob, url)
    _site_name()
    with django_assert_num_queries(QUERIES):  # type: ignore[attr-defined]
        assert bob.get(url).status_code == 200


@pytest.mark.parametrize("rows", [1, 6])
def test_queries_of_the_list(
    bob: Client, world: World, rows: int, django_assert_num_queries: Queries
) -> None:
    """A row costs no query."""
    for number in range(rows):
        make_dashboard(world.bob, name=f"Number {number}")
        make_dashboard(None, name=f"Number {number}")
    text(bob, "/dashboards/")
    with django_assert_num_queries(LIST_QUERIES):  # type: ignore[attr-defined]
        assert bob.get("/dashboards/").status_code == 200


QUERIES = 19 + SESSION_QUERIES
LIST_QUERIES = 8 + SESSION_QUERIES


def fill(world: World, rows: int) -> None:
    """Give Bob some of everything."""
    for number in range(rows):
        owned = make_ticket(
            world.general, by=world.alice, subject=f"Owned {number}", owner=world.bob
        )
        make_ticket(world.networking, by=world.carol, subject=f"Free {number}")
        commands.add_reminder(owned, actor=world.bob, subject="Look")
        make_dashboard(None, name=f"Dashboard {number}")
        make_search(None, f"Search {number}")


def test_login_is_needed(client: Client, world: World) -> None:
    """A stranger is sent to the login page."""
    for url in ("/dashboards/", "/dashboards/1/", "/dashboards/create/"):
        assert client.get(url).headers["Location"].startswith("/login/")


def test_without_the_right_to_see(bob: Client, world: World) -> None:
    """No dashboard is offered; at a glance goes on."""
    dashboard = make_dashboard(world.bob)
    for right in (Right.SEE_OWN_DASHBOARD, Right.ADMIN_OWN_DASHBOARD):
        revoke(system_group("Privileged"), right)
    assert bob.get(f"/dashboards/{dashboard.pk}/").status_code == 404
    assert bob.post(f"/dashboards/{dashboard.pk}/home/").status_code == 404
    assert not DashboardPlace.objects.exists()
    assert "newest unowned" in text(bob, "/")
    assert Dashboard.objects.exists()
    assert not SavedSearch.objects.filter(owner=world.bob).exists()
