"""The page of a chart and its file."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tests.factories import make_ticket
from tickets.charts import ChartSpec
from tickets.context import _site_name
from tickets.models import SavedSearch, Ticket

pytestmark = pytest.mark.django_db
BUDGET = 12


def page(client: Client, **parameters: str | list[str]) -> str:
    """Return the HTML of the chart page."""
    return client.get("/search/chart/", parameters).content.decode()


def test_a_chart(bob: Client, ticket: Ticket, world: World) -> None:
    """Picture, table and form; each bar is a link."""
    make_ticket(world.networking, by=world.carol)
    text = page(bob, query="id > 0", group_by="Queue")
    assert "<svg" in text
    assert "<title>General: 1</title>" in text
    assert 'href="/search/?query=Queue+%3D+%27General%27"' in text
    assert '<option value="Queue" selected>Queue</option>' in text
    assert "2 tickets" in text


def test_without_parameters(bob: Client, ticket: Ticket) -> None:
    """All tickets by status."""
    assert "Tickets by Status" in page(bob)


def test_a_form_becomes_a_readable_address(bob: Client, world: World) -> None:
    """Only what differs from a new chart is in it."""
    form = {
        "query": "id > 0",
        "group_by": ["Created", "Status", ""],
        "by": ["Monthly", "", ""],
        "function": ["COUNT", "", ""],
        "style": "line",
        "limit": "",
    }
    answer = bob.get("/search/chart/", form)
    assert answer.headers["Location"] == (
        "/search/chart/?query=id+%3E+0&group_by=Created.Monthly&group_by=Status"
        "&style=line"
    )


def test_the_address_of_rt(bob: Client, ticket: Ticket) -> None:
    rt_url = (
        "/Search/Chart.html?Query=id%20%3E%200&GroupBy=Owner.Name"
        "&ChartStyle=bar%2Btable&ChartFunction=COUNT"
    )
    answer = bob.get(rt_url, follow=True)
    assert "Tickets by Owner (Name)" in answer.content.decode()


def test_rt_reads_and_and_or_its_own_way(bob: Client, world: World) -> None:
    """Its address keeps that reading, and so does the search behind a bar."""
    for number, subject in enumerate(("One", "Two"), 1):
        make_ticket(world.general, by=world.alice, subject=subject, priority=number)
    query = "Priority = 1 AND Subject = 'Two' OR Priority = 2"
    assert "1 ticket<" in page(bob, query=query)
    answer = bob.get("/Search/Chart.html", {"Query": query}, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith("&reading=rt")
    assert "2 tickets<" in text
    link = unescape(re.findall(r'<a href="([^"]+)"><title>new: 2</title>', text)[0])
    found = bob.get(link).content.decode()
    assert "Found 2 tickets" in found
    assert '<input type="hidden" name="reading" value="rt">' in text


def test_saving_a_chart(bob: Client, ticket: Ticket, world: World) -> None:
    """The chart page leads to the form; the saved chart leads back to the page."""
    grant(world.bob, Right.ADMIN_OWN_SAVED_SEARCH)
    groups = ["Queue", "Created.Monthly"]
    text = page(bob, query="id > 0", group_by=groups, limit="5")
    link = unescape(re.findall(r'href="(/searches/save/[^"]+)"', text)[0])
    form = bob.get(link).context["form"].initial | {"name": "By queue"}
    choices = bob.get(link).context["form"].fields["privacy"].choices
    form["privacy"] = next(iter(choices))[0]
    assert bob.post(link, form).status_code == 302
    saved = SavedSearch.objects.get(name="By queue")
    assert saved.kind == "TicketChart"
    assert ChartSpec.from_json(saved.chart) == ChartSpec(
        group_by=("Queue", "Created.Monthly"), limit=5
    )
    opened = bob.get(f"/searches/{saved.pk}/", follow=True).content.decode()
    assert "Tickets by Queue and Created (Monthly)" in opened
    assert "By queue" in opened
    assert ">changed<" not in opened


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"query": "Statuss = 'open'"}, "Did you mean Status"),
        ({"query": "x' OR 1=1 --"}, "The quote is not closed"),
        ({"group_by": "Colour"}, "Tickets cannot be grouped by “Colour”."),
        ({"group_by": "CF.{Nothing}"}, "by a custom field “Nothing”"),
        ({"limit": "1 or 2"}, "Enter a number from 1 to 100."),
        ({"function": "SUM(id); DROP TABLE x"}, "There is no function"),
    ],
)
def test_mistakes_are_explained(
    bob: Client, world: World, parameters: dict[str, str], message: str
) -> None:
    """Beside the field, with everything typed still there."""
    answer = bob.get("/search/chart/", parameters)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert bob.get("/search/chart/csv/", parameters).status_code == 400


def test_what_was_typed_is_kept(bob: Client, world: World) -> None:
    text = page(bob, query="Queue = ", limit="many", group_by="Queue")
    assert ">Queue =</textarea>" in text
    assert 'value="many"' in text
    assert '<option value="Queue" selected>' in text


def test_nothing_found(bob: Client, world: World) -> None:
    assert "No ticket matches" in page(bob, query="Subject LIKE 'zebra'")


def test_the_file(bob: Client, ticket: Ticket) -> None:
    answer = bob.get("/search/chart/csv/", {"query": "id > 0", "group_by": "Queue"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="chart.csv"'
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines == ["Queue,Tickets", "General,1", "Total,1"]


def test_a_stranger_counts_nothing(dave: Client, ticket: Ticket) -> None:
    """Neither in the picture nor at the top."""
    text = page(dave, query="id > 0")
    assert "0 tickets" in text
    assert '<svg class="chart' not in text


@pytest.mark.parametrize("url", ["/search/chart/", "/search/chart/csv/", "/reports/"])
def test_for_staff_only(alice: Client, ticket: Ticket, url: str) -> None:
    """Charts name colleagues and other customers."""
    assert alice.get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_reading_only(bob: Client, world: World) -> None:
    assert bob.post("/search/chart/").status_code == 405


@pytest.mark.parametrize("rows", [1, 5])
def test_number_of_queries(
    bob: Client,
    world: World,
    rows: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """A chart costs the same whatever it counts."""
    for number in range(rows):
        make_ticket(world.general, by=world.alice, subject=f"No {number}", text="")
    _site_name()
    with django_assert_max_num_queries(BUDGET):  # type: ignore[attr-defined]
        page(bob, query="id > 0", group_by=["Requestor.Name", "Status"])
