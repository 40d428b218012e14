"""SIGKILL between any two lines of the path of a mail: nothing lost, nothing doubled.

``KILL_EVERYWHERE=1`` kills at every single line (minutes); otherwise at a sample.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.site import Site

# Mails that nobody is killed over, to find the lines.
FIRST = 2
MODULES = ("mail/gateway.py", "mail/delivery.py", "scrips/engine.py")


def test_a_kill_at_any_line_loses_and_doubles_nothing(
    own_site: Callable[..., Site], tmp_path: Path
) -> None:
    site = own_site()
    site.sink.start()
    everywhere = bool(os.environ.get("KILL_EVERYWHERE"))
    call = f"dying.main({str(tmp_path)!r}, everywhere={everywhere})"

    done = subprocess.run(
        site.serve.command(
            "shell", "--no-imports", "-c", f"from tests.e2e import dying; {call}"
        ),
        env=site.serve.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    kills = [json.loads(line) for line in (tmp_path / "kills").read_text().splitlines()]
    assert len(kills) >= 50
    # A few lines depend on the time of day.
    assert sum(kill["was_killed"] for kill in kills) > 0.9 * len(kills)
    for module in MODULES:
        assert any(module in kill["place"] for kill in kills)
    wrong = {kill["place"]: found for kill in kills if (found := faults(site, kill))}
    assert wrong == {}
    assert site.count("tickets_ticket") == len(kills) + FIRST
    assert not site.count("tickets_transaction", "scrips_done_at IS NULL")
    assert site.count("mail_outgoingmail") == 2 * (len(kills) + FIRST)
    assert not site.count("mail_outgoingmail", "state <> 'sent'")


def faults(site: Site, kill: dict[str, str]) -> list[str]:
    """Return what is wrong after a kill and the recovery from it."""
    rows = site.incoming(kill["message_id"])
    states = sorted(row["state"] for row in rows)
    if states not in (["processed"], ["duplicate", "processed"]):
        return [f"the mail is {states}"]
    (ticket_id,) = {row["ticket_id"] for row in rows}
    found = []
    tickets = site.count("tickets_ticket", "subject = ?", kill["subject"])
    if tickets != 1:
        found.append(f"{tickets} tickets")
    for who in (kill["sender"], "bob@staff.example", "carol@staff.example"):
        ids = {mail["Message-ID"] for mail in site.mails(ticket_id, to=who)}
        if len(ids) != 1:
            found.append(f"{len(ids)} different mails to {who}")
    return found
