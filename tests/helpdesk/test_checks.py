"""System checks: one wrong setting, one message that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.checks import run_checks

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


def ids() -> set[str]:
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return {str(message.id) for message in found if str(message.id)[:8] == "helpdesk"}


@pytest.fixture(autouse=True)
def good_settings(settings: Settings) -> None:
    settings.SECRET_KEY = "0123456789abcdef" * 4
    settings.SECRET_KEY_IS_GENERATED = False
    settings.EMBEDDED = False
    settings.REDIS_URL = "redis://localhost"
    settings.MAIL_TRANSPORT = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.com",
    }


def test_good_settings_pass() -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "message_id"),
    [
        ("CORRESPOND_ADDRESS", "rt@localhost@", "helpdesk.E001"),
        ("OWNER_EMAIL", "", "helpdesk.E001"),
        ("COMMENT_ADDRESS", "RT@example.com", "helpdesk.E002"),
        ("WEB_URL", "desk.example.com", "helpdesk.E003"),
        ("WEB_URL", "ftp://desk.example.com", "helpdesk.E003"),
        ("WEB_PATH", "/rt", "helpdesk.E004"),
        ("REDIS_URL", "http://localhost", "helpdesk.E005"),
        ("SECRET_KEY", "x" * 80, "helpdesk.E007"),
        ("SECRET_KEY_IS_GENERATED", True, "helpdesk.E009"),
        ("ALLOWED_HOSTS", ["*"], "helpdesk.E010"),
        ("MAIL_TRANSPORT", None, "helpdesk.W001"),
        ("REDIS_URL", "", "helpdesk.W002"),
    ],
)
def test_wrong_setting(
    settings: Settings, name: str, value: Any, message_id: str
) -> None:
    settings.CORRESPOND_ADDRESS = "rt@example.com"
    setattr(settings, name, value)
    assert ids() == {message_id}


def test_mail_url_without_a_host(settings: Settings) -> None:
    settings.MAIL_TRANSPORT = {**settings.MAIL_TRANSPORT, "EMAIL_HOST": None}
    assert ids() == {"helpdesk.E006"}


def test_debug_beyond_this_machine(settings: Settings) -> None:
    settings.DEBUG = True
    assert ids() == set()
    settings.HOST = "0.0.0.0"  # noqa: S104
    assert ids() == {"helpdesk.E008"}
