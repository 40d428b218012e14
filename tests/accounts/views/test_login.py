"""The login page."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import throttle
from tests.conftest import PASSWORD, World

pytestmark = pytest.mark.django_db
URL = "/login/"


@pytest.fixture(autouse=True)
def _no_failures_yet() -> None:
    cache.clear()


def test_it_works(client: Client, world: World) -> None:
    """The right password leads home and starts a session."""
    answer = client.post(URL, {"username": "bob", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_an_address_is_a_name_too(client: Client, world: World) -> None:
    """People may type their e-mail address, in any case."""
    answer = client.post(URL, {"username": "Bob@Example.org", "password": PASSWORD})
    assert answer.status_code == 302


def test_it_starts_a_new_session(client: Client, world: World) -> None:
    """A session id planted before the login is worth nothing after it."""
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.post(URL, {"username": "bob", "password": PASSWORD})
    assert client.session.session_key != planted


@pytest.mark.parametrize(
    ("name", "password"), [("bob", "wrong"), ("nobody-here", PASSWORD)]
)
def test_it_does_not_say_which_was_wrong(
    client: Client, world: World, name: str, password: str
) -> None:
    """An unknown name and a wrong password get the same answer."""
    answer = client.post(URL, {"username": name, "password": password})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_keeps_the_name_but_not_the_password(client: Client, world: World) -> None:
    """What was typed is shown again, the password never."""
    page = client.post(URL, {"username": "bob", "password": "wrong-secret"})
    assert 'value="bob"' in page.content.decode()
    assert "wrong-secret" not in page.content.decode()


def test_it_goes_where_one_wanted(client: Client, world: World) -> None:
    """The page asked for comes after the login."""
    answer = client.get("/tickets/create/?queue=1")
    assert answer.headers["Location"] == "/login/?next=/tickets/create/%3Fqueue%3D1"
    page = client.get(answer.headers["Location"])
    assert 'value="/tickets/create/?queue=1"' in page.content.decode()
    done = client.post(
        URL,
        {"username": "bob", "password": PASSWORD, "next": "/tickets/create/?queue=1"},
    )
    assert done.headers["Location"] == "/tickets/create/?queue=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_it_goes_nowhere_else(client: Client, world: World, target: str) -> None:
    """A link to the login page cannot lead to another site."""
    answer = client.post(URL, {"username": "bob", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_disabled_users_stay_out(client: Client, world: World) -> None:
    """The right password does not help a disabled user."""
    world.bob.disabled = True
    world.bob.save(update_fields=["disabled"])
    answer = client.post(URL, {"username": "bob", "password": PASSWORD})
    assert answer.status_code == 422


def test_guessing_is_throttled(client: Client, world: World) -> None:
    """After too many failures even the right password waits."""
    for _ in range(throttle.FAILURES):
        client.post(URL, {"username": "bob", "password": "guess"})
    answer = client.post(URL, {"username": "bob", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many failed attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_logging_out_ends_the_session(client: Client, world: World) -> None:
    """Logging out is a POST; afterwards the pages ask for a login."""
    client.force_login(world.bob)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/").headers["Location"].startswith("/login/")


def test_a_fragment_gets_no_login_form(client: Client, world: World) -> None:
    """htmx is told 401: a login form must not appear inside a box."""
    answer = client.get("/tickets/1/basics/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
