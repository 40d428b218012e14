"""The real programs, one prepared site for all of these tests, and their logs."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
import pytest
from redis import Redis

from tests.e2e import browser
from tests.e2e.site import Site, prepare
from tests.requirements import own_redis_server, postgresql_server

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

LOG_LINES = 120
running: list[Site] = []

# The mail server of the tests would bury the programs' logs.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests together: they share a running site."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.serve)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Show the last lines of the programs' logs with a failure."""
    report = yield
    if report.failed:
        for site in running:
            for name, text in site.logs(lines=LOG_LINES).items():
                report.sections.append((name, text))
    return report


@pytest.fixture(scope="session")
def prepared_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a DATA_DIR with people in it, to be copied."""
    if sys.platform != "linux":
        pytest.skip("looks at processes in /proc")
    return prepare(tmp_path_factory.mktemp("e2e-prepared") / "data")


@pytest.fixture(scope="session")
def site(
    prepared_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The help desk of ``make run``: SQLite, real worker, real beat, real SMTP."""
    made = Site.copy(prepared_site, tmp_path_factory.mktemp("e2e-site") / "data")
    running.append(made)
    try:
        made.sink.start()
        yield made.start()
    finally:
        running.remove(made)
        made.stop()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Return the URL of a PostgreSQL database of our own."""
    parts = urlsplit(postgresql_server())
    name = f"helpdesk_e2e_{uuid4().hex[:12]}"
    server = psycopg2.connect(postgresql_server())
    server.autocommit = True
    with closing(server), server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Return the URL of an empty Redis database that no other test process uses."""
    url = own_redis_server(above=True)
    with Redis.from_url(url) as server:
        server.flushdb()
        yield url
        server.flushdb()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for a module: its event loop must not be open under other tests."""
    with browser.started() as made:
        yield made


@pytest.fixture
def desk(chromium: Browser, site: Site) -> Iterator[browser.Desk]:
    """People at the browser on the shared site; nothing may go wrong in it."""
    yield from _watched(browser.Desk(chromium, site.url))


@pytest.fixture
def fresh_site(tmp_path: Path) -> Iterator[Site]:
    """A help desk on its first day: nobody has logged in yet."""
    made = Site(tmp_path / "data")
    running.append(made)
    try:
        made.sink.start()
        yield made.start()
    finally:
        running.remove(made)
        made.stop()


@pytest.fixture
def fresh_desk(chromium: Browser, fresh_site: Site) -> Iterator[browser.Desk]:
    """The same on the first day."""
    yield from _watched(browser.Desk(chromium, fresh_site.url))


@pytest.fixture
def own_site(prepared_site: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Return a maker of sites that a test may break; nothing of them is started."""
    made: list[Site] = []

    def make(**env: str) -> Site:
        made.append(Site.copy(prepared_site, tmp_path / f"site-{len(made)}", **env))
        running.append(made[-1])
        return made[-1]

    yield make
    for each in made:
        running.remove(each)
        each.stop()


def _watched(desk: browser.Desk) -> Iterator[browser.Desk]:
    yield desk
    desk.close()
    assert desk.troubles == []
