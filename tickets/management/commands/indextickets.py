"""``manage.py indextickets``: fill the full-text index."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tickets.search.fulltext_backlog import Progress, index_backlog, start_again

REDRAW_SECONDS = 0.5


class Command(BaseCommand):
    """Index what was there before the index, or everything anew.

    May be stopped and started again at any time, and while the site is in use.
    """

    help = (
        "Index the texts of tickets that the full-text index does not hold yet. "
        "Stopped, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare how to begin anew."""
        parser.add_argument(
            "--again",
            action="store_true",
            help="index every ticket anew; searches use the old index meanwhile",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until nothing waits, and say how much it was."""
        started = shown = time.monotonic()
        if options["again"]:
            start_again()
        last: Progress | None = None
        try:
            for last in index_backlog():
                if time.monotonic() - shown >= REDRAW_SECONDS:
                    shown = time.monotonic()
                    self._show(last, shown - started)
        except KeyboardInterrupt:
            self.stderr.write("\nStopped. Start it again to go on from here.")
            sys.exit(1)
        if last is None:
            self.stdout.write("The full-text index is complete.")
            return
        seconds = max(time.monotonic() - started, 0.001)
        self.stdout.write(
            f"{last.tickets:,} tickets with {last.texts:,} texts indexed in "
            f"{seconds:.1f} s ({last.tickets / seconds:,.0f} tickets a second)."
        )

    def _show(self, progress: Progress, seconds: float) -> None:
        last = max(progress.last_ticket, progress.ticket, 1)
        share = progress.ticket / last
        left = (last - progress.ticket) * seconds / max(progress.tickets, 1)
        text = f"{share:4.0%}  {progress.tickets:,} tickets, {left:,.0f} s left"
        ending = "\x1b[K" if sys.stderr.isatty() else "\n"
        start = "\r" if sys.stderr.isatty() else ""
        self.stderr.write(f"{start}{text}", style_func=str, ending=ending)
        self.stderr.flush()
