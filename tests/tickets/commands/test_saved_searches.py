"""Saving, changing, disabling and deleting searches, and pinning them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tickets.at_hand import at_hand
from tickets.commands import (
    SearchContent,
    delete_search,
    move_pinned_search,
    pin_search,
    save_search,
    set_search_disabled,
    unpin_search,
    update_search,
)
from tickets.commands.pins import MOST_PINNED
from tickets.defaults import ensure_saved_searches
from tickets.models import SavedSearch
from tickets.privacy import SAVED_SEARCHES, Privacy

pytestmark = pytest.mark.django_db
OPEN = SearchContent(query="Status = 'open'", order_by=("-Priority",), rows=25)


def saved(actor: User, name: str = "Open", **wishes: Any) -> SavedSearch:
    """Save a search as somebody would, for themselves unless told."""
    wishes.setdefault("privacy", Privacy(owner=actor))
    wishes.setdefault("content", OPEN)
    return save_search(actor=actor, name=name, **wishes)


def places(user: User) -> list[str]:
    """Return the codes of the places a user may save in."""
    return [place.code for place in SAVED_SEARCHES.places(user)]


def test_what_is_kept(world: World) -> None:
    """Everything of the search, and who saved it."""
    search = SavedSearch.objects.get(pk=saved(world.bob, description="Mine").pk)
    assert (search.name, search.description, search.owner) == (
        "Open",
        "Mine",
        world.bob,
    )
    assert (search.query, search.order_by, search.rows) == (
        OPEN.query,
        ["-Priority"],
        25,
    )
    assert search.last_updated_by == world.bob


@pytest.mark.parametrize("place", ["other", "group", "system"])
def test_places_that_need_a_right(world: World, place: str) -> None:
    """Another person's never; a group's and the system's with the right."""
    privacy, right = {
        "other": (Privacy(owner=world.carol), Right.SUPER_USER),
        "group": (Privacy(group=world.staff), Right.ADMIN_GROUP_SAVED_SEARCH),
        "system": (Privacy(), Right.ADMIN_SAVED_SEARCH),
    }[place]
    with pytest.raises(PermissionDenied):
        saved(world.bob, privacy=privacy)
    grant(world.bob, right)
    if place == "other":
        with pytest.raises(PermissionDenied):
            saved(world.bob, privacy=privacy)
        assert not SavedSearch.objects.filter(name="Open").exists()
    else:
        assert saved(world.bob, privacy=privacy).owner is None


def test_a_group_is_its_members(world: World) -> None:
    """The right alone does not open the groups of others."""
    grant(world.dave, Right.ADMIN_GROUP_SAVED_SEARCH)
    assert places(world.dave) == ["me"]
    with pytest.raises(PermissionDenied):
        saved(world.dave, privacy=Privacy(group=world.staff))
    grant(world.dave, Right.SUPER_USER)
    assert places(world.dave) == ["me", f"group-{world.staff.pk}", "system"]


@pytest.mark.parametrize(
    ("field", "wishes"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "OPEN"}),
        ("rows", {"content": SearchContent(query="id > 0", rows=10_001)}),
        ("format", {"content": SearchContent(query="id > 0", format="x" * 20_001)}),
        ("query", {"content": SearchContent(query="Statuss = 'open'")}),
        ("query", {"content": SearchContent(query="")}),
        ("order", {"content": SearchContent(query="id > 0", order_by=("Nope",))}),
    ],
)
def test_bad_input(world: World, field: str, wishes: dict[str, Any]) -> None:
    """Each is an error and nothing is saved."""
    saved(world.bob)
    with pytest.raises(ValidationError) as caught:
        saved(world.bob, **({"name": "New"} | wishes))
    if hasattr(caught.value, "error_dict"):
        assert list(caught.value.error_dict) == [field]
    assert SavedSearch.objects.filter(owner=world.bob).count() == 1


