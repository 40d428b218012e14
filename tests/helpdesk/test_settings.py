"""The settings as a new process sees them, for the environments people will have."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests.helpdesk.serving import ROOT, Serve

if TYPE_CHECKING:
    from pathlib import Path

PRINT = """
import json, sys
from helpdesk import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def load(data_dir: Path, *names: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRINT, *names],
        env=Serve(data_dir, env=env, port=8000).environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def values(data_dir: Path, *names: str, **env: str) -> dict[str, Any]:
    result = load(data_dir, *names, **env)
    assert result.returncode == 0, result.stderr
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def test_defaults_are_one_machine_without_servers(tmp_path: Path) -> None:
    found = values(
        tmp_path,
        *("DEBUG", "EMBEDDED", "WEB_URL", "CELERY_BROKER_URL", "MAIL_TRANSPORT"),
        *("CORRESPOND_ADDRESS", "COMMENT_ADDRESS", "ORGANIZATION"),
        *("SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS"),
    )
    assert found == {
        "DEBUG": False,
        "EMBEDDED": True,
        "WEB_URL": "http://127.0.0.1:8000",
        "CELERY_BROKER_URL": "djangodb://localhost",
        "MAIL_TRANSPORT": None,
        "CORRESPOND_ADDRESS": "rt@example.com",
        "COMMENT_ADDRESS": "rt-comment@example.com",
        "ORGANIZATION": "example.com",
        "SESSION_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": 0,
    }


def test_sqlite_takes_the_write_lock_first_and_logs_ahead(tmp_path: Path) -> None:
    options = values(tmp_path, "DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_rtname_names_everything_that_is_not_named(tmp_path: Path) -> None:
    found = values(
        tmp_path,
        *("ORGANIZATION", "CORRESPOND_ADDRESS", "COMMENT_ADDRESS"),
        RTNAME="desk.example.org",
        COMMENT_ADDRESS="notes@example.org",
    )
    assert found == {
        "ORGANIZATION": "desk.example.org",
        "CORRESPOND_ADDRESS": "rt@desk.example.org",
        "COMMENT_ADDRESS": "notes@example.org",
    }


def test_https_address_turns_on_what_https_needs(tmp_path: Path) -> None:
    found = values(
        tmp_path,
        *("WEB_PATH", "STATIC_URL", "SESSION_COOKIE_PATH", "ALLOWED_HOSTS"),
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"),
        *("SECURE_HSTS_SECONDS", "CSRF_TRUSTED_ORIGINS"),
        WEB_URL="https://desk.example.com/rt/",
    )
    assert found["WEB_PATH"] == "/rt"
    assert found["STATIC_URL"] == "/rt/static/"
    assert found["SESSION_COOKIE_PATH"] == "/rt/"
    assert "desk.example.com" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://desk.example.com"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_servers_named_by_url(tmp_path: Path) -> None:
    found = values(
        tmp_path,
        *("DATABASES", "CACHES", "CELERY_BROKER_URL", "SESSION_ENGINE", "EMBEDDED"),
        DATABASE_URL="postgres://me@db.example/desk",
        REDIS_URL="redis://cache.example:6379/1",
    )
    assert found["EMBEDDED"] is False
    assert found["DATABASES"]["default"]["CONN_MAX_AGE"] == 60
    assert found["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert found["CACHES"]["default"]["LOCATION"] == "redis://cache.example:6379/1"
    assert found["CELERY_BROKER_URL"] == "redis://cache.example:6379/1"
    assert found["SESSION_ENGINE"].endswith("cached_db")


def test_generated_key_stays_the_same(tmp_path: Path) -> None:
    first = values(tmp_path, "SECRET_KEY")
    assert values(tmp_path, "SECRET_KEY") == first
    assert values(tmp_path, "SECRET_KEY", SECRET_KEY="own") == {"SECRET_KEY": "own"}


def test_attachments_may_live_elsewhere(tmp_path: Path) -> None:
    found = values(
        tmp_path,
        "STORAGES",
        STORAGE_BACKEND="storages.backends.s3.S3Storage",
        STORAGE_OPTIONS='{"bucket_name": "desk"}',
    )
    assert found["STORAGES"]["default"] == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": "desk"},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "oracle://x"),
        ("EMAIL_URL", "pigeon://x"),
        ("SCRIPS_WAIT", "-1"),
    ],
)
def test_wrong_value_is_said_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    result = Serve(tmp_path, env={name: value}).run("serve")
    assert result.returncode == 1
    assert result.stderr.startswith("helpdesk: ")
    assert result.stderr.count("\n") == 1
    assert name in result.stderr


def test_version_is_the_one_of_the_package() -> None:
    assert (
        f'\nversion = "{settings.VERSION}"\n' in (ROOT / "pyproject.toml").read_text()
    )


def test_every_variable_is_in_the_operations_table() -> None:
    source = (ROOT / "helpdesk" / "settings.py").read_text()
    table = (ROOT / "docs" / "operations.md").read_text()
    names = set(re.findall(r'env_\w+\(\s*"([A-Z_]+)"', source))
    assert len(names) > 20
    assert not {name for name in names if f"`{name}`" not in table}
