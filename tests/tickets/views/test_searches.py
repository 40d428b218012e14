"""The pages of saved searches, and the rail."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke, system_group
from tests.conftest import SESSION_QUERIES, World
from tickets.commands import pin_search
from tickets.models import SavedSearch, Ticket
from tickets.pinned import kept_counts

pytestmark = pytest.mark.django_db
Queries = Callable[..., object]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Forget the numbers of the rail."""
    kept_counts.forget()


def make(name: str, **fields: object) -> SavedSearch:
    """Store a search as it is."""
    return SavedSearch.objects.create(name=name, **({"query": "id > 0"} | fields))


def form(**typed: str) -> dict[str, str]:
    """Return a filled-in form."""
    return {"name": "New", "privacy": "me", "query": "id > 0", "rows": "50"} | typed


def text(client: Client, url: str, **parameters: str) -> str:
    """Return the HTML of a page."""
    return client.get(url, parameters).content.decode()


def test_the_list(bob: Client, world: World) -> None:
    """Mine, my group's and everybody's; not those of others."""
    make("Mine-1", owner=world.bob)
    make("Staff-1", group=world.staff)
    make("Hers-1", owner=world.carol)
    page = text(bob, "/searches/")
    assert page.index("Mine-1") < page.index("Staff-1") < page.index("My Tickets")
    assert "Hers-1" not in page


def test_the_list_without_rights(alice: Client, world: World) -> None:
    """A customer finds none."""
    assert "No search has been saved yet" in text(alice, "/searches/")


def test_saving_what_is_shown(bob: Client, world: World) -> None:
    """The results page leads to the form, the form back to the results."""
    page = text(bob, "/search/", query="Status = 'new'", order="-Priority")
    url = re.search(r'href="(/searches/save/[^"]+)"', page)
    assert url
    shown = bob.get(url[1].replace("&amp;", "&"))
    initial = shown.context["form"].initial
    assert (initial["query"], initial["order"]) == ("Status = 'new'", "-Priority")
    answer = bob.post(
        "/searches/save/", form(query=initial["query"], order="-Priority")
    )
    search = SavedSearch.objects.get(name="New")
    assert search.owner == world.bob
    opened = bob.get(answer.headers["Location"])
    parameters = parse_qs(urlsplit(opened.headers["Location"]).query)
    assert parameters == {
        "query": ["Status = 'new'"],
        "order": ["-Priority"],
        "search": [str(search.pk)],
    }


def test_what_was_typed_stays(bob: Client, world: World) -> None:
    """An error stands beside its field, and everything typed is there."""
    answer = bob.post("/searches/save/", form(name="", query="Statuss = 1", order="Id"))
    assert answer.status_code == 422
    assert 'value="Id"' in answer.content.decode()
    wrong = bob.post("/searches/save/", form(query="Statuss = 1"))
    assert "Did you mean Status" in str(wrong.context["form"].errors["query"])
    order = bob.post("/searches/save/", form(order="Nope"))
    assert "cannot be ordered" in str(order.context["form"].errors["order"])
    assert not SavedSearch.objects.filter(owner=world.bob).exists()


def test_updating_from_the_results(bob: Client, world: World) -> None:
    """A search shown with another order can be updated, saved anew, or reverted."""
    search = make("Mine", owner=world.bob)
    same = text(bob, "/search/", query="id > 0", search=str(search.pk))
    assert "Update this search" not in same
    changed = {"query": "id > 0", "order": "-Due", "search": str(search.pk)}
    page = text(bob, "/search/", **changed)
    assert "Update this search" in page
    assert "Save as new" in page
    bob.post(f"/searches/{search.pk}/update/", {"query": "id > 0", "order": "-Due"})
    search.refresh_from_db()
    assert search.order_by == ["-Due"]


