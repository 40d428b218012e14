"""The order of results and their pages."""

import pytest

from tests.tickets.search.conftest import NOW, World
from tickets.search import TicketSQLError, search, tickets_page

pytestmark = pytest.mark.django_db

ORDERS: dict[tuple[str, ...], list[int]] = {
    (): [1, 2, 3, 4, 5, 6, 8, 12, 13],
    ("-id",): [13, 12, 8, 6, 5, 4, 3, 2, 1],
    ("-Priority",): [1, 2, 8, 13, 12, 6, 5, 4, 3],
    ("Priority", "-Created"): [5, 3, 12, 4, 13, 6, 8, 2, 1],
    ("Due",): [1, 8, 2, 3, 4, 5, 6, 12, 13],
    ("-Due",): [8, 1, 13, 12, 6, 5, 4, 3, 2],
    ("Owner", "id"): [1, 6, 13, 4, 8, 2, 3, 5, 12],
    ("Queue", "-id"): [6, 5, 12, 4, 3, 13, 8, 2, 1],
    ("created", "status"): [1, 6, 13, 8, 4, 12, 2, 3, 5],
}


@pytest.mark.parametrize("order", ORDERS)
def test_orders(world: World, order: tuple[str, ...]) -> None:
    found = search("id > 0", user=world.named("bob"), order_by=order)
    assert [ticket.pk for ticket in found] == ORDERS[order]


def test_refuses_what_has_no_order(world: World) -> None:
    with pytest.raises(TicketSQLError, match="Did you mean Priority"):
        search("id > 0", user=world.named("bob"), order_by=["-Prioritty"])
    with pytest.raises(TicketSQLError, match="ordered by password"):
        search("id > 0", user=world.named("bob"), order_by=["password"])


def test_pages_neither_repeat_nor_skip(world: World) -> None:
    found = search("id > 0", user=world.named("bob"), order_by=["Status"], now=NOW)
    pages = [tickets_page(found, page=number, per_page=4) for number in (1, 2, 3)]
    numbers = [ticket.pk for page in pages for ticket in page.tickets]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 8, 12, 13]
    assert [(page.total, page.pages, page.number) for page in pages] == [
        (9, 3, 1),
        (9, 3, 2),
        (9, 3, 3),
    ]
    assert [page.has_next for page in pages] == [True, True, False]
    assert [page.has_previous for page in pages] == [False, True, True]


def test_page_past_the_end_is_the_last(world: World) -> None:
    found = search("id > 0", user=world.named("bob"))
    page = tickets_page(found, page=99, per_page=5)
    assert (page.number, [ticket.pk for ticket in page.tickets]) == (2, [6, 8, 12, 13])


def test_empty_result_has_no_pages(world: World) -> None:
    page = tickets_page(search("id = 999", user=world.named("bob")), page=3)
    assert (page.number, page.pages, page.total, page.tickets) == (1, 0, 0, [])
    assert not page.has_next
    assert not page.has_previous
