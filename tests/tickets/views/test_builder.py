"""The query builder: every button without JavaScript, and what htmx gets instead."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice, Queue
from queues.rights import revoke, system_group
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
URL = "/search/edit/"
# What is remembered for seconds may have to be read again.
BUDGET = 20
INPUT = re.compile(r"<input ([^>]*)>")
SELECT = re.compile(r"<select [^>]*name=\"(\w+)\"[^>]*>(.*?)</select>", re.DOTALL)
AREA = re.compile(r"<textarea [^>]*name=\"(\w+)\"[^>]*>(.*?)</textarea>", re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def form_of(html: str) -> dict[str, list[str]]:
    """Return what a browser would send of the builder's form."""
    html = html[html.index('<form id="builder"') :]
    sent: dict[str, list[str]] = {}
    for text in INPUT.findall(html):
        found = {name: unescape(value) for name, value in ATTRIBUTE.findall(text)}
        is_box = found.get("type") == "checkbox"
        if "name" in found and (not is_box or "checked" in found):
            sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, options in SELECT.findall(html):
        sent.setdefault(name, []).extend(unescape(v) for v in CHOSEN.findall(options))
    for name, text in AREA.findall(html):
        sent.setdefault(name, []).append(unescape(text))
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def page(client: Client, query: str = "", **others: str) -> str:
    """Return the builder's page."""
    return client.get(URL, {"query": query, **others}).content.decode()


def press(client: Client, html: str, button: str, **typed: Any) -> str:
    """Fill in some inputs, press a button, return the page that comes."""
    answer = client.post(URL, {**form_of(html), **typed, "do": button})
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(html: str) -> str:
    """Return the TicketSQL the page shows."""
    return form_of(html)["text"][0]


def test_a_query_as_rows(bob: Client, ticket: Ticket) -> None:
    """Every condition is a row whose inputs have its values."""
    html = page(
        bob, "Queue = 'General' AND (Status IN ('new','open') OR Due < '2 days ago')"
    )
    sent = form_of(html)
    assert (sent["f1"], sent["o1"], sent["v1"]) == (["Queue"], ["="], ["General"])
    assert sent["m2"] == ["any"]
    assert (sent["f3"], sent["o3"], sent["v3"]) == (["Status"], ["IN"], ["new", "open"])
    assert (sent["f4"], sent["v4"]) == (["Due"], ["2 days ago"])
    assert "1 ticket found" in html


def test_reading_of_a_date(bob: Client, world: World) -> None:
    """The page says what day the words mean."""
    html = page(bob, "Created = '2026-05-13' AND Due > '2026-05-14 15:30'")
    assert "all of Wed 13 May 2026" in html
    assert "Thu 14 May 2026, 15:30" in html


def test_a_new_search_from_nothing_to_tickets(bob: Client, ticket: Ticket) -> None:
    """Field, then operator and value, then the result; all of it by plain forms."""
    html = page(bob)
    html = press(bob, html, "show", f1="Subject")
    assert form_of(html)["o1"] == ["LIKE"]
    html = press(bob, html, "show", v1="JAM", o1="LIKE")
    assert text_of(html) == "Subject LIKE 'JAM'"
    assert "1 ticket found" in html
    html = press(bob, html, "add:0")
    assert text_of(html) == "Subject LIKE 'JAM'"
    html = press(bob, html, "show", f2="Status")
    html = press(bob, html, "negate:2", v2="resolved", o2="=")
    assert text_of(html) == "Subject LIKE 'JAM' AND Status != 'resolved'"
    answer = bob.post(URL, {**form_of(html), "do": "search"})
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer["Location"]).query)["query"]
    assert query == ["Subject LIKE 'JAM' AND Status != 'resolved'"]
    assert ticket.subject in bob.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("remove:1", "(id = 2 OR id = 3)"),
        ("down:1", "id = 1 OR id = 2 OR id = 3"),
        ("unwrap:2", "id = 1 AND id = 2 AND id = 3"),
        ("negate:2", "id = 1 AND NOT (id = 2 OR id = 3)"),
        ("wrap:1", "id = 1 AND (id = 2 OR id = 3)"),
        ("group:2", "id = 1 AND (id = 2 OR id = 3)"),
        ("nonsense:1", "id = 1 AND (id = 2 OR id = 3)"),
        ("remove:99999999", "id = 1 AND (id = 2 OR id = 3)"),
    ],
)
def test_buttons(bob: Client, world: World, button: str, expected: str) -> None:
    """Each changes the rows, and the text with them."""
    html = press(bob, page(bob, "id = 1 AND (id = 2 OR id = 3)"), button)
    assert text_of(html) == expected.removeprefix("(").removesuffix(")") or (
        text_of(html) == expected
    )