def test_updating_to_what_is_none(bob: Client, world: World) -> None:
    """The form shows what is wrong; the search stays."""
    search = make("Mine", owner=world.bob)
    answer = bob.post(f"/searches/{search.pk}/update/", {"query": "id >"})
    assert answer.status_code == 422
    search.refresh_from_db()
    assert search.query == "id > 0"


def test_editing(bob: Client, world: World) -> None:
    """Every part can be changed; a chart's settings are carried along."""
    search = make("Chart", owner=world.bob, kind="TicketChart", chart={"GroupBy": "Q"})
    page = bob.get(f"/searches/{search.pk}/edit/")
    typed = {k: v for k, v in page.context["form"].initial.items() if v is not None}
    bob.post(f"/searches/{search.pk}/edit/", typed | {"name": "Renamed"})
    search.refresh_from_db()
    assert (search.name, search.chart) == ("Renamed", {"GroupBy": "Q"})


@pytest.mark.parametrize("chart", ["[1]", "{", "7"])
def test_a_chart_that_is_none(bob: Client, world: World, chart: str) -> None:
    """Settings nobody's page wrote are refused."""
    assert bob.post("/searches/save/", form(chart=chart)).status_code == 422


def test_others_searches(bob: Client, dave: Client, world: World) -> None:
    """What one may not load is not there; what one may not change is refused."""
    hers = make("Hers", owner=world.carol)
    of_all = make("All")
    for page in ("", "edit/", "delete/"):
        assert bob.get(f"/searches/{hers.pk}/{page}").status_code == 404
    for page in ("edit/", "delete/"):
        assert dave.get(f"/searches/{of_all.pk}/{page}").status_code == 403
    for page in ("update/", "disable/", "delete/", "edit/"):
        assert bob.post(f"/searches/{hers.pk}/{page}", form()).status_code == 404
        assert dave.post(f"/searches/{of_all.pk}/{page}", form()).status_code == 403
    assert (
        SavedSearch.objects.filter(name__in=("Hers", "All"), disabled=False).count()
        == 2
    )


def test_saving_without_the_right(alice: Client, world: World) -> None:
    """Who may save nowhere is told so, and not offered to."""
    assert alice.get("/searches/save/").status_code == 403
    assert alice.post("/searches/save/", form()).status_code == 403
    assert "Save this search" not in text(alice, "/search/", query="id > 0")
    assert not SavedSearch.objects.filter(name="New").exists()


@pytest.mark.parametrize("page", ["update/", "disable/", "pin/", "move/"])
def test_changes_are_posted(bob: Client, world: World, page: str) -> None:
    """Looking changes nothing."""
    search = make("Mine", owner=world.bob)
    assert bob.get(f"/searches/{search.pk}/{page}").status_code == 405


def test_disabling_and_enabling(bob: Client, dave: Client, world: World) -> None:
    """A disabled search leads those who may enable it there, others nowhere."""
    grant(world.bob, Right.ADMIN_SAVED_SEARCH)
    search = make("All-1")
    bob.post(f"/searches/{search.pk}/disable/")
    assert "All-1" not in text(dave, "/searches/")
    assert dave.get(f"/searches/{search.pk}/").status_code == 404
    opened = bob.get(f"/searches/{search.pk}/")
    assert opened.headers["Location"] == f"/searches/{search.pk}/edit/"
    bob.post(f"/searches/{search.pk}/disable/", {"on": "0"})
    assert "All-1" in text(dave, "/searches/")


def test_deleting_asks_first(bob: Client, world: World) -> None:
    """A page asks; a post deletes."""
    search = make("Mine", owner=world.bob)
    assert "Delete Mine?" in text(bob, f"/searches/{search.pk}/delete/")
    bob.post(f"/searches/{search.pk}/delete/")
    assert not SavedSearch.objects.filter(pk=search.pk).exists()


