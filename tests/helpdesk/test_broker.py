"""The broker on the database: what is put is got, and nothing is lost on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from kombu.connection import Connection
from kombu.exceptions import OperationalError as KombuOperationalError

from helpdesk.broker.models import MAX_ATTEMPTS, Message, release_reservations
from helpdesk.celery import app
from helpdesk.tasks import heartbeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kombu.simple import SimpleQueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection("djangodb://localhost") as connection:
        yield connection


@pytest.fixture
def queue(connection: Connection) -> SimpleQueue:
    queue: SimpleQueue = connection.SimpleQueue("letters")
    return queue


def get_or_none(queue: SimpleQueue) -> object:
    try:
        return queue.get(block=False)
    except queue.Empty:
        return None


def test_messages_arrive_in_order_and_end_with_their_ack(queue: SimpleQueue) -> None:
    for letter in "abc":
        queue.put({"letter": letter, "text": "ünïcode \x00"})
    assert queue.qsize() == 3

    received = [queue.get(block=False) for _ in range(3)]

    assert [message.payload["letter"] for message in received] == ["a", "b", "c"]
    assert received[0].payload["text"] == "ünïcode \x00"
    assert get_or_none(queue) is None
    assert Message.objects.reserved().count() == 3
    for message in received:
        message.ack()
    assert not Message.objects.exists()


def test_message_given_back_is_delivered_again(queue: SimpleQueue) -> None:
    queue.put("again")
    queue.get(block=False).requeue()

    message = queue.get(block=False)

    assert message.payload == "again"
    assert Message.objects.get().attempts == 2


def test_refused_message_is_kept_as_dead(queue: SimpleQueue) -> None:
    queue.put("nobody knows this task")
    queue.get(block=False).reject()

    assert get_or_none(queue) is None
    assert Message.objects.dead().count() == 1


def test_message_that_always_kills_its_worker_is_put_aside(queue: SimpleQueue) -> None:
    queue.put("poison")
    queue.put("innocent")
    for _ in range(MAX_ATTEMPTS):
        assert queue.get(block=False).payload == "poison"
        release_reservations()
        # The other one was not touched; it waits behind.
        Message.objects.filter(attempts=0).update(visible_at=timezone.now())

    assert queue.get(block=False).payload == "innocent"
    assert [message.attempts for message in Message.objects.dead()] == [MAX_ATTEMPTS]


def test_closing_gives_back_what_was_not_started(connection: Connection) -> None:
    connection.SimpleQueue("letters").put("later")
    with Connection("djangodb://localhost") as stopping:
        stopping.SimpleQueue("letters").get(block=False)
        assert Message.objects.reserved().count() == 1

    message = Message.objects.get()
    assert message.reserved_by == ""
    assert message.attempts == 0
    assert connection.SimpleQueue("letters").get(block=False).payload == "later"


def test_reservation_of_a_vanished_machine_runs_out(queue: SimpleQueue) -> None:
    queue.put("forgotten")
    queue.get(block=False)
    Message.objects.update(reserved_by="gone:1")
    release_reservations()
    assert get_or_none(queue) is None

    Message.objects.update(visible_at=timezone.now() - timedelta(seconds=1))

    assert queue.get(block=False).payload == "forgotten"


def test_message_without_ack_is_gone_when_delivered(connection: Connection) -> None:
    connection.SimpleQueue("letters").put("once")
    assert connection.SimpleQueue("letters", no_ack=True).get(block=False)
    assert not Message.objects.exists()


def test_purge_leaves_what_a_worker_holds(queue: SimpleQueue) -> None:
    queue.put("held")
    held = queue.get(block=False)
    queue.put("waiting")
    assert queue.clear() == 1
    held.ack()
    assert not Message.objects.exists()


def test_queues_are_separate(connection: Connection, queue: SimpleQueue) -> None:
    queue.put("letter")
    assert get_or_none(connection.SimpleQueue("parcels")) is None
    assert queue.get(block=False).payload == "letter"


def test_a_rolled_back_transaction_sends_nothing(connection: Connection) -> None:
    with transaction.atomic():
        heartbeat.apply_async(connection=connection)
        assert Message.objects.count() == 1
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_locked_database_counts_as_a_lost_connection(connection: Connection) -> None:
    """Otherwise Celery would end the worker: 'Unrecoverable error'."""
    assert {OperationalError, InterfaceError} <= set(connection.connection_errors)
    with pytest.raises(KombuOperationalError), connection._reraise_as_library_errors():
        raise OperationalError("database is locked")


def test_celery_sends_its_tasks_through_it(connection: Connection) -> None:
    heartbeat.apply_async(connection=connection)
    message = Message.objects.get()
    assert message.queue == app.conf.task_default_queue
    assert "helpdesk.tasks.heartbeat" in message.payload
