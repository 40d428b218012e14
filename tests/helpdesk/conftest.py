"""Real programs for these tests: prepared data, and a server that always ends."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.helpdesk.serving import Serve
from tests.requirements import leave_out, own_redis_server, postgresql_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a DATA_DIR with tables, first data and static files, to be copied."""
    if sys.platform != "linux":
        pytest.skip("looks at processes in /proc")
    data_dir = tmp_path_factory.mktemp("prepared") / "data"
    result = Serve(data_dir).run("serve", "--prepare")
    assert result.returncode == 0, result.stderr
    return data_dir


@pytest.fixture
def make_serve(prepared_data: Path, tmp_path: Path) -> Iterator[Callable[..., Serve]]:
    """Return a maker of servers on a copy of the prepared data."""
    made: list[Serve] = []

    def make(*, fresh: bool = False, **env: str) -> Serve:
        data_dir = tmp_path / "data"
        if not fresh and not data_dir.exists():
            shutil.copytree(prepared_data, data_dir)
        serve = Serve(data_dir, env=env)
        made.append(serve)
        return serve

    yield make
    for serve in made:
        serve.clean_up()


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database; skip when there is no server."""
    parts = urlsplit(postgresql_server())
    try:
        server = psycopg2.connect(postgresql_server(), connect_timeout=3)
    except psycopg2.OperationalError:
        leave_out("a PostgreSQL server")
    server.autocommit = True
    name = f"helpdesk_test_{uuid4().hex[:12]}"
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(parts._replace(path=f"/{name}"))
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture
def redis_url() -> str:
    """Return the URL of an empty Redis database; skip when there is no server."""
    url = own_redis_server(above=False)
    try:
        Redis.from_url(url).flushdb()
    except RedisConnectionError:
        leave_out("a Redis server")
    return url
