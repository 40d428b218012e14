"""The order of results and their pages."""

import pytest

from accounts.models import RoleName
from accounts.rights import Right
from queues.models import CustomField
from queues.rights import grant, role_group
from tests.tickets.search.conftest import NOW, World
from tickets.models import CustomFieldValue, TicketWatcher
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
    ("EffectiveId",): [1, 2, 3, 4, 5, 6, 8, 12, 13],
    ("Lifecycle", "-id"): [6, 5, 13, 12, 8, 4, 3, 2, 1],
    ("Requestor.EmailAddress",): [1, 4, 8, 2, 3, 5, 6, 12, 13],
    ("-Requestor",): [3, 2, 8, 4, 1, 13, 12, 6, 5],
    ("Owner.City",): [1, 6, 13, 2, 3, 4, 5, 8, 12],
    ("Custom.Ownership", "-Priority"): [1, 13, 6, 2, 12, 5, 3, 8, 4],
    # By place among the choices; as numbers before texts.
    ("CF.{Location}",): [1, 2, 3, 4, 5, 6, 8, 12, 13],
    ("-CF.{Severity}",): [2, 1, 3, 13, 12, 8, 6, 5, 4],
    ("CF.Network.{Severity}", "-id"): [1, 2, 3, 13, 12, 8, 6, 5, 4],
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


@pytest.mark.parametrize("name", ["CF.{Clearance}", "CF.{Nonsense}", "Created.Month"])
def test_what_may_not_be_seen_has_no_order(world: World, name: str) -> None:
    with pytest.raises(TicketSQLError):
        search("id > 0", user=world.named("bob"), order_by=[name])


def test_values_of_others_order_nothing(world: World) -> None:
    """Alice may see the field on ticket 8 alone, so only its value counts."""
    field = CustomField.objects.get(name="Tags")
    CustomFieldValue.objects.create(
        ticket_id=4, field=field, content="aaa", creator=world.root
    )
    TicketWatcher.objects.create(ticket_id=8, role="Cc", user=world.alice)
    grant(role_group(RoleName.CC), Right.SEE_CUSTOM_FIELD)
    found = search("id > 0", user=world.named("alice"), order_by=["CF.{Tags}"])
    assert [ticket.pk for ticket in found] == [8, 1, 4]


def test_too_many_keys_are_refused(world: World) -> None:
    with pytest.raises(TicketSQLError, match="more than 10"):
        search("id > 0", user=world.named("bob"), order_by=["Priority"] * 11)


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
