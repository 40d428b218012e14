"""Request id, leading slashes and security headers on every answer."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from helpdesk import log_format
from helpdesk.middleware import (
    own_time_zone,
    request_id,
    security_headers,
    single_leading_slash,
)
from helpdesk.prefix import below_prefix


def test_answer_carries_a_new_request_id(client: Client) -> None:
    first = client.get("/health/live").headers["X-Request-ID"]
    assert len(first) == 16
    assert client.get("/health/live").headers["X-Request-ID"] != first


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("a-proxys-own-id.1", True), ("short", False), ("<script>alert(1)", False)],
)
def test_request_id_of_a_proxy(client: Client, given: str, is_kept: bool) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is is_kept


def test_request_id_is_known_while_the_view_runs(rf: RequestFactory) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(log_format.request_id.get())
        return HttpResponse()

    answer = request_id(view)(rf.get("/"))

    assert seen == [answer.headers["X-Request-ID"]]
    assert log_format.request_id.get() == ""


def test_request_line_has_no_query_string(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="helpdesk.request")
    client.get("/health/live?user=root&pass=secret")
    (record,) = [r for r in caplog.records if r.name == "helpdesk.request"]
    assert record.__dict__["path"] == "/health/live"
    assert record.__dict__["status"] == 200
    assert "secret" not in str(record.__dict__)


def test_doubled_leading_slash_is_routed_without_redirect(client: Client) -> None:
    assert client.get("/", PATH_INFO="//health/live").status_code == 200


def test_slashes_in_the_middle_stay(rf: RequestFactory) -> None:
    request = rf.get("/ticket//1")
    single_leading_slash(lambda request: HttpResponse())(request)
    assert request.path_info == "/ticket//1"


def test_strict_content_security_policy_by_default(client: Client) -> None:
    headers = client.get("/health/live").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_view_may_set_a_policy_of_its_own(rf: RequestFactory) -> None:
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    answer = security_headers(lambda request: own)(rf.get("/"))
    assert answer.headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("", "UTC"),
        ("Atlantis/Reef", "UTC"),
        ("..", "UTC"),
    ],
)
def test_times_are_shown_in_the_chosen_zone(
    rf: RequestFactory, settings: Settings, chosen: str, shown: str
) -> None:
    settings.TIME_ZONE = "UTC"
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = rf.get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a session"
    request.user = User(name="bob", timezone=chosen)
    own_time_zone(view)(request)

    assert seen == [shown]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    ("path", "path_info"),
    [
        ("/rt", "/"),
        ("/rt/", "/"),
        ("/rt/ticket/1", "/ticket/1"),
        ("//rt/ticket/1", "/ticket/1"),
        ("/ticket/1", "/ticket/1"),
        ("/rtx", "/rtx"),
    ],
)
def test_prefix_is_taken_off_once(path: str, path_info: str) -> None:
    seen: dict[str, object] = {}

    def inner(environ: dict[str, object], start_response: object) -> list[bytes]:
        seen.update(environ)
        return []

    below_prefix(inner, prefix="/rt")({"PATH_INFO": path}, lambda *_: None)  # type: ignore[arg-type]

    assert (seen["SCRIPT_NAME"], seen["PATH_INFO"]) == ("/rt", path_info)
