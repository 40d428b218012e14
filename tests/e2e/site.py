"""A whole help desk, started as people start it, with a mail server beside it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.utils import getaddresses
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg2
import psycopg2.extras

from tests.e2e import letters
from tests.e2e.people import PASSWORD
from tests.e2e.web import Web
from tests.helpdesk.serving import Serve, wait_until
from tests.mail.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from tests.e2e.letters import Letter
    from tests.mail.smtp_sink import Delivery

PATIENCE = 30.0
# Everything the product waits for: claims of dead workers, pauses before a new try.
TIMES = (
    ("mail_incomingmail", "received_at"),
    ("mail_incomingmail", "retry_at"),
    ("mail_outgoingmail", "created"),
    ("mail_outgoingmail", "claimed_at"),
    ("mail_outgoingmail", "next_try_at"),
    ("tickets_transaction", "created"),
    ("tickets_transaction", "scrips_retry_at"),
)
SETTLE = "from tests.e2e import people; people.settle()"
Row = dict[str, Any]


def prepare(data_dir: Path, env: dict[str, str] | None = None) -> Path:
    """Make tables, first data, static files and people; return the DATA_DIR."""
    serve = Serve(data_dir, env={"ROOT_PASSWORD": PASSWORD} | (env or {}))
    for command in (("serve", "--prepare"), ("shell", "--no-imports", "-c", SETTLE)):
        done = serve.run(*command)
        assert done.returncode == 0, done.stderr
    return data_dir


@dataclass
class Part(Serve):
    """One program of an installation, with a log of its own."""

    @property
    def log(self) -> Path:
        """Return the file with everything it printed."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        return self.data_dir / f"serve-{self.port}.log"


