"""Users, groups and who belongs to what in effect."""

import pytest
from django.core.exceptions import ValidationError

from accounts.commands import (
    add_member,
    create_group,
    create_user,
    remove_member,
    set_privileged,
    user_for_address,
)
from accounts.models import Group, User


def groups_of(user: User) -> set[str]:
    """Return the names of the groups a user is in, in effect."""
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.django_db
def test_an_unknown_address_becomes_an_unprivileged_user() -> None:
    """Once, whatever the case it is written in."""
    user = user_for_address("New.Person@Example.org", real_name="New Person")
    assert user == user_for_address("new.person@example.ORG")
    assert not user.is_privileged
    assert not user.has_usable_password()
    assert groups_of(user) == {"Everyone", "Unprivileged"}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["no address", "", "a@", "a b@example.org"])
def test_what_is_no_address(text: str) -> None:
    """Nobody is created."""
    before = User.objects.count()
    with pytest.raises(ValidationError):
        user_for_address(text)
    assert User.objects.count() == before


@pytest.mark.django_db
def test_names_and_addresses_are_unique_in_any_case() -> None:
    """As people type them."""
    create_user("ann", email="ann@example.org")
    with pytest.raises(ValidationError):
        create_user("ANN")
    with pytest.raises(ValidationError):
        create_user("other", email="Ann@Example.org")


@pytest.mark.django_db
def test_becoming_staff_changes_the_system_group() -> None:
    """Privileged instead of Unprivileged."""
    user = create_user("ann")
    set_privileged(user, is_privileged=True)
    assert groups_of(user) == {"Everyone", "Privileged"}


@pytest.mark.django_db
def test_membership_goes_through_nested_groups_and_back() -> None:
    """Three levels, and taken apart in the middle."""
    user = create_user("ann")
    inner, middle, outer = (create_group(n) for n in ("Inner", "Middle", "Outer"))
    add_member(inner, user)
    add_member(outer, middle)
    add_member(middle, inner)
    assert groups_of(user) >= {"Inner", "Middle", "Outer"}
    remove_member(middle, inner)
    assert groups_of(user) == {"Everyone", "Unprivileged", "Inner"}


@pytest.mark.django_db
def test_a_circle_of_groups_is_refused() -> None:
    """Directly and through another."""
    one, two, three = (create_group(n) for n in ("One", "Two", "Three"))
    add_member(one, two)
    add_member(two, three)
    for group, member in ((three, one), (one, one)):
        with pytest.raises(ValidationError, match="contains"):
            add_member(group, member)


@pytest.mark.django_db
def test_nobody_joins_a_system_group_by_hand() -> None:
    """It would say something untrue."""
    user = create_user("ann")
    with pytest.raises(ValidationError):
        add_member(Group.objects.get(name="Privileged"), user)
    assert groups_of(user) == {"Everyone", "Unprivileged"}