def test_mode_of_a_group(bob: Client, world: World) -> None:
    """None of, not all of."""
    html = page(bob, "id = 1 AND id = 2")
    assert text_of(press(bob, html, "show", m0="none")) == "NOT (id = 1 OR id = 2)"
    assert text_of(press(bob, html, "show", m0="not_all")) == "NOT (id = 1 AND id = 2)"


def test_text_becomes_rows(bob: Client, world: World) -> None:
    """An edited text counts when it alone was edited; it stays as it was typed."""
    html = page(bob, "id = 1")
    html = press(bob, html, "read", text="Owner='Nobody'   or  id=2")
    assert text_of(html) == "Owner='Nobody'   or  id=2"
    assert form_of(html)["f1"] == ["Owner"]
    assert form_of(html)["m0"] == ["any"]
    answer = bob.post(URL, {**form_of(html), "text": "id > 0", "do": "search"})
    assert parse_qs(urlsplit(answer["Location"]).query)["query"] == ["id > 0"]


def test_a_text_that_cannot_be_read(bob: Client, world: World) -> None:
    """The error names the place; rows and text stay; either can be made to count."""
    html = page(bob, "id = 1")
    for button in ("search", "read", "show"):
        wrong = press(bob, html, button, text="Status LIK 'new'")
        assert "Did you mean LIKE" in wrong
        assert "⟵here" in wrong
        assert text_of(wrong) == "Status LIK 'new'"
        assert form_of(wrong)["v1"] == ["1"]
    assert text_of(press(bob, wrong, "keep")) == "id = 1"


def test_a_text_with_an_unknown_field(bob: Client, world: World) -> None:
    """It can be read, so it becomes rows; the error stands at both."""
    html = press(bob, page(bob, "id = 1"), "search", text="id = 2 OR Statuss = 'new'")
    assert html.count("Did you mean Status?") == 2
    assert "⟵here Statuss" in html
    assert form_of(html)["v1"] == ["2"]
    assert form_of(html)["f2"] == ["TicketSQL"]


