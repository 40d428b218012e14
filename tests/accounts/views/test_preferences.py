"""Preferences."""

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import World

pytestmark = pytest.mark.django_db
URL = "/preferences/"


@pytest.fixture
def bob(client: Client, world: World) -> User:
    client.force_login(world.bob)
    return world.bob


def sent(**changes: str) -> dict[str, str]:
    """Return a form that is right but for the changes."""
    return {
        "real_name": "Bob Builder",
        "email": "bob@example.org",
        "timezone": "Africa/Lusaka",
        "theme": "dark",
        "signature": "Bob",
    } | changes


def test_it_works(client: Client, bob: User) -> None:
    """What is saved is shown, and the theme is used."""
    assert client.post(URL, sent()).status_code == 302
    bob.refresh_from_db()
    assert (bob.real_name, bob.timezone, bob.signature) == (
        "Bob Builder",
        "Africa/Lusaka",
        "Bob",
    )
    assert 'data-theme="dark"' in client.get(URL).content.decode()


def test_times_are_shown_in_the_users_zone(client: Client, bob: User) -> None:
    """The zone applies to the next page already."""
    client.post(URL, sent(timezone="Asia/Tokyo"))
    assert "Asia/Tokyo" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "carol@example.org"}, "Another user has this"),
        ({"email": "no address"}, "valid email"),
        ({"timezone": "Mars/Olympus"}, "not one of the available choices"),
    ],
)
def test_bad_input_changes_nothing_and_is_kept(
    client: Client, bob: User, changes: dict[str, str], message: str
) -> None:
    """Each mistake is named; what else was typed is still there."""
    answer = client.post(URL, sent(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "Bob Builder" in page
    bob.refresh_from_db()
    assert bob.real_name == "Bob"


def test_modify_self_is_needed(client: Client, world: World) -> None:
    """Without the right one may look but not change."""
    client.force_login(world.alice)
    assert client.get(URL).status_code == 200
    assert client.post(URL, sent(email=world.alice.email)).status_code == 403
    world.alice.refresh_from_db()
    assert world.alice.real_name == "Alice Adams"


def test_login_is_needed(client: Client, world: World) -> None:
    """A stranger is sent to the login page."""
    assert client.get(URL).headers["Location"] == "/login/?next=/preferences/"
