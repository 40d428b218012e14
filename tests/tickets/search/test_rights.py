"""A query tells nobody what they may not see: not by ids, counts, order or errors."""

import pytest

from accounts.models import User
from tests.tickets.search.conftest import NOW, World
from tickets.search import TicketSQLError, search

pytestmark = pytest.mark.django_db


def ids(query: str, user: User) -> list[int]:
    """Return what a person finds."""
    return [ticket.pk for ticket in search(query, user=user, now=NOW)]


def test_superuser_sees_the_secret_queue(world: World) -> None:
    assert ids("Queue = 'Secret'", world.named("root")) == [7]


@pytest.mark.parametrize(
    "query",
    [
        "id = 7",
        "Queue = 'Secret'",
        "Priority = 99",
        "Subject LIKE 'merger'",
        "Requestor = 'dave@globex.com' AND Owner = 'root'",
        "id = 7 OR id = 7",
        "NOT id = 1 AND Subject LIKE 'plans'",
    ],
)
def test_staff_of_other_queues_find_nothing_secret(world: World, query: str) -> None:
    assert 7 in ids(query, world.named("root"))
    assert ids(query, world.named("bob")) == []
    assert search(query, user=world.named("bob"), now=NOW).count() == 0


def test_requestors_find_their_own(world: World) -> None:
    assert ids("id > 0", world.named("alice")) == [1, 4, 8]
    assert ids("id > 0", world.named("dave")) == [2, 8]


def test_strangers_find_nothing(world: World) -> None:
    assert ids("id > 0", world.named("stranger")) == []


def test_the_disabled_find_nothing(world: World) -> None:
    bob = world.named("bob")
    bob.disabled = True
    assert ids("id > 0", bob) == []


def test_comments_are_not_searched_for_requestors(world: World) -> None:
    assert ids("Content LIKE 'budget'", world.named("bob")) == [1]
    assert ids("Content LIKE 'budget'", world.named("alice")) == []
    assert ids("Content LIKE 'blue cable'", world.named("alice")) == [1]
    assert ids("Content NOT LIKE 'budget'", world.named("alice")) == [1, 4, 8]


def test_commenting_leaves_no_trace_for_requestors(world: World) -> None:
    assert ids("UpdatedBy = 'bob'", world.named("carol")) == [1]
    assert ids("UpdatedBy = 'bob'", world.named("alice")) == []
    assert ids("Updated = '2026-05-02'", world.named("alice")) == []
    assert ids("Updated = '2026-05-02'", world.named("carol")) == [1]


def test_mail_records_are_not_searched_for_requestors(world: World) -> None:
    assert ids("UpdatedBy = 'RT_System'", world.named("bob")) == [8]
    assert ids("UpdatedBy = 'RT_System'", world.named("alice")) == []


def test_mail_records_are_never_content(world: World) -> None:
    query = "Content LIKE 'technician' AND UpdatedBy = 'RT_System'"
    assert ids(query, world.named("bob")) == [8]
    assert ids("Content LIKE 'technician'", world.named("alice")) == [8]


def test_hidden_custom_field_is_as_unknown_as_a_missing_one(world: World) -> None:
    root, bob = world.named("root"), world.named("bob")
    assert ids("CF.Clearance = 'top'", root) == [7]
    messages = []
    for name in ("Clearance", "Clearwater"):
        with pytest.raises(TicketSQLError) as caught:
            ids(f"CF.{{{name}}} = 'top'", bob)
        messages.append(str(caught.value).replace(name, "X"))
    assert messages[0] == messages[1]


def test_custom_values_count_only_where_they_may_be_seen(world: World) -> None:
    with pytest.raises(TicketSQLError):
        ids("CF.Location = 'Basement'", world.named("alice"))


def test_bookmarks_are_ones_own(world: World) -> None:
    assert ids("id = '__Bookmarked__'", world.named("root")) == []


def test_costs_few_queries_whatever_is_found(
    world: World, django_assert_num_queries: object
) -> None:
    bob = world.named("bob")
    query = "Queue = 'Network' AND Owner = 'bob' AND Status = '__Active__'"
    with django_assert_num_queries(4):  # type: ignore[operator]
        # rights, queues, the owner, the tickets
        assert ids(query, bob) == [1]
