"""Kills a worker at a chosen line; runs inside ``manage.py shell`` of a site.

Each kill is a real SIGKILL of a real process on a real database. The worker is a fork
that does what a web process and a worker do, one after the other, in one thread.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connections
from django.db.models import F
from kombu.exceptions import OperationalError

from helpdesk.broker.models import release_reservations
from helpdesk.celery import app
from mail import gateway
from mail.models import IncomingMail, OutgoingMail
from tests.e2e.letters import Letter
from tickets.models import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "helpdesk", "mail", "queues", "scrips", "tickets")
FOLDERS = tuple(f"{ROOT / package}{os.sep}" for package in PACKAGES)
SEAMS = (
    "mail/gateway.py",
    "mail/delivery.py",
    "mail/rings.py",
    "scrips/engine.py",
    "scrips/receivers.py",
    "tickets/signals.py",
    "tickets/commands/_record.py",
)
SWEEPS = ("mail.tasks.sweep", "scrips.tasks.sweep")
Line = tuple[str, int]


def main(folder: str, *, everywhere: bool) -> None:
    """Find the lines of the path; kill at a sample of them, or at each.

    Writes a line for each kill: where it was, and which mail was on its way.
    """
    log = Path(folder)
    app.loader.import_default_modules()
    app.finalize()
    # Once before, so that the forks find everything imported and compiled.
    _path(Letter(), log / "warm")
    _path(Letter(), log / "warm", note_lines=log / "lines")
    lines: list[Line] = [(f, n) for f, n in json.loads((log / "lines").read_text())]
    for number, line in enumerate(lines if everywhere else _sample(lines)):
        letter = Letter(subject=f"Kill {number}")
        acknowledged = log / f"acknowledged-{number}"
        was_killed = _fork(lambda: _path(letter, acknowledged, kill_at=line))  # noqa: B023
        _fork(lambda: _recover(letter, acknowledged))  # noqa: B023
        report = {
            "place": f"{Path(line[0]).relative_to(ROOT)}:{line[1]}",
            "was_killed": was_killed,
            "message_id": letter.message_id,
            "subject": letter.subject,
            "sender": letter.sender,
        }
        with (log / "kills").open("a") as file:
            file.write(json.dumps(report) + "\n")


def _sample(lines: list[Line]) -> list[Line]:
    """Return some lines: more of those between two database transactions."""
    seams = [line for line in lines if line[0].endswith(SEAMS)]
    others = [line for line in lines if not line[0].endswith(SEAMS)]
    return seams[:: len(seams) // 40] + others[:: len(others) // 15]


def _fork(do: Callable[[], None]) -> bool:
    """Do it in a process of its own; say whether that was killed."""
    connections.close_all()
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        if status and not os.WIFSIGNALED(status):
            sys.exit("a worker failed otherwise than by being killed")
        return os.WIFSIGNALED(status)
    code = 1
    try:
        do()
        code = 0
    except Exception:  # noqa: BLE001 - the fork must not return into the caller
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _path(
    letter: Letter,
    acknowledged: Path,
    *,
    kill_at: Line | None = None,
    note_lines: Path | None = None,
) -> None:
    """Take a mail and do everything that follows from it, under the tracer."""
    seen: dict[Line, None] = {}
    if kill_at or note_lines:
        sys.settrace(_tracer(seen, kill_at))
    gateway.receive(letter.raw, queue="General", action="correspond", source="test")
    acknowledged.touch()
    _work()
    sys.settrace(None)
    if note_lines is not None:
        note_lines.write_text(json.dumps(list(seen)))


def _recover(letter: Letter, acknowledged: Path) -> None:
    """Do what happens after a kill: the sender tries again, time passes, a restart."""
    if not acknowledged.exists():
        gateway.receive(letter.raw, queue="General", action="correspond", source="test")
    hour = timedelta(hours=1)
    IncomingMail.objects.update(
        received_at=F("received_at") - hour, retry_at=F("retry_at") - hour
    )
    OutgoingMail.objects.update(
        claimed_at=F("claimed_at") - hour, next_try_at=F("next_try_at") - hour
    )
    Transaction.objects.filter(scrips_done_at=None).update(created=F("created") - hour)
    release_reservations()
    for _ in range(2):
        for name in SWEEPS:
            app.send_task(name)
        _work()


def _work() -> None:
    """Run the waiting tasks and those they bring about."""
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        while True:
            try:
                message = queue.get_nowait()
            except (queue.Empty, OperationalError):
                return
            _args, kwargs, _embed = message.payload
            app.tasks[message.headers["task"]].apply(kwargs=kwargs, throw=True)
            message.ack()


def _tracer(seen: dict[Line, None], kill_at: Line | None) -> Any:
    """Return a trace function that notes lines of ours and kills at one of them."""

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(FOLDERS):
            return None
        if event == "line":
            line = (name, frame.f_lineno)
            if line == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            seen[line] = None
        return trace

    return trace