def test_updating(world: World) -> None:
    """What is given changes, the rest stays."""
    search = saved(world.bob, description="Mine")
    update_search(search, actor=world.bob, content=SearchContent(query="id > 5"))
    search.refresh_from_db()
    assert (search.query, search.name, search.description) == ("id > 5", "Open", "Mine")
    update_search(search, actor=world.bob, name="Renamed")
    search.refresh_from_db()
    assert (search.query, search.name) == ("id > 5", "Renamed")


def test_moving_to_another_privacy(world: World) -> None:
    """Needs the right at both ends."""
    search = saved(world.bob)
    with pytest.raises(PermissionDenied):
        update_search(search, actor=world.bob, privacy=Privacy())
    search.refresh_from_db()
    assert search.owner == world.bob
    grant(world.bob, Right.ADMIN_SAVED_SEARCH)
    update_search(search, actor=User.objects.get(name="bob"), privacy=Privacy())
    search.refresh_from_db()
    assert search.is_of_system


def test_others_may_change_nothing(world: World) -> None:
    """Not even a superuser changes a personal search."""
    search = saved(world.bob)
    grant(world.carol, Right.SUPER_USER)
    for attempt in (
        lambda: update_search(search, actor=world.carol, name="Hers"),
        lambda: set_search_disabled(search, actor=world.carol, disabled=True),
        lambda: delete_search(search, actor=world.carol),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    search.refresh_from_db()
    assert (search.name, search.disabled) == ("Open", False)


def test_disabling_and_deleting(world: World) -> None:
    """Disabled it is kept and leaves the rail; deleted it is gone."""
    search = saved(world.bob)
    pin_search(search, actor=world.bob)
    set_search_disabled(search, actor=world.bob, disabled=True)
    assert at_hand(world.bob).searches == []
    set_search_disabled(search, actor=world.bob, disabled=False)
    assert at_hand(world.bob).searches == [search]
    delete_search(search, actor=world.bob)
    assert at_hand(world.bob).searches == []
    with pytest.raises(ValidationError, match="deleted"):
        update_search(search, actor=world.bob, name="Again")


def test_pins_have_an_order(world: World) -> None:
    """Each moves up and down, and never past the ends."""
    first, second, third = (saved(world.bob, name) for name in ("a", "b", "c"))
    for search in (first, second, third, first):
        pin_search(search, actor=world.bob)
    assert at_hand(world.bob).searches == [first, second, third]
    move_pinned_search(third, actor=world.bob, by=-1)
    move_pinned_search(first, actor=world.bob, by=-1)
    assert at_hand(world.bob).searches == [first, third, second]
    unpin_search(third, actor=world.bob)
    assert at_hand(world.bob).searches == [first, second]


def test_what_cannot_be_pinned(world: World) -> None:
    """What one may not load, and more than the rail holds."""
    with pytest.raises(PermissionDenied):
        pin_search(saved(world.carol), actor=world.bob)
    for number in range(MOST_PINNED):
        pin_search(saved(world.bob, f"No. {number}"), actor=world.bob)
    with pytest.raises(ValidationError, match="At most"):
        pin_search(saved(world.bob, "One more"), actor=world.bob)
    assert len(at_hand(world.bob).searches) == MOST_PINNED


def test_a_pin_ends_with_the_right(world: World) -> None:
    """A search made somebody else's leaves the rail."""
    grant(world.carol, Right.ADMIN_SAVED_SEARCH)
    search = saved(world.carol, privacy=Privacy())
    pin_search(search, actor=world.bob)
    assert at_hand(world.bob).searches == [search]
    update_search(search, actor=world.carol, privacy=Privacy(owner=world.carol))
    assert at_hand(world.bob).searches == []


def test_seeding_twice(world: World) -> None:
    """The searches of the system are there once; what an administrator did stays."""
    search = SavedSearch.objects.of_system().get(name="My Tickets")
    SavedSearch.objects.filter(pk=search.pk).update(name="MY TICKETS", rows=7)
    ensure_saved_searches()
    names = SavedSearch.objects.of_system().values_list("name", flat=True)
    assert sorted(names) == ["Bookmarked Tickets", "MY TICKETS", "Unowned Tickets"]
