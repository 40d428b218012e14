"""The supervisor: start what was asked for, watch it, stop all of it together."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import CommandError
from django.core.wsgi import get_wsgi_application

from accounts.defaults import ROOT_PASSWORD, default_password_stands
from helpdesk.prefix import below_prefix
from helpdesk.supervisor import children, lock, prepare, roles

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# A child that has not ended after this long is killed.
STOP_SECONDS = 12.0
BACKLOG = 256
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MAIL_GATEWAY = "/REST/1.0/NoAuth/mail-gateway"
# Exit code of the preparing child that says: root still has the first password.
_FIRST_PASSWORD = 10


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which processes to run here. All of them is the embedded default."""

    web: bool
    worker: bool
    beat: bool
    demo: bool = False

    @property
    def is_whole(self) -> bool:
        """Say whether this is the only ``serve`` of the installation."""
        return self.web and self.worker and self.beat


class Stopped(Exception):
    """Ctrl-C or SIGTERM: the wish to end, not an error."""


def run(plan: Plan) -> None:
    """Run the planned processes until one of them dies or a signal says stop.

    Raises CommandError with one line when it cannot start or a process has died.
    """
    running: list[children.Child] = []
    for number in SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as held:
            if plan.is_whole:
                held.callback(os.close, lock.hold(settings.DATA_DIR))
            listener = held.enter_context(closing(_bound())) if plan.web else None
            has_first_password = _prepared(plan, running)
            _start(plan, running, listener=listener)
            _announce(plan, has_first_password=has_first_password)
            _watch(running)
    except Stopped:
        return
    finally:
        # A second Ctrl-C must not leave anything behind.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        children.stop(running, seconds=STOP_SECONDS)


def prepare_only(*, demo: bool) -> None:
    """Prepare database and files and return: for a deployment's one-shot step."""
    prepare.database(demo=demo)
    prepare.static_files()


def _bound() -> socket.socket:
    """Take the port before anything else is done, and say so if it is taken."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.HOST, settings.PORT))
        # Two sockets can share a port until one of them listens, so listen now.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        msg = (
            f"cannot listen on {settings.HOST} port {settings.PORT}: "
            f"{error.strerror or error}"
        )
        raise CommandError(msg) from error
    return listener


def _prepared(plan: Plan, running: list[children.Child]) -> bool:
    """Prepare in a child; return whether root still has the first password."""

    def main() -> int:
        try:
            return _prepare(plan)
        except CommandError as error:
            sys.stderr.write(f"helpdesk: {error}\n")
            return 1

    child = children.start(main, name="prepare")
    running.append(child)
    code = children.wait(child)
    running.remove(child)
    if code not in {0, _FIRST_PASSWORD}:
        sys.exit(1)  # it has said why
    return code == _FIRST_PASSWORD


def _prepare(plan: Plan) -> int:
    if plan.is_whole:
        prepare.database(demo=plan.demo)
        prepare.broker()
        prepare.static_files()
    else:
        prepare.require_database()
        if prepare.has_open_migrations():
            msg = "the tables are not up to date: run `manage.py serve --prepare`"
            raise CommandError(msg)
    if not plan.web:
        return 0
    prepare.refuse_strangers(settings.HOST)
    return _FIRST_PASSWORD if default_password_stands() else 0


def _start(
    plan: Plan, running: list[children.Child], *, listener: socket.socket | None
) -> None:
    mains: list[tuple[str, Callable[[], int]]] = []
    if plan.worker:
        mains.append(("worker", roles.worker))
    if plan.beat:
        mains.append(("beat", roles.beat))
    if listener is not None:
        application = below_prefix(get_wsgi_application(), prefix=settings.WEB_PATH)
        web = partial(roles.web, application, listener=listener)
        mains.extend(("web", web) for _ in range(settings.WEB_PROCESSES))
    gc.collect()
    gc.freeze()  # what the children share stays shared
    for name, main in mains:
        running.append(children.start(main, name=name))


def _announce(plan: Plan, *, has_first_password: bool) -> None:
    if not plan.web:
        return
    lines = [f"Help desk     {settings.WEB_URL}/"]
    if plan.is_whole:
        password = (
            f'password "{ROOT_PASSWORD}", to be changed at first login'
            if has_first_password
            else "with your password"
        )
        lines.append(f"Login         root, {password}")
    lines.append(f"Mail gateway  {settings.WEB_URL}{MAIL_GATEWAY}")
    lines.append(f"              rt-mailgate --url {settings.WEB_URL} --queue General")
    if plan.is_whole:
        lines.append(f"Data          {settings.DATA_DIR}")
    lines.append("Stop          Ctrl-C")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _watch(running: list[children.Child]) -> None:
    """Wait until a child ends, which none should, and raise what it was."""
    while True:
        pid, status = os.wait()
        for child in running:
            if child.pid != pid:
                continue  # an orphan, when this is the first process of a container
            running.remove(child)
            how = children.describe_end(os.waitstatus_to_exitcode(status))
            msg = f"the {child.name} process ({pid}) {how}; everything is stopped"
            raise CommandError(msg)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped
