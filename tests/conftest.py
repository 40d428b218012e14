"""The named world of the tests, and a worker that works when it is told to.

Alice writes from outside. Bob is staff, Carol leads and may reassign; both are AdminCc
of General. Dave is privileged and has no rights at all.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from kombu.exceptions import OperationalError
from pytest_django.plugin import blocking_manager_key

from accounts.commands import add_member, create_group, create_user, user_for_address
from accounts.models import Group, User
from accounts.rights import Right
from helpdesk import tasks as helpdesk_tasks
from helpdesk.celery import app
from mail import tasks as mail_tasks
from queues.models import Queue, QueueWatcher
from queues.right_sets import (
    let_anyone_write,
    let_requestors_see_their_own,
    let_staff_do_the_rest,
)
from queues.rights import grant
from scrips import tasks as scrips_tasks
from tests.requirements import require, summary
from tickets import context, counts
from tickets import tasks as tickets_tasks
from tickets.counts import active_counts
from tickets.roles import nobody_id
from tickets.search import paging
from tickets.search.paging import forget_totals

# Imported so that the worker of the tests knows every task.
TASK_MODULES = (helpdesk_tasks, mail_tasks, scrips_tasks, tickets_tasks)
MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"
PASSWORD = "correct horse"
# A page reads its session from the database, or from Redis where there is one.
SESSION_QUERIES = 0 if settings.REDIS_URL else 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what needs a program that is not there, before anything starts."""
    require(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Give the database its first data back after a test that has emptied it."""
    result = yield
    if nextitem is not None and _empties_the_database(item):
        with item.config.stash[blocking_manager_key].unblock():
            nobody_id.cache_clear()
            # Again, for the numbering: RT's default queue is number 1.
            call_command("flush", interactive=False, verbosity=0)
            call_command("seed")
    return result


def _empties_the_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    return bool(names & {"transactional_db", "live_server"}) or bool(
        marker and marker.kwargs.get("transaction")
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat by name what was left out."""
    lines = summary(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("left out, because it was not found")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    """Give the test database a new site's first data, as every database has."""
    with django_db_blocker.unblock():
        call_command("createcachetable")
        call_command("seed")


@pytest.fixture(autouse=True)
def quick_and_clean(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Hash passwords quickly, keep files apart, forget what was remembered."""
    settings.PASSWORD_HASHERS = [MD5]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRIPS_WAIT = 0
    if settings.REDIS_URL:  # cache and broker, which no rollback empties
        cache.clear()
    active_counts.forget()
    forget_totals()
    nobody_id.cache_clear()
    context._name.until = 0.0


@pytest.fixture(autouse=True)
def nothing_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a process remembers for seconds, however slow the machine is.

    A page would cost one query more whenever it had to be read again in between.
    """
    monkeypatch.setattr(context, "NAME_SECONDS", 3600.0)
    monkeypatch.setattr(counts, "RECENT_SECONDS", 3600.0)
    monkeypatch.setattr(counts, "LONGEST_KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(paging, "LONG_SECONDS", 3600.0)


@dataclass(frozen=True)
class World:
    """The people and queues every test can name."""

    alice: User
    bob: User
    carol: User
    dave: User
    staff: Group
    general: Queue
    networking: Queue


@pytest.fixture
def world(db: None) -> World:
    """Alice, Bob, Carol, Dave; General is open to all, Networking to staff only."""
    general = Queue.objects.select_related("lifecycle").get(name="General")
    networking = Queue.objects.create(
        name="Networking", lifecycle=general.lifecycle, description="The network"
    )
    staff = create_group("Staff")
    people = {
        name: create_user(
            name.lower(),
            email=f"{name.lower()}@example.org",
            real_name=name,
            is_privileged=True,
            password=PASSWORD,
        )
        for name in ("Bob", "Carol", "Dave")
    }
    for name in ("Bob", "Carol"):
        add_member(staff, people[name])
        QueueWatcher.objects.create(queue=general, role="AdminCc", user=people[name])
    for queue in (general, networking):
        let_staff_do_the_rest(queue, group=staff)
    let_anyone_write(general)
    let_requestors_see_their_own(general)
    grant(people["Carol"], Right.REASSIGN_TICKET)
    return World(
        alice=user_for_address("alice@customer.example", real_name="Alice Adams"),
        bob=people["Bob"],
        carol=people["Carol"],
        dave=people["Dave"],
        staff=staff,
        general=general,
        networking=networking,
    )


Capture = Callable[..., AbstractContextManager[object]]
Settled = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def settled(django_capture_on_commit_callbacks: Capture) -> Settled:
    """Commit what the block does, then do what workers would, until nothing is left.

    The messages go through the real broker transport and serialisation.
    """

    @contextmanager
    def run() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield
        work(django_capture_on_commit_callbacks)

    return run


def work(capture: Capture) -> int:
    """Execute the waiting tasks and those they bring about; return how many."""
    done = 0
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(app.conf.task_default_queue)
        while True:
            try:
                message = queue.get_nowait()
            except (queue.Empty, OperationalError):
                return done
            _args, kwargs, _embed = message.payload
            with capture(execute=True):
                app.tasks[message.headers["task"]].apply(kwargs=kwargs, throw=True)
            message.ack()
            done += 1
