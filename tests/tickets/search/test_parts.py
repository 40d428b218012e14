"""Parts of dates, the time between two, and people in a role without a value."""

from datetime import UTC, datetime

import pytest

from tests.tickets.search.conftest import NOW, World
from tickets.models import Ticket
from tickets.search import TicketSQLError, search

pytestmark = pytest.mark.django_db

FOUND = {
    "Created.Time = '22:30'": [2],
    "Created.Time BETWEEN '07:00' AND '8:00:00'": [1, 3],
    "Created.Weekly = '2026-04-27'": [1, 6, 8, 13],
    "Created.Weekly = '2026-05-03'": [1, 6, 8, 13],
    "Created.Weekly > '2026-05-04'": [2, 3, 5, 12],
    "CreatedToResolved IS NOT NULL": [4, 6],
    "CreatedToResolved = '1 day 9 hours'": [4],
    "CreatedToResolved = 1980": [4],
    "CreatedToResolved != '33 h'": [6],
    "NOT CreatedToResolved = '33 h' AND Queue = 'Alerts'": [5, 6],
    "CreatedToResolved > '1 week'": [6],
    "CreatedToResolved BETWEEN '1 d' AND '2 days'": [4],
    "CreatedToResolved IN ('33 h', '10 d 6 h')": [4, 6],
    "CreatedToStarted = 0": [4],
    "StartedToResolved < '2 days'": [4],
    "DueToResolved IS NULL AND Queue = 'Alerts'": [5, 6],
    "DueToResolved < '-1 hour'": [],
    "Requestor.Lang IS NULL AND Queue = 'Alerts'": [5, 6],
    "Requestor.Timezone = 'UTC'": [1, 2, 3, 4, 8, 12],
    "Requestor.City = 'Bergen'": [12],
    "Requestor.City IS NULL": [2, 3, 5, 6, 13],
    "Watcher.City IS NULL": [2, 3, 5],
    "Watcher IS NULL": [5],
}
WRONG = {
    "Created.Fortnightly = 1": "Unknown field: Created.Fortnightly",
    "Created.Time = '25:00'": "a time of day",
    "Created.Weekly = 'May'": "the week written as",
    "CreatedToResolved = 'long'": "a length of time",
    "CreatedToResolved = '1 eon'": "a length of time",
    "CreatedToResolved = 99999999999": "a length of time",
    "CreatedToResolved > Due": "cannot be compared",
    "CreatedToResolved LIKE 'x'": "cannot be compared with LIKE",
}


def ids(query: str, world: World, by: str = "bob") -> list[int]:
    """Return what a person finds."""
    return [t.pk for t in search(query, user=world.named(by), now=NOW)]


@pytest.mark.parametrize("query", FOUND)
def test_finds_exactly(world: World, query: str) -> None:
    assert ids(query, world) == FOUND[query]


@pytest.mark.parametrize("query", WRONG)
def test_says_what_is_wrong(world: World, query: str) -> None:
    with pytest.raises(TicketSQLError) as caught:
        list(search(query, user=world.bob, now=NOW))
    assert WRONG[query].lower() in str(caught.value).lower()


def test_parts_are_those_of_the_user(world: World) -> None:
    """22:30 in UTC on Tuesday is Wednesday, half past midnight, in Berlin."""
    assert 2 in ids("Created.Time = '00:30'", world, by="carol")


def test_an_hour_that_comes_twice(world: World) -> None:
    """In Berlin clocks went back from three to two on 25 October 2026."""
    for number, hour in ((3, 0), (5, 1)):
        moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        Ticket.objects.filter(pk=number).update(created=moment)
    assert ids("Created.Hourly = '2026-10-25 02'", world, by="carol") == [3, 5]
