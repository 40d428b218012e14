"""Error pages: the right status, the reason, and nothing typed is lost."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory

from helpdesk import errors, log_format

if TYPE_CHECKING:
    from django.http import HttpRequest

pytestmark = pytest.mark.django_db

LETTER = "Dear helpdesk,\n\nthe router <b>in</b> room 5 is down.\n"


@pytest.fixture
def request_(rf: RequestFactory, client: Client) -> HttpRequest:
    """Return a request as the middleware hands it on."""
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/somewhere")
    request.user = AnonymousUser()
    request.session = client.session
    return request


def test_unknown_page(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_denied_page_says_why(request_: HttpRequest) -> None:
    answer = errors.permission_denied(request_, PermissionDenied("Needs TakeTicket"))
    assert answer.status_code == 403
    assert "Needs TakeTicket" in answer.text


def test_bad_request_says_why(request_: HttpRequest) -> None:
    answer = errors.bad_request(request_, BadRequest("No queue was given"))
    assert answer.status_code == 400
    assert "No queue was given" in answer.text


def test_suspicious_request_learns_nothing(request_: HttpRequest) -> None:
    answer = errors.bad_request(request_, SuspiciousOperation("path is /srv/data"))
    assert answer.status_code == 400
    assert "/srv/data" not in answer.text


def test_server_error_names_the_log_line_and_needs_no_database(
    request_: HttpRequest, django_assert_num_queries: object
) -> None:
    token = log_format.request_id.set("feedbeef")
    try:
        with django_assert_num_queries(0):  # type: ignore[operator]
            answer = errors.server_error(request_)
    finally:
        log_format.request_id.reset(token)
    assert answer.status_code == 500
    assert "feedbeef" in answer.text


def post_without_token(origin: str) -> str:
    logging.getLogger("django.security.csrf").setLevel(logging.ERROR)
    answer = Client(enforce_csrf_checks=True).post(
        "/login/",
        {"content": LETTER, "new_password": "secret", "csrfmiddlewaretoken": "old"},
        headers={"Origin": origin},
    )
    assert answer.status_code == 403
    return answer.text


def test_expired_form_is_offered_again() -> None:
    page = post_without_token("http://testserver")
    assert "the router &lt;b&gt;in&lt;/b&gt; room 5 is down." in page
    assert "secret" not in page
    assert 'value="old"' not in page


def test_form_of_another_site_is_not_offered_again() -> None:
    assert "the router" not in post_without_token("https://evil.example")
