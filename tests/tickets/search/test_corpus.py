"""Every query of the corpus finds exactly its tickets, the same on every database."""

import pytest

from tests.tickets.search.conftest import NOW, World
from tests.tickets.search.corpus import Expected, corpus
from tickets.search import search, tickets_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("expected", corpus(), ids=str)
def test_finds_exactly(world: World, expected: Expected) -> None:
    found = search(
        expected.query,
        user=world.named(expected.person),
        now=NOW,
        rt_precedence=expected.is_read_like_rt,
    )
    page = tickets_page(found, per_page=3)
    assert [ticket.pk for ticket in found] == expected.ids
    assert page.total == len(expected.ids)


def test_is_large_enough() -> None:
    queries = [(each.person, each.is_read_like_rt, each.query) for each in corpus()]
    assert len(set(queries)) == len(queries) >= 150
