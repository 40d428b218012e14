"""Pages that begin behind a ticket: forwards, backwards, from the end."""

from collections.abc import Callable

import pytest

from tests.tickets.search.conftest import NOW, World
from tickets.models import Ticket
from tickets.search import TicketSQLError, search
from tickets.search.context import Context
from tickets.search.ordering import OrderKey, order_keys
from tickets.search.paging import (
    OrderedResult,
    ResultsPage,
    Turn,
    read_cursor,
    results_page,
)

pytestmark = pytest.mark.django_db
ORDERS = [
    (),
    ("-id",),
    ("-Priority",),
    ("Due",),
    ("-Due", "Subject"),
    ("Owner", "-Created"),
    ("Queue", "-Priority", "Due"),
    ("Requestor.EmailAddress",),
    ("-Requestor.Organization", "Status"),
    ("Owner.EmailAddress",),
    ("Custom.Ownership", "-Priority"),
    ("CF.{Location}",),
    ("-CF.{Severity}", "Resolved"),
    ("LastUpdatedRelative", "QueueName"),
]


def keys(world: World, order: tuple[str, ...], user: str = "bob") -> list[OrderKey]:
    """Return what an order sorts by, for somebody."""
    return order_keys(order, context=Context(user=world.named(user), now=NOW))


def turned(
    world: World, order: tuple[str, ...], turn: Turn, rows: int = 4
) -> ResultsPage:
    """Return a page of everything Bob sees."""
    found = search("id > 0", user=world.named("bob"), now=NOW)
    sorted_by = keys(world, order)
    return results_page(
        found, keys=sorted_by, turn=turn, rows=rows, count=found.order_by().count
    )


def whole(world: World, order: tuple[str, ...]) -> list[int]:
    """Return the numbers of all tickets Bob sees, in one go."""
    found = search("id > 0", user=world.named("bob"), order_by=order, now=NOW)
    return [ticket.pk for ticket in found]


def numbers(page: ResultsPage) -> list[int]:
    """Return the numbers of the tickets on a page."""
    return [ticket.pk for ticket in page.tickets]


@pytest.mark.parametrize("order", ORDERS)
def test_forwards_and_back(world: World, order: tuple[str, ...]) -> None:
    """Page after page is the whole in its order, and so is the way back."""
    expected = whole(world, order)
    page = turned(world, order, Turn())
    seen = numbers(page)
    while page.has_next:
        page = turned(world, order, Turn(page.number + 1, after=page.end))
        seen += numbers(page)
    assert seen == expected
    assert (page.number, page.pages, page.total) == (3, 3, 9)
    back = numbers(page)
    while page.has_previous:
        page = turned(world, order, Turn(page.number - 1, before=page.start))
        back = numbers(page) + back
    assert back == expected
    assert page.number == 1


@pytest.mark.parametrize("order", ORDERS)
def test_by_number(world: World, order: tuple[str, ...]) -> None:
    """RT's page numbers lead to the same pages, and past the end to the last."""
    expected = whole(world, order)
    for number, rows in ((1, expected[:4]), (2, expected[4:8]), (3, expected[8:])):
        assert numbers(turned(world, order, Turn(number))) == rows
    assert numbers(turned(world, order, Turn(99))) == expected[8:]


def test_a_ticket_that_comes_meanwhile_shifts_nothing(world: World) -> None:
    """The second page begins where the first ended, whatever is before it now."""
    first = turned(world, ("-id",), Turn())
    Ticket.objects.filter(pk=first.tickets[0].pk).update(status="deleted")
    second = turned(world, ("-id",), Turn(2, after=first.end))
    assert numbers(second) == whole(world, ("-id",))[3:7]


@pytest.mark.parametrize(
    "cursor", ["x", "1,2,3", "~", "9" * 30, "nan", "1e5", "%00", "," * 5000]
)
def test_cursors_that_are_none(world: World, cursor: str) -> None:
    """They lead to the beginning, and no database is asked about them."""
    expected = whole(world, ("Priority",))[:4]
    assert read_cursor(cursor, keys(world, ("Priority",))) is None
    for turn in (Turn(2, after=cursor), Turn(1, before=cursor)):
        assert numbers(turned(world, ("Priority",), turn))[:4] in (expected, [])


def test_after_the_last_comes_the_last_page(world: World) -> None:
    """An address that leads past the end, because tickets have gone, shows the end."""
    page = turned(world, ("id",), Turn(9, after="999999"))
    assert numbers(page) == whole(world, ())[8:]
    assert not page.has_next


@pytest.mark.parametrize("turn", [Turn(), Turn(3), Turn(3, after="6")])
def test_queries(
    world: World,
    turn: Turn,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """The rows and at most one count."""
    found = search("id > 0", user=world.named("bob"), now=NOW)
    sorted_by = keys(world, ("id",))
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        results_page(
            found, keys=sorted_by, turn=turn, rows=2, count=found.order_by().count
        )


def test_an_order_cannot_ask_for_what_is_hidden(world: World) -> None:
    """A custom field that one may see nowhere is as unknown as none at all."""
    with pytest.raises(TicketSQLError, match="Unknown custom field"):
        keys(world, ("CF.{Nowhere}",))
    with pytest.raises(TicketSQLError, match="Unknown custom field"):
        keys(world, ("CF.{Location}",), "stranger")
    with pytest.raises(TicketSQLError, match="more than 10"):
        keys(world, tuple(f"-{name}" for name in ["Status"] * 20))


def test_a_place_is_found_for_any_ticket(world: World) -> None:
    """The ticket one stands on has a place though the search finds it no more."""
    sorted_by = keys(world, ("Due",))
    one = OrderedResult(Ticket.objects.filter(pk=1), sorted_by)
    cursor = one.cursor(one.forward(0, 1)[0])
    assert read_cursor(cursor, sorted_by) is not None
