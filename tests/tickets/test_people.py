"""What people type into watcher boxes."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from tests.conftest import World
from tickets.people import addresses, principal, principals, split


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", []),
        (" , ;\n", []),
        ("ann@example.org", ["ann@example.org"]),
        ("ann@example.org, bob", ["ann@example.org", "bob"]),
        ("Ann Lee <ann@example.org>", ["Ann Lee <ann@example.org>"]),
        ('"Lee, Ann" <ann@example.org>', ["Lee, Ann <ann@example.org>"]),
        ("group:Core Engineers", ["group:Core Engineers"]),
        ("bob, Group:Staff, ann@x.org", ["bob", "ann@x.org", "Group:Staff"]),
        ("one@x.org\ntwo@x.org;three@x.org", ["one@x.org", "two@x.org", "three@x.org"]),
    ],
)
def test_split(text: str, entries: list[str]) -> None:
    """Commas, semicolons and line ends separate."""
    assert split(text) == entries


def test_names_addresses_and_groups_are_found(world: World) -> None:
    """In any case; each once."""
    found, errors = principals(["BOB", "bob@EXAMPLE.org", "group:staff"])
    assert found == [world.bob, world.staff]
    assert not errors


def test_an_unknown_address_becomes_a_user_with_its_name(world: World) -> None:
    """Unprivileged."""
    user = principal("Zoë Quist <zoe@example.net>")
    assert isinstance(user, User)
    assert (user.real_name, user.is_privileged) == ("Zoë Quist", False)


@pytest.mark.parametrize(
    "text", ["nosuchuser", "group:Nobody here", "Nobody", "rt@example.com", "group:"]
)
def test_what_cannot_be_added(world: World, text: str) -> None:
    """Unknown names, and addresses that lead back to us."""
    before = User.objects.count()
    with pytest.raises(ValidationError):
        principal(text)
    assert User.objects.count() == before


def test_addresses_for_one_message(world: World) -> None:
    """Names of users count; nobody is created."""
    before = User.objects.count()
    texts = ["Vera <v@parts.example>", "carol", "v@parts.example"]
    assert addresses(texts) == ["v@parts.example", "carol@example.org"]
    assert User.objects.count() == before


@pytest.mark.parametrize("text", ["no such user", "x@@y", "rt@example.com", "Nobody"])
def test_what_no_mail_can_go_to(world: World, text: str) -> None:
    """Said, not left out in silence."""
    with pytest.raises(ValidationError):
        addresses(["ann@example.org", text])
