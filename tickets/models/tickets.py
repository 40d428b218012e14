"""The ticket itself."""

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from queues.models import Queue
from tickets.models.querysets import TicketQuerySet

SUBJECT_LENGTH = 200


class TicketType(models.TextChoices):
    """RT's three built-in types; others are free text."""

    TICKET = "ticket"
    REMINDER = "reminder"
    APPROVAL = "approval"


class StatusMoveError(ValidationError):
    """The lifecycle does not have this status or this move."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="status_move")


class Ticket(models.Model):
    """A case with a number, a status, an owner and interested parties.

    Written by ``tickets.commands`` alone. ``owner`` is NULL for what every interface
    calls Nobody. ``is_active`` repeats what the lifecycle says of ``status``, so that
    indexes over unfinished tickets can be partial. A merged ticket keeps its id for
    ever and points at the survivor.
    """

    type = models.CharField(max_length=16, default=TicketType.TICKET)
    queue = models.ForeignKey(
        Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True, default="")
    status = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_tickets",
        db_index=False,
    )
    initial_priority = models.IntegerField(default=0)
    priority = models.IntegerField(default=0)
    final_priority = models.IntegerField(default=0)
    time_estimated = models.IntegerField("time estimated (minutes)", default=0)
    time_worked = models.IntegerField("time worked (minutes)", default=0)
    time_left = models.IntegerField("time left (minutes)", default=0)
    sla = models.CharField("SLA", max_length=64, blank=True, default="")
    starts = models.DateTimeField(null=True, blank=True)
    started = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    told = models.DateTimeField("last contact", null=True, blank=True)
    resolved = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, db_index=True)
    last_updated = models.DateTimeField(default=timezone.now, db_index=True)
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    last_updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_tickets",
    )
    squelched = models.JSONField(
        "addresses never mailed about this ticket", default=list, blank=True
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = (
            # "N highest priority tickets I own".
            models.Index(
                fields=["owner", "-priority", "-id"],
                name="ticket_active_owner",
                condition=Q(is_active=True, merged_into=None),
            ),
            # "N newest unowned tickets".
            models.Index(
                fields=["-created", "-id"],
                name="ticket_unowned_newest",
                condition=Q(
                    is_active=True, merged_into=None, owner=None, type="ticket"
                ),
            ),
            # The queue list: counts per queue and status without touching rows.
            models.Index(
                fields=["queue", "status"],
                name="ticket_active_queue",
                condition=Q(is_active=True, merged_into=None, type="ticket"),
            ),
            models.Index(fields=["queue", "status", "-id"], name="ticket_queue_status"),
            models.Index(
                fields=["due"],
                name="ticket_active_due",
                condition=Q(is_active=True, due__isnull=False),
            ),
            models.Index(fields=["owner", "-id"], name="ticket_owner"),
            models.Index(fields=["creator", "-id"], name="ticket_creator"),
            models.Index(
                fields=["resolved"],
                name="ticket_resolved",
                condition=Q(resolved__isnull=False),
            ),
            # Reminders and approvals, which are few.
            models.Index(
                fields=["type", "-id"],
                name="ticket_unusual_type",
                condition=~Q(type="ticket"),
            ),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(status=""), name="ticket_has_status"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="ticket_not_merged_into_itself",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}: {self.subject or '(No subject)'}"

    @property
    def display_subject(self) -> str:
        """The subject, or what lists show when there is none."""
        return self.subject or "(No subject)"

    @property
    def is_overdue(self) -> bool:
        """Say whether an unfinished ticket is past its due date."""
        return bool(self.is_active and self.due and self.due < timezone.now())

    def move_to(self, status: str, *, now: datetime) -> str:
        """Move along the lifecycle, dates included; return the old status.

        Saves nothing. Reads ``queue.lifecycle``, which is to be loaded.

        Raises:
            StatusMoveError: no such status, or no such move from here.
        """
        rules = self.queue.lifecycle.rules
        status = status.lower()
        if not rules.is_valid(status):
            raise StatusMoveError(
                f"Status '{status}' isn't a valid status for this ticket."
            )
        if not rules.may_move(self.status, status):
            raise StatusMoveError(
                f"You can't change status from '{self.status}' to '{status}'."
            )
        old, self.status = self.status, status
        self.is_active = rules.is_active(status)
        if rules.is_initial(old) and not rules.is_initial(status):
            self.started = self.started or now
        if rules.is_inactive(status):
            self.resolved = now
        return old

    STATUS_FIELDS: ClassVar[tuple[str, ...]] = (
        "status",
        "is_active",
        "started",
        "resolved",
    )
