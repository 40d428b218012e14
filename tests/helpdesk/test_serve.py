"""``manage.py serve`` as a program: it starts, says what is wrong, and stops."""

from __future__ import annotations

import os
import signal
import socket
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from helpdesk.supervisor import children, roles
from tests.helpdesk.serving import is_running, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpdesk.serving import Serve

pytestmark = [pytest.mark.serve, pytest.mark.xdist_group("serve")]

PROCESSES = ["helpdesk-beat", "helpdesk-web", "helpdesk-web", "helpdesk-worker"]


def test_fresh_start_in_an_empty_directory(make_serve: Callable[..., Serve]) -> None:
    serve = make_serve(fresh=True).start_and_wait()

    assert sorted(serve.children().values()) == PROCESSES
    assert f"http://127.0.0.1:{serve.port}/" in serve.output()
    assert 'root, password "password"' in serve.output()
    assert "/REST/1.0/NoAuth/mail-gateway" in serve.output()
    assert (serve.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600
    wait_until(
        lambda: serve.get("/health/ready") == 200,
        seconds=15,
        what="beat, broker and worker get a task done",
    )


def test_second_start_says_already_running(make_serve: Callable[..., Serve]) -> None:
    serve = make_serve().start_and_wait()

    second = make_serve().run("serve")

    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "already running" in second.stderr
    assert serve.get("/health/live") == 200


def test_taken_port_is_said_in_one_line(make_serve: Callable[..., Serve]) -> None:
    serve = make_serve()
    with socket.create_server(("127.0.0.1", serve.port)):
        result = serve.run("serve")

    assert result.returncode == 1
    assert result.stderr.strip() == (
        f"helpdesk: cannot listen on 127.0.0.1 port {serve.port}: "
        "Address already in use"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_ends_every_process(
    make_serve: Callable[..., Serve], number: signal.Signals
) -> None:
    serve = make_serve().start_and_wait()
    started = serve.children()

    assert serve.stop(number) == 0

    assert not [pid for pid in started if is_running(pid)]
    assert serve.get("/health/live") == 0


@pytest.mark.parametrize("name", ["helpdesk-worker", "helpdesk-web", "helpdesk-beat"])
def test_dead_child_is_said_and_stops_the_rest(
    make_serve: Callable[..., Serve], name: str
) -> None:
    serve = make_serve().start_and_wait()
    started = serve.children()
    victim = serve.pid_of(name)

    os.kill(victim, signal.SIGKILL)

    assert serve.exit_code() == 1
    part = name.removeprefix("helpdesk-")
    assert (
        f"helpdesk: the {part} process ({victim}) was killed by SIGKILL; "
        "everything is stopped\n"
    ) in serve.output()
    assert not [pid for pid in started if is_running(pid)]


def test_killed_supervisor_takes_its_children_along(
    make_serve: Callable[..., Serve],
) -> None:
    serve = make_serve().start_and_wait()
    started = serve.children()

    serve.stop(signal.SIGKILL)

    wait_until(
        lambda: not [pid for pid in started if is_running(pid)],
        seconds=5,
        what="children end with the supervisor",
    )
    assert make_serve().start_and_wait().get("/health/live") == 200


def test_first_password_is_not_shown_to_the_network(
    make_serve: Callable[..., Serve],
) -> None:
    result = make_serve(HOST="0.0.0.0").run("serve")  # noqa: S104

    assert result.returncode == 1
    assert "while root has the first password" in result.stderr


def test_own_root_password_may_listen_everywhere(
    make_serve: Callable[..., Serve],
) -> None:
    serve = make_serve(
        fresh=True,
        HOST="0.0.0.0",  # noqa: S104
        ROOT_PASSWORD="correct horse battery staple",
        WEB_URL="http://localhost",
    )
    serve.start_and_wait()
    assert "root, with your password" in serve.output()


def test_web_path_is_a_prefix_for_pages_and_static_files(
    make_serve: Callable[..., Serve],
) -> None:
    serve = make_serve(WEB_PATH="rt/").start_and_wait()

    assert serve.get("/rt/health/live") == 200
    assert serve.get("//rt//health/live") == 200
    assert serve.get("/health/live") == 200  # a proxy that strips the prefix
    assert serve.get("/rt/static/admin/css/base.css") == 200
    assert serve.get("/rtx/health/live") == 404


def test_request_in_flight_is_answered_at_stop() -> None:
    begun, report_begun = os.pipe()

    def slow(environ: object, start_response: Callable[..., object]) -> list[bytes]:
        os.write(report_begun, b"!")
        time.sleep(0.5)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        web = children.start(partial(roles.web, slow, listener=listener), name="web")
        with socket.create_connection(listener.getsockname(), timeout=10) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            os.read(begun, 1)
            os.kill(web.pid, signal.SIGTERM)
            answer = b"".join(iter(lambda: client.recv(1000), b""))

    assert children.wait(web) == 0
    assert answer.endswith(b"done")


def test_unusable_data_dir_is_said_in_one_line(
    make_serve: Callable[..., Serve],
) -> None:
    serve = make_serve(DATA_DIR="/proc/nowhere", SECRET_KEY="0123456789" * 6)
    result = serve.run("serve")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "DATA_DIR /proc/nowhere cannot be used" in result.stderr
