"""Saved searches as rows: who may load which, and what the schema refuses."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.commands import create_group
from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke, system_group
from tests.conftest import World
from tickets.models import SavedSearch

pytestmark = pytest.mark.django_db


def make(name: str, **fields: Any) -> SavedSearch:
    """Store a search as it is."""
    return SavedSearch.objects.create(name=name, query="id > 0", **fields)


def names(user: User | AnonymousUser) -> list[str]:
    """Return the names of the searches a user may load, those of the test."""
    found = SavedSearch.objects.visible_to(user).filter(query="id > 0")
    return sorted(found.values_list("name", flat=True))


@pytest.fixture
def searches(world: World) -> None:
    """Bob's own, the staff's, another group's, and the system's."""
    make("of Bob", owner=world.bob)
    make("of staff", group=world.staff)
    make("of others", group=create_group("Others"))
    make("of all")


def test_what_staff_may_load(searches: None, world: World) -> None:
    """Their own, the system's, and with the right their groups'."""
    assert names(world.bob) == ["of Bob", "of all", "of staff"]
    revoke(system_group("Privileged"), Right.SEE_GROUP_SAVED_SEARCH)
    assert names(world.carol) == ["of all"]
    grant(world.staff, Right.SEE_GROUP_SAVED_SEARCH)
    assert names(world.carol) == ["of all", "of staff"]
    assert names(world.dave) == ["of all"]


def test_what_a_superuser_may_load(searches: None, world: World) -> None:
    """Every group's, but no other person's."""
    grant(world.dave, Right.SUPER_USER)
    assert names(world.dave) == ["of all", "of others", "of staff"]


def test_without_rights_nothing(searches: None, world: World) -> None:
    """Customers, visitors and disabled users see none."""
    privileged = system_group("Privileged")
    for right in (
        Right.SEE_OWN_SAVED_SEARCH,
        Right.SEE_SAVED_SEARCH,
        Right.SEE_GROUP_SAVED_SEARCH,
    ):
        revoke(privileged, right)
    assert names(world.bob) == ["of Bob"]
    revoke(privileged, Right.ADMIN_OWN_SAVED_SEARCH)
    assert names(world.bob) == []
    assert names(world.alice) == []
    assert names(AnonymousUser()) == []


@pytest.mark.parametrize("place", ["owner", "group", "system"])
def test_a_name_once_in_each_place(searches: None, world: World, place: str) -> None:
    """In any case; two people may use the same one."""
    taken: dict[str, tuple[str, dict[str, Any]]] = {
        "owner": ("OF BOB", {"owner": world.bob}),
        "group": ("OF STAFF", {"group": world.staff}),
        "system": ("OF ALL", {}),
    }
    name, fields = taken[place]
    make(name, owner=world.carol)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(name, **fields)


@pytest.mark.parametrize("wrong", ["two", "nameless", "kind", "rows"])
def test_rows_the_schema_refuses(world: World, wrong: str) -> None:
    """Two owners, no name, an unknown type, too many rows."""
    fields: dict[str, dict[str, Any]] = {
        "two": {"name": "x", "owner": world.bob, "group": world.staff},
        "nameless": {"name": ""},
        "kind": {"name": "x", "kind": "Asset"},
        "rows": {"name": "x", "rows": 10_001},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields[wrong])