def test_the_rail(bob: Client, ticket: Ticket, world: World) -> None:
    """A pinned search stands on every page; its number comes after the page."""
    search = make("Everything-1", owner=world.bob)
    bob.post(f"/searches/{search.pk}/pin/")
    page = text(bob, "/searches/")
    assert 'hx-get="/searches/pinned/"' in page
    rail = bob.get("/searches/pinned/", headers=FRAGMENT).content.decode()
    assert ">1</span>" in rail
    assert "hx-get" not in rail
    again = text(bob, "/")
    assert "Everything-1" in again
    assert 'hx-get="/searches/pinned/"' not in again
    bob.post(f"/searches/{search.pk}/pin/", {"on": "0"})
    text(bob, "/")  # the message of what was done
    assert "Everything-1" not in text(bob, "/")


def test_the_rail_counts_what_its_reader_may_see(
    bob: Client, dave: Client, ticket: Ticket, world: World
) -> None:
    """The same search has another number for somebody else."""
    search = make("Everything-1")
    for user in (world.bob, world.dave):
        pin_search(search, actor=user)
    assert (
        ">1</span>" in bob.get("/searches/pinned/", headers=FRAGMENT).content.decode()
    )
    assert (
        ">1</span>"
        not in dave.get("/searches/pinned/", headers=FRAGMENT).content.decode()
    )


def test_a_pinned_search_that_is_broken(bob: Client, world: World) -> None:
    """It says so instead of a number."""
    pin_search(make("Broken", owner=world.bob, query="Gone = 1"), actor=world.bob)
    rail = bob.get("/searches/pinned/", headers=FRAGMENT)
    assert ">!</span>" in rail.content.decode()


@pytest.mark.parametrize("rows", [1, 6])
def test_number_of_queries(
    bob: Client, world: World, rows: int, django_assert_num_queries: Queries
) -> None:
    """The list and the rail cost the same whatever their length."""
    for number in range(rows):
        pin_search(make(f"{number}", owner=world.bob), actor=world.bob)
        make(f"{number}", group=world.staff)
    text(bob, "/searches/")
    with django_assert_num_queries(7 + SESSION_QUERIES):  # type: ignore[attr-defined]
        text(bob, "/searches/")


def test_nobody_s_number(bob: Client, world: World) -> None:
    """Numbers no search has are not found, whatever their length."""
    assert bob.get(f"/searches/{10**30}/").status_code == 404
    for number in ("9" * 40, "0" * 20 + "9" * 5000, "-1", "x", "٣"):
        page = text(bob, "/search/", query="id > 0", search=number)
        assert "Save this search" in page


def test_losing_the_right(
    bob: Client, world: World, browser: Callable[[User], Client]
) -> None:
    """Without it one's own searches are kept and not shown."""
    make("Mine-1", owner=world.bob)
    for right in (Right.SEE_OWN_SAVED_SEARCH, Right.ADMIN_OWN_SAVED_SEARCH):
        revoke(system_group("Privileged"), right)
    assert "Mine-1" not in text(bob, "/searches/")
    assert SavedSearch.objects.filter(name="Mine-1").exists()


MEANT_AS_RT = "id = 1 OR id = 2 AND id = 3"


@pytest.mark.parametrize("kind", ["Ticket", "TicketChart"])
def test_a_query_read_as_rt_is_saved_as_it_was_meant(bob: Client, kind: str) -> None:
    """What counts, watches or mails it later has no address that says how to read."""
    page = text(bob, "/searches/save/", query=MEANT_AS_RT, reading="rt", kind=kind)
    assert "id = 1 AND id = 2 AND id = 3" in page
    assert "reading" not in page


def test_updating_a_search_with_a_query_read_as_rt(bob: Client, world: World) -> None:
    search = make("Mine-1", owner=world.bob)
    sent = {"query": MEANT_AS_RT, "reading": "rt"}
    bob.post(f"/searches/{search.pk}/update/", sent)
    search.refresh_from_db()
    assert search.query == "id = 1 AND id = 2 AND id = 3"
