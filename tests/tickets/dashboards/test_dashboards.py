"""Dashboards as rows: who may see which, and what the schema refuses."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.commands import create_group
from accounts.models import User
from accounts.rights import Right
from queues.rights import grant, revoke, system_group
from tests.conftest import World
from tests.tickets.dashboards.making import make_dashboard, of_each
from tickets.models import Dashboard, DashboardPlace, Spot

pytestmark = pytest.mark.django_db


def names(user: User | AnonymousUser) -> list[str]:
    """Return the names of the dashboards a user may see."""
    found = Dashboard.objects.visible_to(user)
    return sorted(found.values_list("name", flat=True))


def test_who_may_see_which(world: World) -> None:
    """One's own, the system's, and with the right one's groups'."""
    of_each(world)
    make_dashboard(None, name="Of others", group=create_group("Others"))
    assert names(world.bob) == ["Of Bob", "Of all"]
    assert names(world.carol) == ["Of all"]
    grant(world.staff, Right.SEE_GROUP_DASHBOARD)
    assert names(world.carol) == ["Of all", "Of staff"]
    grant(world.dave, Right.SUPER_USER)
    assert names(world.dave) == ["Of all", "Of others", "Of staff"]


def test_without_rights_nothing(world: World) -> None:
    """Customers and visitors see none, nor staff whose rights were taken."""
    of_each(world)
    privileged = system_group("Privileged")
    for right in (
        Right.SEE_DASHBOARD, Right.SEE_OWN_DASHBOARD, Right.ADMIN_OWN_DASHBOARD
    ):  # fmt: skip
        revoke(privileged, right)
    assert names(world.bob) == []
    assert names(world.alice) == []
    assert names(AnonymousUser()) == []


@pytest.mark.parametrize("wrong", ["two", "nameless", "same"])
def test_rows_the_schema_refuses(world: World, wrong: str) -> None:
    """Two owners, no name, a name twice."""
    make_dashboard(world.bob)
    fields: dict[str, dict[str, Any]] = {
        "two": {"name": "x", "owner": world.bob, "group": world.staff},
        "nameless": {"name": ""},
        "same": {"name": "MORNING", "owner": world.bob},
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Dashboard.objects.create(**fields[wrong])


@pytest.mark.parametrize("spot", [Spot.HOME, "wall"])
def test_places_the_schema_refuses(world: World, spot: str) -> None:
    """Two home pages of one person, an unknown spot."""
    mine = make_dashboard(world.bob)
    DashboardPlace.objects.create(user=world.bob, dashboard=mine, spot=Spot.HOME)
    with pytest.raises(IntegrityError), transaction.atomic():
        DashboardPlace.objects.create(user=world.bob, dashboard=mine, spot=spot)
