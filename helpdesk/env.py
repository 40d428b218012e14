"""Typed readers of the environment. A value that cannot be read stops the start.

django-environ does the parsing. What is added here: values from ``X_FILE`` lose their
last newline, a flag that is neither true nor false is an error instead of false, and
secrets may start with ``$`` (django-environ takes that for another variable's name).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})

env = environ.FileAwareEnv()


def read_env_file(path: Path) -> None:
    """Read ``NAME=value`` lines; what the real environment says wins."""
    env.read_env(path, parse_comments=True)


def env_str(name: str, *, default: str = "") -> str:
    """Return a text value without blanks around it; an empty one counts as not set."""
    try:
        return str(env.ENVIRON[name]).strip() or default
    except KeyError:
        return default
    except OSError as error:
        msg = f"{name}_FILE cannot be read: {error}"
        raise ImproperlyConfigured(msg) from error


def env_bool(name: str, *, default: bool) -> bool:
    """Return a flag; anything but the usual words is an error."""
    value = env_str(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    msg = f"{name} must be true or false, not {value!r}"
    raise ImproperlyConfigured(msg)


def env_int(name: str, *, default: int, minimum: int = 0) -> int:
    """Return a whole number not below ``minimum``."""
    return int(_number(name, int, default=default, minimum=minimum))


def env_float(name: str, *, default: float, minimum: float = 0.0) -> float:
    """Return a number not below ``minimum``."""
    return float(_number(name, float, default=default, minimum=minimum))


def env_list(name: str, *, default: list[str]) -> list[str]:
    """Return comma-separated values; blanks around and empty ones are dropped."""
    value = env_str(name)
    if not value:
        return default
    return [part for part in (piece.strip() for piece in value.split(",")) if part]


def env_json(name: str) -> dict[str, Any]:
    """Return a JSON object, empty when the variable is not set."""
    if not env_str(name):
        return {}
    try:
        value = env.json(name)
    except ValueError as error:
        msg = f"{name} is not valid JSON: {error}"
        raise ImproperlyConfigured(msg) from error
    if not isinstance(value, dict):
        msg = f"{name} must be a JSON object"
        raise ImproperlyConfigured(msg)
    return value


def env_database(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's database dict for a URL: SQLite or PostgreSQL."""
    url = env_str(name, default=default)
    try:
        config: dict[str, Any] = dict(env.db_url_config(url))
    except ValueError as error:
        msg = f"{name} is not a database URL: {error}"
        raise ImproperlyConfigured(msg) from error
    if config.get("ENGINE") not in {
        "django.db.backends.sqlite3",
        "django.db.backends.postgresql",
    }:
        scheme = urlsplit(url).scheme
        msg = f"{name}: use sqlite:///path or postgres://…, not {scheme!r}"
        raise ImproperlyConfigured(msg)
    config.setdefault("OPTIONS", {})
    return config


def env_email(name: str) -> dict[str, Any] | None:
    """Return the ``EMAIL_*`` dict of a mail URL, or None when it is not set."""
    url = env_str(name)
    if not url:
        return None
    try:
        return dict(env.email_url_config(url))
    except (ImproperlyConfigured, ValueError) as error:
        msg = f"{name} cannot be used: {error}"
        raise ImproperlyConfigured(msg) from error


def env_url(name: str) -> str:
    """Return a web address without a slash at its end, or nothing when not set."""
    value = env_str(name).rstrip("/")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        msg = f"{name} is not a web address: {error}"
        raise ImproperlyConfigured(msg) from error
    return value


def env_prefix(name: str, *, default: str) -> str:
    """Return a URL prefix as ``/rt``: one slash in front, none behind, or empty."""
    value = env_str(name, default=default).strip("/")
    return f"/{value}" if value else ""


def stored_secret(path: Path) -> str:
    """Return the secret kept in ``path``; make it on the first call, for us only.

    Processes that start at the same moment agree, because the file appears complete
    and only once (a hard link fails when the name exists).
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        draft.write(secrets.token_urlsafe(64))
    try:
        os.link(draft.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft.name)
    return path.read_text().strip()


def _number(
    name: str, kind: type[int] | type[float], *, default: float, minimum: float
) -> float:
    value = env_str(name)
    if not value:
        return default
    try:
        number = kind(value)
    except ValueError as error:
        msg = f"{name} must be a number, not {value!r}"
        raise ImproperlyConfigured(msg) from error
    if number < minimum:
        msg = f"{name} must be at least {minimum}, not {number}"
        raise ImproperlyConfigured(msg)
    return number
