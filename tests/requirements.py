"""What some tests need besides Python: found, or left out by name.

A marker stands for each. Where the thing is missing its tests are skipped with a reason
that names it, and a line at the end of the run repeats the names. ``REQUIRE_ALL=1``
turns such a skip into a failure.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from redis import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEFT_OUT = "left out: "
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


def postgresql_server() -> str:
    """Return the URL of the server that test databases are made on."""
    default = "postgres://root@127.0.0.1:5432/postgres"
    return os.environ.get("TEST_POSTGRES_URL") or default


def redis_server() -> str:
    """Return the URL of a Redis database that tests may empty."""
    return os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/12"


def own_redis_server(*, above: bool) -> str:
    """Return a Redis database that no other test process empties.

    Sites that live for the whole run take the numbers above ``redis_server``, single
    tests those below.
    """
    parts = urlsplit(redis_server())
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    step = 1 + worker if above else -1 - worker
    number = int(parts.path.strip("/") or 0) + step
    return urlunsplit(parts._replace(path=f"/{number}"))


def chromium() -> str:
    """Return the path of the browser, empty when there is none."""
    wanted = os.environ.get("CHROMIUM")
    names = (wanted,) if wanted else CHROMIUM
    return next((path for name in names if (path := shutil.which(name))), "")


def rt_mailgate() -> str:
    """Return the path of RT's mail client, empty when there is none."""
    return shutil.which("rt-mailgate") or ""


@dataclass(frozen=True)
class Requirement:
    """A thing by the name people know it, and how it is looked for."""

    name: str
    is_there: Callable[[], bool]


@cache
def _postgresql_answers() -> bool:
    try:
        psycopg2.connect(postgresql_server(), connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


@cache
def _redis_answers() -> bool:
    with Redis.from_url(redis_server(), socket_connect_timeout=3) as server:
        try:
            return bool(server.ping())
        except RedisError:
            return False


REQUIREMENTS = {
    "browser": Requirement("Chromium", lambda: bool(chromium())),
    "postgresql": Requirement("a PostgreSQL server", _postgresql_answers),
    "redis": Requirement("a Redis server", _redis_answers),
    "rt_clients": Requirement(
        "rt-mailgate (Debian: rt5-clients)", lambda: bool(rt_mailgate())
    ),
}


def require(item: pytest.Item) -> None:
    """Leave a test out, or fail it, if something it is marked with is missing."""
    missing = [
        requirement.name
        for marker, requirement in REQUIREMENTS.items()
        if item.get_closest_marker(marker) and not requirement.is_there()
    ]
    if missing:
        leave_out(", ".join(missing))


def leave_out(names: str) -> NoReturn:
    """Skip the running test for want of something, or fail it with REQUIRE_ALL."""
    reason = LEFT_OUT + names
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(f"{reason} (REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(reason)


def summary(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """Return a line for each thing that was missing, with the number of its tests."""
    counts: dict[str, int] = {}
    for report in skipped:
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _, found, names = text.partition(LEFT_OUT)
        for name in names.split(", ") if found else ():
            counts[name] = counts.get(name, 0) + 1
    return [
        f"{name}: {count} test{'' if count == 1 else 's'}"
        for name, count in sorted(counts.items())
    ]
