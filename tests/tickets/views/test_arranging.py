"""Arranging a dashboard: each button, by form and by htmx, and who may."""

from typing import Any

import pytest
from django.test import Client

from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tests.tickets.dashboards.making import make_dashboard, make_search, of_each
from tickets.dashboards.stored import read_layout
from tickets.models import Dashboard, DashboardPlace

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
FORMS: dict[str, dict[str, Any]] = {
    "parts/add": {"what": "MyReminders", "where": "1-0"},
    "parts/move": {"key": 2, "to": "down"},
    "parts/place": {"key": 2, "row": 0, "column": 0, "position": 1},
    "parts/remove": {"key": 2},
    "parts/set": {"key": 2, "title": "Mine", "rows": 5},
    "rows/add": {"shape": "thirds"},
    "rows/shape": {"key": 1, "shape": "halves"},
    "rows/move": {"key": 1, "to": "down"},
    "rows/remove": {"key": 1},
}


@pytest.fixture
def dashboard(world: World) -> Dashboard:
    """Bob's dashboard of two parts and two rows."""
    made = make_dashboard(world.bob, "MyTickets", "QueueList")
    made.layout["rows"].append({"key": 9, "shape": "whole", "columns": [[]]})
    made.save(update_fields=["layout"])
    return made


def layout_of(dashboard: Dashboard) -> dict[str, Any]:
    """Return what is stored now."""
    stored: dict[str, Any] = Dashboard.objects.get(pk=dashboard.pk).layout
    return stored


@pytest.mark.parametrize("action", FORMS)
@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["form", "htmx"])
def test_each_change(
    bob: Client, dashboard: Dashboard, action: str, headers: dict[str, str]
) -> None:
    """It is kept at once; a form leads back, htmx gets the new arrangement."""
    url = f"/dashboards/{dashboard.pk}/{action}/"
    answer = bob.post(url, FORMS[action], headers=headers)
    assert layout_of(dashboard) != dashboard.layout
    read_layout(layout_of(dashboard))
    if headers:
        page = answer.content.decode()
        assert page.lstrip().startswith('<div class="arrangement')
        assert "<html" not in page
    else:
        assert answer.headers["Location"] == f"/dashboards/{dashboard.pk}/edit/"
    assert bob.get(f"/dashboards/{dashboard.pk}/edit/").status_code == 200


@pytest.mark.parametrize("action", FORMS)
def test_who_may_not(bob: Client, dave: Client, world: World, action: str) -> None:
    """What one may only look at is 403, what one may not see 404; nothing changes."""
    made = of_each(world)
    before = list(Dashboard.objects.order_by("pk").values_list("layout", flat=True))
    for client, place, status in ((bob, "system", 403), (dave, "own", 404)):
        url = f"/dashboards/{made[place].pk}/{action}/"
        assert client.post(url, FORMS[action]).status_code == status
        assert client.get(url).status_code == 405
    after = list(Dashboard.objects.order_by("pk").values_list("layout", flat=True))
    assert after == before


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("parts/add", {}),
        ("parts/add", {"what": "NoSuchPart", "where": "1-0"}),
        ("parts/add", {"what": "Search:0", "where": "1-0"}),
        ("parts/add", {"what": "Search:999999", "where": "1-0"}),
        ("parts/add", {"what": "MyReminders", "where": "77-0"}),
        ("parts/add", {"what": "MyReminders", "where": "x"}),
        ("parts/move", {"key": 77, "to": "up"}),
        ("parts/move", {"key": "x", "to": "up"}),
        ("parts/move", {"key": 2, "to": "away"}),
        ("parts/place", {"key": 2, "row": 50, "column": 0, "position": 0}),
        ("parts/place", {"key": 2, "row": -1, "column": 0, "position": 0}),
        ("parts/set", {"key": 2, "title": "x" * 121}),
        ("parts/set", {"key": 2, "rows": 101}),
        ("rows/add", {"shape": "round"}),
        ("rows/shape", {"key": 77, "shape": "whole"}),
    ],
)
def test_bad_input(
    bob: Client, dashboard: Dashboard, action: str, fields: dict[str, Any]
) -> None:
    """It is said what is wrong, and nothing has changed."""
    url = f"/dashboards/{dashboard.pk}/{action}/"
    page = bob.post(url, fields, headers=FRAGMENT).content.decode()
    assert 'class="notice error"' in page
    assert 'class="notice error"' in bob.post(url, fields, follow=True).content.decode()
    assert layout_of(dashboard) == dashboard.layout