@dataclass
class Site:
    """One installation: the programs, their database and the mail that leaves it."""

    data_dir: Path
    env: dict[str, str] = field(default_factory=dict)
    sink: SmtpSink = field(default_factory=SmtpSink)
    parts: list[Serve] = field(default_factory=list)
    # Parsing is slow; each delivery is parsed once.
    _read: list[tuple[Delivery, EmailMessage]] = field(default_factory=list)

    @classmethod
    def copy(cls, prepared: Path, data_dir: Path, **env: str) -> Site:
        """Return a site on a copy of prepared data; nothing of it is started."""
        shutil.copytree(prepared, data_dir)
        return cls(data_dir, env=env)

    @cached_property
    def serve(self) -> Serve:
        """The program that is the whole of it."""
        return self.part()

    def part(self) -> Serve:
        """Return one more program of this installation, not started."""
        mail_server = {"EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}"}
        self.parts.append(Part(self.data_dir, env=mail_server | self.env))
        return self.parts[-1]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.serve.url("")

    def start(self) -> Site:
        """Start all of it and wait until it answers."""
        self.serve.start_and_wait()
        return self

    def stop(self) -> None:
        """End everything."""
        for part in self.parts:
            part.clean_up()
        self.sink.stop()

    def logs(self, *, lines: int) -> dict[str, str]:
        """Return the end of each program's log."""
        return {
            str(part.log): "\n".join(part.output().splitlines()[-lines:])
            for part in self.parts
        }

    def as_user(self, name: str, *, url: str = "") -> Web:
        """Return the browser of somebody who has logged in."""
        return Web(url or self.url).log_in(name, PASSWORD)

    # What is in its tables

    @contextmanager
    def database(self) -> Iterator[Any]:
        """Open a cursor on the database behind the product's back."""
        if url := self.env.get("DATABASE_URL"):
            factory = psycopg2.extras.RealDictCursor
            server = psycopg2.connect(url, cursor_factory=factory)
            with closing(server), server, server.cursor() as cursor:
                yield cursor
            return
        file = sqlite3.connect(self.data_dir / "helpdesk.sqlite3", timeout=20)
        file.row_factory = sqlite3.Row
        with closing(file), file:
            yield file.cursor()

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what a query finds; ``?`` stands for a value."""
        if "DATABASE_URL" in self.env:
            query = query.replace("%", "%%").replace("?", "%s")
        with self.database() as cursor:
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def row(self, query: str, *values: object) -> Row:
        """Return the one row a query finds."""
        (found,) = self.rows(query, *values)
        return found

    def count(self, table: str, where: str = "1 = 1", *values: object) -> int:
        """Return how many rows there are."""
        query = f"SELECT count(*) AS n FROM {table} WHERE {where}"  # noqa: S608
        return int(self.row(query, *values)["n"])

    def ticket(self, ticket_id: int) -> Row:
        """Return a ticket."""
        return self.row("SELECT * FROM tickets_ticket WHERE id = ?", ticket_id)

    def incoming(self, message_id: str) -> list[Row]:
        """Return what has been kept of a mail, a row for each time it came."""
        return self.rows(
            "SELECT * FROM mail_incomingmail WHERE message_id = ? ORDER BY id",
            message_id,
        )

    def blob(self, sha256: str) -> bytes:
        """Return stored bytes."""
        folder = self.data_dir / "media" / "blobs" / sha256[:2] / sha256[2:4]
        return (folder / sha256).read_bytes()

    def let_an_hour_pass(self) -> None:
        """Move everything the product waits for an hour into the past."""
        is_postgresql = "DATABASE_URL" in self.env
        for table, column in TIMES:
            earlier = f"datetime({column}, '-1 hour')"
            if is_postgresql:
                earlier = f"{column} - interval '1 hour'"
            # A transaction each, and only rows that wait: workers lock rows meanwhile.
            with self.database() as cursor:
                cursor.execute(f"UPDATE {table} SET {column} = {earlier}")  # noqa: S608

    # What happens

    def wait(
        self, condition: Callable[[], object], what: str, *, seconds: float = PATIENCE
    ) -> None:
        """Return when the condition holds; fail with what did not happen."""
        wait_until(condition, seconds=seconds, what=what)

    def concluded(self, message_id: str, *, times: int = 1) -> Row:
        """Wait until a mail that came so often is processed; return its last row."""

        def is_done() -> bool:
            states = [row["state"] for row in self.incoming(message_id)]
            return len(states) == times and "received" not in states

        self.wait(is_done, f"the mail {message_id} is processed")
        return self.incoming(message_id)[-1]

    def open_ticket(
        self, letter: Letter, door: Callable[..., int] = letters.by_http
    ) -> int:
        """Bring a mail, wait until it is settled, return the ticket it made."""
        assert door(self.url, letter.raw) == 0
        arrived = self.concluded(letter.message_id)
        assert arrived["state"] == "processed", arrived
        ticket_id = int(arrived["ticket_id"])
        self.settle(ticket_id)
        return ticket_id

    def settle(self, ticket_id: int) -> None:
        """Wait until scrips have run on a ticket and its mail is on its way."""
        pending = "ticket_id = ? AND scrips_done_at IS NULL"
        unsent = "ticket_id = ? AND state IN ('queued', 'sending')"
        self.wait(
            lambda: (
                not self.count("tickets_transaction", pending, ticket_id)
                and not self.count("mail_outgoingmail", unsent, ticket_id)
            ),
            f"ticket {ticket_id} is settled",
        )

    def settle_all(self) -> None:
        """Wait until nothing that has come in is waiting for a worker."""
        self.wait(
            lambda: (
                not self.count("mail_incomingmail", "state = 'received'")
                and not self.count("tickets_transaction", "scrips_done_at IS NULL")
                and not self.count(
                    "mail_outgoingmail", "state IN ('queued', 'sending')"
                )
            ),
            "everything is settled",
            seconds=60,
        )

    def mails(self, ticket_id: int, *, to: str = "") -> list[EmailMessage]:
        """Return the delivered mails with a ticket's tag, in order of arrival."""
        for delivery in self.sink.deliveries[len(self._read) :]:
            self._read.append((delivery, delivery.message))
        return [
            message
            for delivery, message in self._read
            if f"[example.com #{ticket_id}]" in str(message["Subject"])
            and (not to or to in delivery.recipients)
        ]

    def mail(self, ticket_id: int, *, to: str, subject: str = "") -> EmailMessage:
        """Wait for a delivered mail of a ticket to somebody and return the last."""

        def found() -> list[EmailMessage]:
            mails = self.mails(ticket_id, to=to)
            return [mail for mail in mails if subject in str(mail["Subject"])]

        self.wait(found, f"a mail of ticket {ticket_id} to {to}: {subject}")
        return found()[-1]


def addresses(header: object) -> list[str]:
    """Return the bare addresses of a header."""
    return [address for _, address in getaddresses([str(header or "")])]
