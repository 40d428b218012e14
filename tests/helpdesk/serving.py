"""Starts ``manage.py serve`` as a real program and looks at its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# What a developer may have set must not reach the programs under test.
CLEARED = (
    "DATABASE_URL",
    "DEBUG",
    "EMAIL_URL",
    "HOST",
    "REDIS_URL",
    "ROOT_PASSWORD",
    "SECRET_KEY",
    "WEB_PATH",
    "WEB_URL",
)


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Return when the condition holds; fail with ``what`` when time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds: {what}")
        time.sleep(0.05)


@dataclass
class Serve:
    """One ``manage.py serve`` with a DATA_DIR and a port of its own."""

    data_dir: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    def environment(self) -> dict[str, str]:
        """Return what the program gets to see."""
        inherited = {k: v for k, v in os.environ.items() if k not in CLEARED}
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port)}
        # An empty value counts as not set and wins over a developer's .env file.
        return inherited | dict.fromkeys(CLEARED, "") | own | self.env

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a management command."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *arguments: str) -> Serve:
        """Start it and return at once; output goes to ``serve.log``."""
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command("serve", *arguments),
                env=self.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return self

    def start_and_wait(self, *arguments: str) -> Serve:
        """Start it and return when it answers and its worker is ready."""
        self.start(*arguments)
        wait_until(
            lambda: self.get("/health/live") == 200, seconds=30, what=self.output()
        )
        return self

    def get(self, path: str) -> int:
        """Return the status of a GET, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url(path), timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def log(self) -> Path:
        """Return the file with everything it printed."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return self.data_dir / "serve.log"

    def output(self) -> str:
        """Return everything it has printed so far."""
        return self.log.read_text() if self.log.exists() else ""

    def children(self) -> dict[int, str]:
        """Return the processes it started, by process id: ``helpdesk-web`` ..."""
        assert self.process is not None
        return _children(self.process.pid)

    def pid_of(self, name: str) -> int:
        """Return the process id of one child."""
        return next(pid for pid, found in self.children().items() if found == name)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    def exit_code(self) -> int:
        """Wait for its own end and return the exit code."""
        assert self.process is not None
        return self.process.wait(timeout=30)

    def clean_up(self) -> None:
        """End it whatever state it is in; its children go with it."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait(timeout=10)


def is_running(pid: int) -> bool:
    """Say whether a process exists and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def peak_memory(pid: int) -> int:
    """Return the most memory a process has had at once, in bytes (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024


def _children(parent: int) -> dict[int, str]:
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        head, _, tail = stat.rpartition(")")
        if int(tail.split()[1]) == parent:
            found[int(entry.name)] = head.partition("(")[2]
    return found