def test_it_is_said_where_a_part_is_now(bob: Client, dashboard: Dashboard) -> None:
    """For those who do not see it move."""
    url = f"/dashboards/{dashboard.pk}/parts/move/"
    page = bob.post(url, FORMS["parts/move"], headers=FRAGMENT).content.decode()
    assert "Highest priority tickets I own: row 1, column 1, place 2 of 2." in page


def test_the_editor_says_who_does_not_see_a_part(bob: Client, world: World) -> None:
    """A personal search for all is one's own; another's stays without its name."""
    grant(world.bob, Right.ADMIN_DASHBOARD)
    mine, theirs = make_search(world.bob, "Mine"), make_search(world.carol, "Theirs")
    shared = make_dashboard(None, ("Search", mine.pk), ("Search", theirs.pk))
    page = bob.get(f"/dashboards/{shared.pk}/edit/").content.decode()
    assert "Only you see this part: it is your own." in page
    assert "You may not see it." in page
    assert "Theirs" not in page


def test_creating(bob: Client, world: World) -> None:
    """The editor of the new one follows; a mistake keeps what was typed."""
    sent = {"name": "Mornings", "description": "What to do", "privacy": "me"}
    answer = bob.post("/dashboards/create/", sent)
    made = Dashboard.objects.get()
    assert answer.headers["Location"] == f"/dashboards/{made.pk}/edit/"
    assert (made.name, made.description, made.owner) == (
        "Mornings",
        "What to do",
        world.bob,
    )
    answer = bob.post("/dashboards/create/", sent)
    assert answer.status_code == 422
    assert "of that name already" in answer.content.decode()
    assert bob.post(
        "/dashboards/create/", sent | {"privacy": "system"}
    ).status_code == (422)
    assert Dashboard.objects.count() == 1


def test_naming_disabling_deleting(bob: Client, dashboard: Dashboard) -> None:
    """Each by its form; deleting asks first."""
    url = f"/dashboards/{dashboard.pk}"
    assert "Morning" in bob.get(f"{url}/name/").content.decode()
    bob.post(f"{url}/name/", {"name": "Noon", "privacy": "me"})
    assert Dashboard.objects.get().name == "Noon"
    bob.post(f"{url}/disable/")
    assert Dashboard.objects.get().disabled
    assert "disabled" in bob.get(f"{url}/edit/").content.decode()
    bob.post(f"{url}/disable/", {"on": "0"})
    assert not Dashboard.objects.get().disabled
    assert "Delete Noon?" in bob.get(f"{url}/delete/").content.decode()
    assert Dashboard.objects.exists()
    bob.post(f"{url}/delete/")
    assert not Dashboard.objects.exists()


def test_arranging_ones_home_page(bob: Client, world: World) -> None:
    """One button leads to the editor of one's own copy; another takes it back."""
    answer = bob.post("/dashboards/arrange-home/")
    made = Dashboard.objects.get()
    assert answer.headers["Location"] == f"/dashboards/{made.pk}/edit/"
    page = bob.get(answer.headers["Location"]).content.decode()
    assert "My home page" in page
    bob.post(f"/dashboards/{made.pk}/parts/remove/", {"key": 3})
    assert "newest unowned" not in bob.get("/").content.decode()
    bob.post("/dashboards/reset-home/")
    assert "newest unowned" in bob.get("/").content.decode()
    assert not DashboardPlace.objects.exists()
    assert Dashboard.objects.exists()
