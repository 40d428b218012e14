"""The processes of docker-compose.yml by hand: two webs, two workers and one clock."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.e2e.conftest import running
from tests.e2e.letters import Letter, by_http
from tests.e2e.people import PASSWORD
from tests.e2e.relay import Relay
from tests.e2e.site import Site, prepare
from tests.e2e.web import Web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpdesk.serving import Serve

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]

SECRET_KEY = "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"
LETTERS = 40
TWICE = "SELECT {0} FROM {1} GROUP BY {0} HAVING count(*) > 1"


@dataclass
class Production:
    """The parts of one installation, and the way to its broker."""

    site: Site
    broker: Relay
    webs: list[Serve]
    workers: list[Serve]

    def is_ready(self) -> bool:
        """Say whether every web process finds everything behind it working."""
        return all(web.get("/health/ready") == 200 for web in self.webs)

    def is_alive(self) -> bool:
        """Say whether every web process answers."""
        return all(web.get("/health/live") == 200 for web in self.webs)

    def bring(self, letters: list[Letter]) -> None:
        """Bring mails to the web processes in turn, six at a time."""
        urls = [web.url("") for web in self.webs]
        jobs = [(urls[n % len(urls)], each.raw) for n, each in enumerate(letters)]
        with ThreadPoolExecutor(6) as clients:
            codes = list(clients.map(lambda job: by_http(*job), jobs))
        assert codes == [0] * len(letters)

    def require_once_each(self, letters: list[Letter]) -> None:
        """Wait until all is done, and find nothing lost and nothing doubled."""
        site = self.site
        site.settle_all()
        rows = site.rows("SELECT * FROM mail_incomingmail WHERE state = 'processed'")
        tickets = {row["message_id"]: row["ticket_id"] for row in rows}
        assert len(set(tickets.values())) == len(rows)
        for letter in letters:
            replies = site.mails(tickets[letter.message_id], to=letter.sender)
            assert len({reply["Message-ID"] for reply in replies}) == 1
        assert site.count("tickets_ticket") == site.count(
            "tickets_transaction", "type = 'Create'"
        )
        assert not site.rows(
            TWICE.format("transaction_id, scrip_id", "scrips_scriprun")
        )
        assert not site.rows(
            TWICE.format("transaction_id, scrip_id", "mail_outgoingmail")
        )


@pytest.fixture(scope="module")
def production(
    postgresql_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Production]:
    """Everything started, as docker compose would with --scale web=2 worker=2."""
    redis = urlsplit(redis_url)
    relay = Relay(redis.hostname or "127.0.0.1", redis.port or 6379)
    relay.start()
    login = f"{redis.netloc.rpartition('@')[0]}@" if "@" in redis.netloc else ""
    place = redis._replace(netloc=f"{login}127.0.0.1:{relay.port}")
    env = {
        "DATABASE_URL": postgresql_url,
        "REDIS_URL": urlunsplit(place),
        "SECRET_KEY": SECRET_KEY,
        "ROOT_PASSWORD": PASSWORD,
        "WEB_PROCESSES": "1",
        "WORKER_CONCURRENCY": "2",
    }
    data_dir = prepare(tmp_path_factory.mktemp("e2e-production") / "data", env)
    site = Site(data_dir, env=env)
    running.append(site)
    try:
        site.sink.start()
        workers = [site.part().start("--worker") for _ in range(2)]
        site.part().start("--beat")
        webs = [site.part().start("--web") for _ in range(2)]
        made = Production(site, relay, webs, workers)
        site.wait(made.is_alive, "every web process answers")
        yield made
    finally:
        running.remove(site)
        site.stop()
        relay.stop()


def test_everything_is_ready(production: Production) -> None:
    production.site.wait(production.is_ready, "every web process says ready")


def test_forty_mails_by_two_doors_make_forty_tickets(production: Production) -> None:
    letters = [Letter(subject=f"Burst {number}") for number in range(LETTERS)]
    before = production.site.count("tickets_ticket")

    production.bring(letters)

    production.require_once_each(letters)
    assert production.site.count("tickets_ticket") == before + LETTERS
    # Nobody was killed, so every mail went out exactly once.
    assert len(production.site.sink.deliveries) == production.site.count(
        "mail_outgoingmail"
    )


def test_one_mail_at_both_doors_at_once_makes_one_ticket(
    production: Production,
) -> None:
    site = production.site
    letters = [Letter() for _ in range(5)]
    before = site.count("tickets_ticket")

    production.bring([letter for letter in letters for _ in production.webs])

    for letter in letters:
        site.concluded(letter.message_id, times=2)
        states = sorted(row["state"] for row in site.incoming(letter.message_id))
        assert states == ["duplicate", "processed"]
    assert site.count("tickets_ticket") == before + len(letters)


def test_a_session_is_good_at_every_web_process(production: Production) -> None:
    """A reply at one is read at the other, with what its scrips have done."""
    site = production.site
    first, second = production.webs
    letter = Letter()
    production.bring([letter])
    ticket_id = site.concluded(letter.message_id)["ticket_id"]
    site.settle(ticket_id)
    bob = site.as_user("bob", url=first.url(""))

    reply = bob.post(
        f"/tickets/{ticket_id}/update/", action="respond", content="On my way."
    )
    assert reply.status == 200
    there = Web(second.url(""), cookies=bob.cookies).get(f"/tickets/{ticket_id}/")

    assert there.status == 200
    assert "On my way." in there.text
    assert site.ticket(ticket_id)["status"] == "open"
    site.settle(ticket_id)
    assert len(site.mails(ticket_id, to=letter.sender)) == 2


def test_a_killed_worker_loses_and_doubles_nothing(production: Production) -> None:
    site = production.site
    letters = [Letter(subject=f"Kill {number}") for number in range(LETTERS)]
    before = site.count("tickets_ticket")
    victim = production.workers[0]
    with ThreadPoolExecutor(1) as clients:
        taken = clients.submit(production.bring, letters)
        site.wait(
            lambda: site.count("tickets_ticket") >= before + LETTERS // 4,
            "a quarter of the burst is done",
        )
        os.kill(victim.pid_of("helpdesk-worker"), signal.SIGKILL)
        assert victim.exit_code() == 1
        taken.result(timeout=60)

    site.let_an_hour_pass()
    victim.start("--worker")

    production.require_once_each(letters)
    assert site.count("tickets_ticket") == before + LETTERS


def test_a_broker_that_is_away_holds_nothing_up(production: Production) -> None:
    site = production.site
    web = production.webs[0]
    letters = [Letter(subject=f"Away {number}") for number in range(3)]
    bob = site.as_user("bob", url=web.url(""))

    production.broker.stop()
    began = time.monotonic()
    production.bring(letters)
    assert bob.get("/").status == 200
    assert time.monotonic() - began < 20
    assert web.get("/health/ready") == 503
    assert web.get("/health/live") == 200
    for letter in letters:
        kept = site.rows(
            "SELECT state FROM mail_incomingmail WHERE blob_id = ?", letter.sha256
        )
        assert [row["state"] for row in kept] == ["received"]

    production.broker.start()
    site.let_an_hour_pass()
    site.wait(
        lambda: all(site.incoming(letter.message_id) for letter in letters),
        "the sweep finds what was not rung for",
        seconds=75,
    )
    production.require_once_each(letters)
    site.wait(production.is_ready, "every web process says ready again")
