"""What queries find that no line of the corpus can say: ids, people, zones."""

import pytest

from queues.models import Queue
from tests.tickets.search.conftest import NOW, World
from tickets.search import search

pytestmark = pytest.mark.django_db


def ids(query: str, world: World, *, by: str = "bob") -> list[int]:
    """Return what a person finds."""
    found = search(query, user=world.named(by), now=NOW)
    return [ticket.pk for ticket in found]


def test_queue_by_id(world: World) -> None:
    number = Queue.objects.get(name="Alerts").pk
    assert ids(f"Queue = {number}", world) == [5, 6]
    assert ids(f"Queue = '{number}'", world) == [5, 6]


def test_owner_by_id(world: World) -> None:
    assert ids(f"Owner = {world.carol.pk}", world) == [4, 8]
    assert ids(f"Owner.id = {world.carol.pk}", world) == [4, 8]


def test_days_are_those_of_the_user(world: World) -> None:
    # 22:30 UTC on the 12th is the 13th in Berlin, where carol lives.
    assert ids("Created = '2026-05-13'", world, by="carol") == [2, 3, 5]
    assert ids("Created = '2026-05-13'", world, by="bob") == [3, 5]


def test_placeholders_mean_who_asks(world: World) -> None:
    assert ids("Owner = '__CurrentUser__'", world, by="carol") == [4, 8]
    assert ids("Owner.Name = '__CurrentUserName__'", world, by="carol") == [4, 8]
    assert ids("id = '__Bookmarked__'", world, by="carol") == []
