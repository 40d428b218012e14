"""Starting child processes that cannot outlive us, and stopping them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# What prctl(2) calls these.
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


@dataclass(frozen=True, kw_only=True)
class Child:
    """One process we started."""

    name: str
    pid: int


def start(main: Callable[[], int], *, name: str) -> Child:
    """Fork and run ``main`` in the child, whose exit code is what ``main`` returns.

    A fork, not a new interpreter: everything is imported already, which makes the
    start quick and lets the processes share that memory.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Child(name=name, pid=pid)
    code = 1
    try:
        _become_child(parent=parent, name=name)
        code = main()
    except SystemExit as leaving:
        code = (
            leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
        )
    except KeyboardInterrupt:
        code = 130
    except BaseException:  # noqa: BLE001 - the fork must not return into the caller
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Threads that are not daemons, and what libraries do at exit, ran in main.
        os._exit(code)


def end_with_parent(*, parent: int) -> None:
    """Have this process killed when its parent ends, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)
    else:
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def wait(child: Child) -> int:
    """Wait for the end of one child and return its exit code, negative for signals."""
    return os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])


def describe_end(code: int) -> str:
    """Say in words what an exit code means."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}" if code else "ended by itself"


def stop(children: list[Child], *, seconds: float) -> None:
    """End all children: politely first, by SIGKILL for those that take longer."""
    _signal(children, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    running = list(children)
    while running and time.monotonic() < deadline:
        running = [child for child in running if not _has_ended(child)]
        time.sleep(0.02 if running else 0)
    _signal(running, signal.SIGKILL)
    for child in running:
        _reap(child)


def _become_child(*, parent: int, name: str) -> None:
    # Ctrl-C reaches the whole foreground group; only the supervisor shall act on it.
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    end_with_parent(parent=parent)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, f"helpdesk-{name}"[:15].encode())


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)


def _signal(children: list[Child], number: signal.Signals) -> None:
    for child in children:
        try:
            os.kill(child.pid, number)
        except ProcessLookupError:
            continue


def _has_ended(child: Child) -> bool:
    try:
        return os.waitpid(child.pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _reap(child: Child) -> None:
    try:
        os.waitpid(child.pid, 0)
    except ChildProcessError:
        return
