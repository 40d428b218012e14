"""Snippets: the hit marked, the rest escaped, nothing that may not be read."""

import pytest

from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import comment, correspond
from tickets.messages import compose
from tickets.models import TextSource
from tickets.search import search, snippets
from tickets.search.snippets import marked
from tickets.words import terms_of

pytestmark = pytest.mark.django_db

MARKED = {
    ("a blue cable", "cab"): "a blue <mark>cable</mark>",
    ("<b>&amp; cable", "cable"): "&lt;b&gt;&amp;amp; <mark>cable</mark>",
    ("in Zürich, Straße 5", "zurich strasse"): (
        "in <mark>Zürich</mark>, <mark>Straße</mark> 5"
    ),
    ("host 10.1.2.3 is down", "10.1.2.3"): "host <mark>10.1.2.3</mark> is down",
    ("10.1.2.33", "10.1.2.3"): None,
    ("東京都", "京都"): "東<mark>京都</mark>",
    ("one\n\n  two", "two"): "one <mark>two</mark>",
    ("cables and cable", '"cable"'): "cables and <mark>cable</mark>",
    ("nothing", "cable"): None,
}


@pytest.mark.parametrize(("text", "words"), MARKED)
def test_marks(text: str, words: str) -> None:
    assert marked(text, terms_of(words)) == MARKED[text, words]


def test_cuts_long_texts_where_most_is_found() -> None:
    text = "cable " + "word " * 500 + "blue cable here " + "word " * 500
    html = marked(text, terms_of("blue cable"))
    assert html is not None
    assert "<mark>blue</mark> <mark>cable</mark> here" in html
    assert html.startswith("… word")
    assert html.endswith(" …")
    assert len(html) < 400


def test_shows_the_text_that_was_found(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="The blue cable")
    query = "Content LIKE 'cable' AND Status = '__Active__'"
    found = snippets([ticket], query, user=world.bob)[ticket.pk]
    assert found.html == "The blue <mark>cable</mark>"
    assert found.source is TextSource.DESCRIPTION
    assert found.transaction_id == ticket.transactions.get().pk


def test_shows_nothing_that_may_not_be_read(world: World) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="The cable")
    comment(ticket, actor=world.bob, message=compose(text="This cable is his fault"))
    query = "Content LIKE 'cable' OR Content LIKE 'fault'"
    staff = snippets([ticket], query, user=world.bob)[ticket.pk]
    assert staff.source is TextSource.COMMENT
    assert "<mark>fault</mark>" in staff.html
    requestor = snippets([ticket], query, user=world.alice)[ticket.pk]
    assert requestor.html == "The <mark>cable</mark>"
    assert snippets([ticket], "Content LIKE 'fault'", user=world.alice) == {}


@pytest.mark.parametrize(
    "query", ["Subject LIKE 'cable'", "Content NOT LIKE 'cable'", "id > 0"]
)
def test_needs_a_full_text_search(world: World, query: str) -> None:
    ticket = make_ticket(world.general, by=world.alice, text="The cable")
    assert snippets([ticket], query, user=world.bob) == {}


@pytest.mark.parametrize("count", [1, 5])
def test_costs_the_same_for_many(
    world: World, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        ticket = make_ticket(world.general, by=world.alice, text=f"Cable {number}")
        correspond(ticket, actor=world.bob, message=compose(html="<p>A cable</p>"))
    found = list(search("Content LIKE 'cable'", user=world.bob))
    with django_assert_num_queries(4):  # type: ignore[operator]
        # index usable?, custom fields, the texts, the attachments
        shown = snippets(found, "Content LIKE 'cable'", user=world.bob)
    assert len(shown) == count
