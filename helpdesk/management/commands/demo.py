"""``manage.py demo``: fill a site with a believable example."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.demo import player
from helpdesk.demo.people import STAFF
from helpdesk.supervisor.prepare import is_loopback
from tickets.bulk import LineError

WELL_KNOWN_PASSWORD = "example desk"  # noqa: S105 - printed, and for loopback only


class Command(BaseCommand):
    """Add five queues, their staff and sixty tickets of a network operations centre.

    A second run adds nothing. Nothing is mailed. Where other machines can reach the
    help desk the password is a random one.
    """

    help = "Fill the help desk with an example: queues, people, sixty tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the password."""
        parser.add_argument("--password", help="of everybody in the example's staff")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the example and say how to log in."""
        if player.is_there():
            self.stdout.write("The example is there already; nothing was added.")
            return
        password = options["password"] or _password()
        try:
            report = player.play(password=password)
        except LineError as error:
            raise CommandError(f"The example was not added: {error}") from error
        names = ", ".join(person.name for person in STAFF)
        self.stdout.write(
            f"The example is there: {report.tickets} tickets with "
            f"{report.transactions} transactions.\n"
            f"Log in as one of {names};\nthe password is '{password}'."
        )


def _password() -> str:
    if is_loopback(settings.HOST):
        return WELL_KNOWN_PASSWORD
    return secrets.token_urlsafe(9)
