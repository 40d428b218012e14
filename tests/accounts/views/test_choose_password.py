"""Choosing a password."""

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD, World

pytestmark = pytest.mark.django_db
URL = "/password/"
NEW = "a much better horse"


@pytest.fixture
def bob(client: Client, world: World) -> User:
    client.force_login(world.bob)
    return world.bob


def sent(**changes: str) -> dict[str, str]:
    """Return a form that is right but for the changes."""
    return {"current": PASSWORD, "new": NEW, "again": NEW} | changes


def test_it_works(client: Client, bob: User) -> None:
    """The new password counts, and one stays logged in."""
    assert client.post(URL, sent()).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert client.get("/preferences/").status_code == 200


def test_other_sessions_end(client: Client, bob: User) -> None:
    """Somebody who is logged in elsewhere with the old password is out."""
    elsewhere = Client()
    elsewhere.force_login(bob)
    client.post(URL, sent())
    assert elsewhere.get("/preferences/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"current": "wrong"}, "not your current password"),
        ({"again": "something else"}, "differ"),
        ({"new": "short", "again": "short"}, "too short"),
        ({"new": "12345678901", "again": "12345678901"}, "entirely numeric"),
        ({"new": PASSWORD, "again": PASSWORD}, "the password you have now"),
    ],
)
def test_bad_input_changes_nothing(
    client: Client, bob: User, changes: dict[str, str], message: str
) -> None:
    """Each mistake is named beside its field."""
    answer = client.post(URL, sent(**changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_given_password_must_be_changed_first(client: Client, bob: User) -> None:
    """Nothing else works, the current one is not asked for, then all works."""
    bob.must_change_password = True
    bob.save(update_fields=["must_change_password"])
    assert client.get("/").headers["Location"] == URL
    assert 'name="current"' not in client.get(URL).content.decode()
    client.post(URL, {"new": NEW, "again": NEW})
    assert client.get("/").status_code == 200


def test_modify_self_is_needed(client: Client, world: World) -> None:
    """Without the right a password stays as it is."""
    client.force_login(world.alice)
    assert client.post(URL, sent()).status_code == 403
