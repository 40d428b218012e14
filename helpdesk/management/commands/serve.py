"""``manage.py serve``: run the help desk, or one part of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from helpdesk.supervisor import supervise

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Start web, worker and beat, or only the parts that are named.

    Without a part this is the whole installation: it prepares database and first data,
    and refuses to run twice on one DATA_DIR. With parts (production) it prepares
    nothing: run ``serve --prepare`` once before them.
    """

    help = "Run the help desk: web, worker and beat. Ctrl-C stops all of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare one option for each part and for the one-shot step."""
        parser.add_argument("--web", action="store_true", help="only the web processes")
        parser.add_argument("--worker", action="store_true", help="only a worker")
        parser.add_argument("--beat", action="store_true", help="only the clock")
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="bring tables, first data and static files up to date, then end",
        )
        parser.add_argument(
            "--demo", action="store_true", help="fill an empty database with examples"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped; say in one line what went wrong, if anything."""
        parts = {part: options[part] for part in ("web", "worker", "beat")}
        if not any(parts.values()):
            parts = dict.fromkeys(parts, True)
        try:
            self._refuse_weak_settings()
            if options["prepare"]:
                supervise.prepare_only(demo=options["demo"])
            else:
                supervise.run(supervise.Plan(**parts, demo=options["demo"]))
        except CommandError as error:
            self.stderr.write(f"helpdesk: {error}")
            sys.exit(1)

    def _refuse_weak_settings(self) -> None:
        """Run the deployment checks too, where this is a deployment."""
        if not settings.EMBEDDED:
            self.check(include_deployment_checks=True)