def test_both_were_edited(bob: Client, world: World) -> None:
    """Nothing is lost and nothing run: a person says which counts."""
    html = page(bob, "id = 1")
    both = press(bob, html, "search", text="id = 5", v1="7")
    assert "Both the conditions and the text were edited" in both
    assert (text_of(both), form_of(both)["v1"]) == ("id = 5", ["7"])
    assert text_of(press(bob, both, "keep")) == "id = 7"
    assert form_of(press(bob, both, "read"))["v1"] == ["5"]
    added = press(bob, html, "add:0", text="id = 5")
    assert "Both the conditions and the text were edited" in added
    assert text_of(added) == "id = 5"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("Due < '32nd of Nevember'", "Cannot read &#x27;32nd of Nevember&#x27;"),
        ("Priority > 'much'", "expected a whole number"),
        ("Statuss = 'new'", "Did you mean Status?"),
        ("Queue < 'x'", "Queue cannot be compared with &lt;"),
        ("CF.{Nowhere} = 1", "Unknown custom field: Nowhere"),
    ],
)
def test_errors_stand_at_their_row(
    bob: Client, world: World, query: str, message: str
) -> None:
    """The other rows say nothing."""
    html = page(bob, f"id > 0 AND {query}")
    said = re.findall(r'id="said-(\d+)"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert message in dict(said)["2"]
    assert "errors" not in dict(said)["1"]
    assert "found" not in html


def test_a_query_too_deep_is_said_once(bob: Client, world: World) -> None:
    """It is no single row's fault."""
    deep = "id = 1"
    for number in range(25):
        deep = f"id = 2 {'OR' if number % 2 else 'AND'} ({deep})"
    assert "nested more than 20 deep" in page(bob, deep)


def test_rt_addresses(bob: Client, world: World) -> None:
    """RT's own reading, made plain by parentheses; the rest of the address stays."""
    answer = bob.get(
        "/Search/Build.html",
        {"Query": "id = 1 OR id = 2 AND id = 3", "OrderBy": "Due|id", "Rows": "10"},
    )
    html = bob.get(answer["Location"]).content.decode()
    assert text_of(html) == "id = 1 AND id = 2 AND id = 3"
    assert "RT lets the last AND or OR" in html
    answer = bob.post(URL, {**form_of(html), "do": "search"})
    parameters = parse_qs(urlsplit(answer["Location"]).query)
    assert parameters["OrderBy"] == ["Due|id"]
    assert parameters["Rows"] == ["10"]


def test_order_format_and_rows_are_carried_through(bob: Client, world: World) -> None:
    """Untouched, however often the page comes back."""
    html = page(bob, "id = 1", order="-Due", format="'__id__'", rows="25", page="3")
    html = press(bob, html, "add:0")
    answer = bob.post(URL, {**form_of(html), "do": "search"})
    assert parse_qs(urlsplit(answer["Location"]).query) == {
        "query": ["id = 1"],
        "order": ["-Due"],
        "format": ["'__id__'"],
        "rows": ["25"],
    }


def test_tabs(bob: Client, world: World) -> None:
    """The other pages about the search take the query as it is now."""
    html = press(bob, page(bob, "id = 1", order="Due"), "show", v1="2")
    assert 'href="/search/?query=id+%3D+2&amp;order=Due"' in html
    assert 'aria-current="page">Edit search</a>' in html


def test_saving(bob: Client, world: World) -> None:
    """A search that can be run can be saved, by who may save any."""
    link = 'href="/searches/save/?query=id+%3D+1&amp;order=-Due"'
    assert link in page(bob, "id = 1", order="-Due")
    assert "/searches/save/" not in page(bob, "id = 'x'")
    revoke(system_group("Privileged"), Right.ADMIN_OWN_SAVED_SEARCH)
    assert "/searches/save/" not in page(bob, "id = 1")


def test_changing_the_field_drops_what_was_chosen(bob: Client, world: World) -> None:
    """What was typed stays."""
    html = page(bob, "Status = 'new' AND Created > 'yesterday'")
    html = press(bob, html, "show", f1="Queue", f2="Due")
    sent = form_of(html)
    assert sent["v1"] == []
    assert sent["v2"] == ["yesterday"]


def test_parts_of_people_and_direct_members(bob: Client, world: World) -> None:
    """Part and SHALLOW are inputs of their own."""
    html = page(bob, "Requestor = 'x@y.org'")
    html = press(bob, html, "show", p1="City", s1="1")
    assert text_of(html) == "Requestor.City SHALLOW = 'x@y.org'"


def test_parts_of_dates(bob: Client, world: World) -> None:
    """A weekday is typed as it is; there is no calendar for it."""
    html = page(bob, "Created > 'yesterday'")
    assert "data-picks" in html
    html = press(bob, html, "show", p1="DayOfWeek", o1="=", v1="Monday")
    assert text_of(html) == "Created.DayOfWeek = 'Monday'"
    assert "data-picks" not in html


def test_lists_of_values(bob: Client, world: World) -> None:
    """One to a line; numbers with commas too."""
    html = page(bob, "Subject IN ('a, b', 'c') AND id IN (1, 2)")
    assert form_of(html)["l1"] == ["a, b\nc"]
    html = press(bob, html, "show", l2="3, 4 5")
    assert text_of(html) == "Subject IN ('a, b', 'c') AND id IN (3, 4, 5)"


def test_beside_another_field(bob: Client, world: World) -> None:
    """The value becomes a choice of fields of the same family."""
    html = page(bob, "Due < 'now'")
    html = press(bob, html, "show", o1="< FIELD")
    assert form_of(html)["v1"] == []
    html = press(bob, html, "show", v1="Resolved")
    assert text_of(html) == "Due < Resolved"


def test_custom_fields_with_their_choices(bob: Client, world: World) -> None:
    """Offered to who may see them, with a drop-down or a list to complete from."""
    colour = CustomField.objects.create(
        name="Colour", type="SelectSingle", is_global=True
    )
    CustomFieldChoice.objects.create(field=colour, name="Dark red")
    html = page(bob, "CF.{Colour} = 'Dark red'")
    assert '<option value="CF.{Colour}" selected>Colour</option>' in html
    assert '<option value="Dark red" selected>' in html


def test_nothing_is_offered_that_one_may_not_see(
    dave: Client, bob: Client, world: World
) -> None:
    """A stranger among staff is told no queue, no status, no field and no number."""
    colour = CustomField.objects.create(
        name="Colour", type="SelectSingle", is_global=True
    )
    CustomFieldChoice.objects.create(field=colour, name="Dark red")
    make_ticket(world.general, by=world.alice)
    query = (
        "Queue = 'x' AND Status = 'y' AND CF.{Colour} = 'z' AND Owner = 'w'"
        " AND OwnerGroup = 'v'"
    )
    theirs, ours = page(dave, query), page(bob, query)
    for word in (">General<", ">Networking<", ">stalled<", ">Bob (bob)<"):
        assert word in ours, word
        assert word not in theirs, word
    assert ">Dark red<" not in theirs
    assert "Unknown custom field: Colour" in theirs
    assert "0 tickets found" in page(dave, "id > 0")


@pytest.mark.parametrize("place", ["", "check/", "read/"])
def test_not_for_the_portal(alice: Client, ticket: Ticket, place: str) -> None:
    """Requestors see their own list, and no search of staff."""
    assert alice.post(f"{URL}{place}", {"do": "search"}).status_code == 403
    assert alice.get(URL).status_code == 403
    assert 'role="search"' not in alice.get("/").content.decode()


def test_one_has_to_log_in(client: Client) -> None:
    """The query waits in the address."""
    answer = client.get(URL, {"query": "id = 1"})
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


HTMX = {"HX-Request": "true"}


def test_rows_typed_with_htmx(bob: Client, ticket: Ticket) -> None:
    """Only count, text and what is said at the rows come back."""
    sent = form_of(page(bob, "Due < 'now'"))
    answer = bob.post(f"{URL}check/", {**sent, "v1": "tomorrow nonsense"}, headers=HTMX)
    text = answer.content.decode()
    assert "<select" not in text
    assert "Cannot read" in text
    assert 'id="querytext" hx-swap-oob="true"' in text
    assert "tomorrow nonsense" in text


def test_text_typed_with_htmx(bob: Client, ticket: Ticket) -> None:
    """The rows come back; the text being typed is left alone."""
    sent = form_of(page(bob, "id = 1"))
    answer = bob.post(f"{URL}read/", {**sent, "text": "id > 0"}, headers=HTMX)
    text = answer.content.decode()
    assert 'name="text"' not in text
    assert '<option value="&gt;" selected>' in text
    assert 'id="written" value="id &gt; 0" hx-swap-oob="true"' in text
    assert "1 ticket found" in text


def test_buttons_with_htmx(bob: Client, world: World) -> None:
    """The builder comes without the page; a search is a redirect of the browser."""
    sent = form_of(page(bob, "id = 1"))
    answer = bob.post(URL, {**sent, "do": "add:0"}, headers=HTMX)
    assert b"<html" not in answer.content
    assert b"autofocus" in answer.content
    answer = bob.post(URL, {**sent, "do": "search"}, headers=HTMX)
    assert answer["HX-Redirect"] == "/search/?query=id+%3D+1"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"node": ["1.0.r.", "1.0.r.", "x", "2.9.r.", "3.3.g.", "9.9"], "f1": "id"},
        {"node": ["1.0.r."], "f1": "\x00", "o1": "'; DROP", "v1": "\ud800"},
        {"node": [f"{n}.{n - 1}.g." for n in range(1, 400)], "m5": "some"},
        {"node": [f"{n}.0.r." for n in range(1, 3000)]},
        {"text": "(" * 5000, "written": "'"},
        {"text": "x" * 200_000},
        {"node": ["1.0.r."], "f1": "TicketSQL", "v1": "(" * 500},
    ],
)
@pytest.mark.parametrize("button", ["search", "read", "add:0", "wrap:1", ""])
def test_forms_nobody_made(
    bob: Client, world: World, data: dict[str, Any], button: str
) -> None:
    """Whatever is sent gets a page, in bounded time."""
    data = {
        key: value.encode("utf-8", "surrogatepass").decode("latin-1")
        if isinstance(value, str)
        else value
        for key, value in data.items()
    }
    assert bob.post(URL, {**data, "do": button}).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_number_of_queries(
    bob: Client,
    world: World,
    rows: int,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    """The lists are read once, however many rows show them."""
    CustomField.objects.create(name="Colour", type="SelectSingle", is_global=True)
    one = (
        "(Queue = 'General' AND Status = 'new' AND Owner = 'bob' AND CF.{Colour} = 'x'"
        " AND Type = 'ticket' AND Due < 'now')"
    )
    query = " OR ".join([one] * rows)
    page(bob, query)
    with django_assert_max_num_queries(BUDGET):
        page(bob, query)


def test_queues_one_knows_of(bob: Client, world: World) -> None:
    """A queue without any right is not offered."""
    Queue.objects.create(name="Hidden", lifecycle=world.general.lifecycle)
    html = page(bob, "Queue = 'General'")
    assert '<option value="Networking">' in html
    assert "Hidden" not in html


def test_a_query_read_as_rt_is_edited_as_it_was_meant(bob: Client) -> None:
    """The list's own address says how it reads; what is written here needs no more."""
    pairs = {"query": "id = 1 OR id = 2 AND id = 3", "reading": "rt", "rows": "25"}
    page = bob.get(URL, pairs).content.decode()
    sent = form_of(page)
    assert sent["text"] == ["id = 1 AND id = 2 AND id = 3"]
    assert sent["carried"] == ["rows=25"]
