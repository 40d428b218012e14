"""``manage.py importtickets``: load tickets with their history from JSON Lines."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as AnyDatabaseError

from tickets.bulk import LineError, Report, import_lines

BAR_WIDTH = 30
REDRAW_SECONDS = 0.2
STANDARD_INPUT = "-"


class Command(BaseCommand):
    """Import queues, users, groups, custom fields and tickets, one object a line.

    Nothing is mailed and no scrip runs. A bad line stops the run and nothing of it is
    left, unless ``--continue`` is given.
    """

    help = (
        "Import tickets with their history from JSON Lines, see docs/bulk-format.md. "
        "Nothing is mailed and no scrip runs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what to do about bad lines."""
        parser.add_argument("file", help="a file of JSON Lines; - is standard input")
        parser.add_argument(
            "--continue",
            action="store_true",
            dest="keep_going",
            help="skip bad lines, list them, and exit with status 1",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and say how much there was and how fast it went."""
        started = time.monotonic()
        with _opened(options["file"]) as (source, size):
            bar = _Bar(self.stderr, size) if sys.stderr.isatty() else None
            try:
                report = import_lines(
                    source,
                    on_error=self._list if options["keep_going"] else None,
                    on_progress=bar.show if bar else None,
                )
            except LineError as error:
                raise CommandError(f"{error}\nNothing was imported.") from error
            except AnyDatabaseError as error:
                reason = " ".join(str(error).split())
                raise CommandError(f"{reason}\nNothing was imported.") from error
            except KeyboardInterrupt as error:
                raise CommandError("Stopped. Nothing was imported.") from error
            finally:
                if bar:
                    bar.clear()
        self._summarise(report, time.monotonic() - started)
        if report.bad_lines:
            sys.exit(1)

    def _list(self, error: LineError) -> None:
        self.stderr.write(str(error))

    def _summarise(self, report: Report, seconds: float) -> None:
        others = "".join(
            f", {number:,} {kind.replace('_', ' ')}{'' if number == 1 else 's'}"
            for kind, number in report.others.items()
        )
        self.stdout.write(
            f"{report.tickets:,} tickets with {report.transactions:,} transactions"
            f"{others} in {seconds:.1f} s "
            f"({report.tickets / max(seconds, 0.001):,.0f} tickets a second)."
        )
        if report.bad_lines:
            noun = "problem" if report.bad_lines == 1 else "problems"
            self.stdout.write(f"{report.bad_lines:,} {noun}, listed above.")


class _Bar:
    """A progress bar on a terminal; without a known size, a running count."""

    def __init__(self, out: Any, size: int) -> None:
        self._out = out
        self._size = size
        self._drawn_at = 0.0
        self._started = time.monotonic()

    def show(self, report: Report) -> None:
        """Redraw, but not too often."""
        now = time.monotonic()
        if now - self._drawn_at < REDRAW_SECONDS:
            return
        self._drawn_at = now
        rate = report.lines / max(now - self._started, 0.001)
        text = f"{report.lines:,} lines, {rate:,.0f} a second"
        if self._size:
            share = min(1.0, report.bytes / self._size)
            filled = int(share * BAR_WIDTH)
            text = f"[{'#' * filled:-<{BAR_WIDTH}}] {share:4.0%}  {text}"
        self._write(f"\r{text}\x1b[K")

    def clear(self) -> None:
        """Remove the bar."""
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        # Errors are red on this stream; this is none.
        self._out.write(text, style_func=str, ending="")
        self._out.flush()


@contextmanager
def _opened(name: str) -> Iterator[tuple[IO[bytes], int]]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer, 0
        return
    path = Path(name)
    try:
        source = path.open("rb")
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error
    with source:
        yield source, path.stat().st_size
