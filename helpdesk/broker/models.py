"""The table of messages, and what may be done to a message."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

# Longer than any task takes. A message of a worker that is gone comes back after it.
RESERVATION = timedelta(minutes=15)
# A task that kills its worker would otherwise kill the next one, for ever.
MAX_ATTEMPTS = 5


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by what can happen to them next."""

    def ready(self, *, now: datetime) -> MessageQuerySet:
        """Return what a worker may take: never taken, given back, or long overdue."""
        return self.filter(dead_at=None, visible_at__lte=now)

    def reserved(self) -> MessageQuerySet:
        """Return what some worker holds."""
        return self.filter(dead_at=None).exclude(reserved_by="")

    def dead(self) -> MessageQuerySet:
        """Return what no worker will take again."""
        return self.exclude(dead_at=None)

    def claim(self, queue: str) -> Message | None:
        """Reserve the oldest ready message of a queue, or return None.

        The first look takes no lock: on SQLite an idle worker never holds up writers.
        A message that has used up its attempts is put aside on the way.
        """
        while self.filter(queue=queue).ready(now=timezone.now()).exists():
            with transaction.atomic(using=self.db):
                message = (
                    self.filter(queue=queue)
                    .ready(now=timezone.now())
                    .select_for_update(skip_locked=True)
                    .order_by("visible_at", "id")
                    .first()
                )
                if message is None:
                    return None
                if message.attempts < MAX_ATTEMPTS:
                    message.reserve()
                    return message
                message.put_aside()
        return None

    def release(self, *, uncounted: bool) -> int:
        """Give reserved messages back; ``uncounted`` takes back the attempt too."""
        changes: dict[str, object] = {"reserved_by": "", "visible_at": timezone.now()}
        if uncounted:
            changes["attempts"] = F("attempts") - 1
        return self.reserved().filter(attempts__gt=0).update(**changes)


class Message(models.Model):
    """One message of the broker: waiting, reserved by a worker, or dead."""

    queue = models.CharField(max_length=200)
    tag = models.CharField(max_length=64, unique=True)
    payload = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    visible_at = models.DateTimeField(default=timezone.now)
    reserved_by = models.CharField(max_length=255, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dead_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["queue", "visible_at", "id"],
                name="broker_message_ready",
                condition=Q(dead_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.tag}"

    def reserve(self) -> None:
        """Take the message for this process, for a limited time."""
        self.reserved_by = this_process()
        self.visible_at = timezone.now() + RESERVATION
        self.attempts += 1
        self.save(update_fields=["reserved_by", "visible_at", "attempts"])

    def put_aside(self) -> None:
        """Keep the message as dead: visible to administrators, taken by nobody."""
        self.reserved_by = ""
        self.dead_at = timezone.now()
        self.save(update_fields=["reserved_by", "dead_at"])


def this_process() -> str:
    """Return the name that reservations of this process carry."""
    return f"{socket.gethostname()}:{os.getpid()}"


def release_reservations() -> int:
    """Give back what workers of this machine held; call it while none of them runs.

    A task of a killed worker then starts at once instead of when its time is up.
    """
    mine = f"{socket.gethostname()}:"
    return Message.objects.filter(reserved_by__startswith=mine).release(uncounted=False)
