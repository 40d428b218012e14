"""Who may call, and how failures look."""

import base64
from collections.abc import Callable

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client

from accounts import commands
from api.auth import forget_passwords
from tests.api.v2.conftest import ROOT, Rest
from tests.conftest import PASSWORD, World

pytestmark = pytest.mark.django_db
Rests = Callable[..., Rest]


@pytest.fixture(autouse=True)
def _no_failures() -> None:
    cache.clear()


def test_basic_works(world: World, rest: Rests) -> None:
    answer = rest("bob").get("rt")
    assert answer.status_code == 200
    assert answer.json()["Version"] == "6.0.0"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_basic_works_with_the_address(world: World, rest: Rests) -> None:
    assert rest("bob@example.org").get("rt").status_code == 200


def test_nobody_is_unauthorized(world: World) -> None:
    answer = Client().get(f"{ROOT}/rt")
    assert answer.status_code == 401
    assert answer.json() == {"message": "Unauthorized"}
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic Ym9i",  # no colon
        "Basic /w==",  # no UTF-8
        "Basic YQBiOmM=",  # NUL
        "Digest x",
        "token 1-14-ff",
    ],
)
def test_broken_headers_are_unauthorized(world: World, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get(f"{ROOT}/rt")
    assert answer.status_code == 401


def test_wrong_password_is_unauthorized(world: World, rest: Rests) -> None:
    assert rest("bob", "wrong").get("rt").status_code == 401
    assert rest("bob").get("rt").status_code == 200
    assert rest("bob", "wrong").get("rt").status_code == 401


def test_browsers_are_sent_to_the_front_page(world: World) -> None:
    answer = Client(headers={"User-Agent": "Mozilla/5.0"}).get(f"{ROOT}/rt")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_disabled_counts_at_once(world: World, rest: Rests) -> None:
    bob = rest("bob")
    assert bob.get("rt").status_code == 200
    commands.set_disabled(world.bob, disabled=True)
    assert bob.get("rt").status_code == 401


def test_new_password_counts_at_once(world: World, rest: Rests) -> None:
    bob = rest("bob")
    assert bob.get("rt").status_code == 200
    commands.set_password(world.bob, "another one")
    assert bob.get("rt").status_code == 401
    assert rest("bob", "another one").get("rt").status_code == 200


def test_password_that_must_be_changed_opens_nothing(world: World, rest: Rests) -> None:
    world.bob.must_change_password = True
    world.bob.save(update_fields=["must_change_password"])
    assert rest("bob").get("rt").status_code == 403


def test_password_is_hashed_once(
    world: World, rest: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = []
    original = hashers.MD5PasswordHasher.verify

    def counting(self: object, password: str, encoded: str) -> bool:
        checks.append(password)
        return original(self, password, encoded)  # type: ignore[arg-type]

    monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", counting)
    bob = rest("bob")
    for _ in range(5):
        assert bob.get("rt").status_code == 200
    assert checks == [PASSWORD]


def test_guessing_is_throttled(world: World, rest: Rests) -> None:
    for number in range(10):
        assert rest("bob", f"guess {number}").get("rt").status_code == 401
    assert rest("bob").get("rt").status_code == 429
    forget_passwords()
    assert rest("carol").get("rt").status_code == 200


def _browser(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_session_cookie_works(world: World) -> None:
    assert _browser(world.bob).get(f"{ROOT}/rt").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://testserver"}, 201),
        ({"Referer": "http://testserver/tickets/1/"}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://evil.example/x"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_cookie_of_another_site_writes_nothing(
    world: World, headers: dict[str, str], status: int
) -> None:
    before = world.general.tickets.count()
    answer = _browser(world.bob).post(
        f"{ROOT}/ticket",
        '{"Queue": "General", "Subject": "x", "Content": "y"}',
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == status
    assert world.general.tickets.count() - before == (status == 201)


def test_basic_needs_no_csrf_token(world: World) -> None:
    token = base64.b64encode(f"bob:{PASSWORD}".encode()).decode()
    client = Client(
        enforce_csrf_checks=True, headers={"Authorization": f"Basic {token}"}
    )
    answer = client.post(
        f"{ROOT}/ticket",
        '{"Queue": "General", "Subject": "x", "Content": "y"}',
        content_type="application/json",
    )
    assert answer.status_code == 201


def test_unknown_addresses_and_methods(world: World, rest: Rests) -> None:
    bob = rest("bob")
    answer = bob.get("nothing/here")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})
    answer = bob.client.delete(f"{ROOT}/tickets")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST, HEAD"
    assert answer.json() == {"message": "Method Not Allowed"}
    assert bob.client.head(f"{ROOT}/rt").status_code == 200
    assert bob.get("rt/").status_code == 200
