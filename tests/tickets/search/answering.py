"""The same tickets in a second database, in a process that answers queries.

Run as a program it makes a test database of its own on `DATABASE_URL`, loads the world
of the tests, and answers each line of its input with the ids found.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
Answer = list[int] | str


class OtherDatabase:
    """A process with a database of the other kind."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.tickets.search.answering"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "DATA_DIR": str(data_dir)},
        )

    def answer(self, query: str, *, person: str) -> Answer:
        """Return the ids found there, or that the query was refused."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([query, person]) + "\n")
        self._process.stdin.flush()
        found: Answer = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        """Have the process remove its database and end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def answer(query: str, *, person: str) -> Answer:
    """Return the ids a person finds, or that the query is refused."""
    from accounts.models import User
    from tests.tickets.search.conftest import NOW
    from tickets.search import TicketSQLError, search

    try:
        found = search(query, user=User.objects.get(name=person), now=NOW)
        return [ticket.pk for ticket in found]
    except TicketSQLError as error:
        return error.code or "refused"


def main() -> None:
    """Make a database, answer until the input ends, and remove the database."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.tickets.search.conftest import load_world

    settings: dict[str, Any] = connection.settings_dict
    settings["TEST"]["NAME"] = f"test_answering_{os.getpid()}"
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(Path(os.environ["DATA_DIR"]) / "other.sqlite3")
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        call_command("seed", verbosity=0)
        load_world()
        for line in sys.stdin:
            query, person = json.loads(line)
            print(json.dumps(answer(query, person=person)), flush=True)  # noqa: T201
    finally:
        connection.creation.destroy_test_db(settings["NAME"], verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    main()
