"""The kombu transport ``djangodb://``: Celery messages as rows of the Django database.

Inside ``transaction.atomic()`` a published message is part of the transaction. That is
a bonus and nothing to rely on, because Redis is not: publish after commit.
"""

from __future__ import annotations

import logging
from queue import Empty
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

from helpdesk.broker.models import Message

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


class QoS(virtual.QoS):
    """Confirms and gives back messages in the table as well as in memory.

    Confirming may happen in a thread of the worker pool; each thread has a database
    connection of its own, and the dictionary in memory is only marked, as in kombu.
    """

    def ack(self, delivery_tag: str) -> None:
        """Delete the message: its task is done."""
        Message.objects.filter(tag=delivery_tag).delete()
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give the message back, or put it aside when nobody can run it."""
        message = Message.objects.filter(tag=delivery_tag)
        if requeue:
            message.release(uncounted=False)
        else:
            message.update(dead_at=timezone.now(), reserved_by="")
            logger.error("Message refused by the worker", extra={"tag": delivery_tag})
        super().ack(delivery_tag)

    def restore_unacked(self) -> list[Any]:
        """Give back at once what was fetched and not started (stop of the worker).

        When the database cannot be reached the reservations run out by themselves, so
        an error here loses nothing.
        """
        self._flush()
        tags = list(self._delivered)
        self._delivered.clear()
        try:
            Message.objects.filter(tag__in=tags).release(uncounted=True)
        except (OperationalError, InterfaceError):
            logger.exception("Messages could not be given back")
        return []


class Channel(virtual.Channel):
    """Puts and gets messages; routing stays with kombu."""

    QoS = QoS
    supports_fanout = False
    # JSON is text already. Unencoded it can be read in the admin.
    body_encoding = "utf-8"

    def _put(self, queue: str, message: dict[str, Any], **_kwargs: object) -> None:
        Message.objects.create(
            queue=queue,
            tag=message["properties"]["delivery_tag"],
            payload=dumps(message),
        )

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        message = Message.objects.all().claim(queue)
        if message is None:
            raise Empty
        payload: dict[str, Any] = loads(message.payload)
        return payload

    def _size(self, queue: str) -> int:
        ready = Message.objects.filter(queue=queue).ready(now=timezone.now())
        return ready.count()

    def _purge(self, queue: str) -> int:
        waiting = Message.objects.filter(queue=queue, dead_at=None, reserved_by="")
        return waiting.delete()[0]

    def basic_get(
        self,
        queue: str,
        no_ack: bool = False,
        **kwargs: object,
    ) -> virtual.Message | None:
        """Return one message; with ``no_ack`` it counts as done with that."""
        message = super().basic_get(queue, no_ack=False, **kwargs)
        if message is not None and no_ack:
            message.ack()
        return message

    def basic_consume(
        self,
        queue: str,
        no_ack: bool,
        callback: Callable[[virtual.Message], object],
        consumer_tag: str,
        **kwargs: object,
    ) -> None:
        """Deliver messages to ``callback``; with ``no_ack`` each is done before."""

        def done_before(message: virtual.Message) -> object:
            message.ack()
            return callback(message)

        super().basic_consume(
            queue, False, done_before if no_ack else callback, consumer_tag, **kwargs
        )


class Transport(virtual.Transport):
    """``djangodb://``: polls, and takes trouble with the database for a lost broker."""

    Channel = Channel
    polling_interval = 0.05
    driver_type = "sql"
    driver_name = "django"
    # Without them a locked database ends the worker; with them it connects again.
    connection_errors = (  # type: ignore[assignment] # kombu says: exactly one
        *virtual.Transport.connection_errors,
        OperationalError,
        InterfaceError,
    )

    def establish_connection(self) -> virtual.Transport:
        """Connect, after dropping a database connection that has broken."""
        if not connection.in_atomic_block:  # a task sent inside one belongs to it
            connection.close_if_unusable_or_obsolete()
        return super().establish_connection()

    def driver_version(self) -> str:
        """Return the database in use, for the worker's banner."""
        return str(connection.vendor)
