"""Real workers: killed ones lose nothing, and production's set of parts works."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.helpdesk.serving import ROOT, free_port, is_running, wait_until
from tests.requirements import own_redis_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.helpdesk.serving import Serve

pytestmark = [pytest.mark.serve, pytest.mark.xdist_group("serve")]

TASKS = 60
SECRET_KEY = "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"
SEND = """
from tests.helpdesk.slow_tasks import note
for number in range({count}): note.delay(number=number, file={file!r})
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the environment for one database after the other."""
    if request.param == "sqlite":
        return {}
    return {
        "DATABASE_URL": request.getfixturevalue("postgresql_url"),
        "SECRET_KEY": SECRET_KEY,
    }


def is_ready(serve: Serve) -> bool:
    return serve.get("/health/ready") == 200


def done(file: Path) -> set[str]:
    return set(file.read_text().split()) if file.exists() else set()


def test_killed_worker_loses_no_task(
    make_serve: Callable[..., Serve], database: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "notes"
    serve = make_serve(
        DJANGO_SETTINGS_MODULE="tests.helpdesk.slow_settings",
        PYTHONPATH=str(ROOT),
        **database,
    ).start_and_wait()
    send = SEND.format(count=TASKS, file=str(file))
    assert serve.run("shell", "--no-imports", "-c", send).returncode == 0
    wait_until(lambda: len(done(file)) >= 8, seconds=20, what="some tasks are done")

    os.kill(serve.pid_of("helpdesk-worker"), signal.SIGKILL)

    assert serve.exit_code() == 1
    assert 8 <= len(done(file)) < TASKS
    serve.start_and_wait()
    wait_until(
        lambda: len(done(file)) == TASKS,
        seconds=30,
        what="the tasks of the killed worker run after the next start",
    )


def test_parts_of_production_work_together(
    make_serve: Callable[..., Serve], postgresql_url: str, redis_url: str
) -> None:
    """The set of docker-compose.yml: prepare, then web and worker twice, one beat."""
    env = {
        "DATABASE_URL": postgresql_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET_KEY,
        "ROOT_PASSWORD": "correct horse battery staple",
        "WEB_URL": "https://desk.example.com",
        "WEB_PROCESSES": "1",
        "WORKER_CONCURRENCY": "1",
    }
    prepared = make_serve(**env).run("serve", "--prepare")
    assert prepared.returncode == 0, prepared.stderr

    parts = [
        make_serve(**env).start(option) for option in ("--worker", "--worker", "--beat")
    ]
    webs = []
    for _ in range(2):
        web = make_serve(**env)
        web.port = free_port()
        webs.append(web.start_and_wait("--web"))
    for web in webs:
        wait_until(
            partial(is_ready, web),
            seconds=20,
            what="beat, Redis and a worker get a task done",
        )

    running = [pid for part in (*parts, *webs) for pid in part.children()]
    assert len(running) == 5
    for part in (*parts, *webs):
        assert part.stop(signal.SIGTERM) == 0
    assert not [pid for pid in running if is_running(pid)]


def test_deployment_checks_are_clean(
    make_serve: Callable[..., Serve], postgresql_url: str
) -> None:
    result = make_serve(
        DATABASE_URL=postgresql_url,
        REDIS_URL=own_redis_server(above=False),
        SECRET_KEY=SECRET_KEY,
        WEB_URL="https://desk.example.com",
        EMAIL_URL="smtp+tls://user:password@mail.example.com:587",
    ).run("check", "--deploy")

    assert result.returncode == 0
    assert "no issues" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is weak"),
        ({"ALLOWED_HOSTS": "*"}, "lets any host name in"),
        ({"DEBUG": "yes", "HOST": "0.0.0.0"}, "DEBUG is on"),  # noqa: S104
        ({"REDIS_URL": "amqp://localhost"}, "REDIS_URL must start with redis://"),
    ],
)
def test_weak_production_settings_are_refused(
    make_serve: Callable[..., Serve], env: dict[str, str], message: str
) -> None:
    serve = make_serve(
        **{
            # Refused before anybody asks whether this server exists.
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "SECRET_KEY": SECRET_KEY,
        }
        | env
    )

    result = serve.run("serve")

    assert result.returncode == 1
    assert message in result.stderr


def test_unreachable_database_is_said_in_one_line(
    make_serve: Callable[..., Serve],
) -> None:
    result = make_serve(
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none", SECRET_KEY=SECRET_KEY
    ).run("serve", "--worker")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("helpdesk: the database cannot")
