"""The audit trail, which is also the queue of work for the scrips."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tickets.models.tickets import Ticket


class TransactionType(models.TextChoices):
    """RT's transaction types; clients match on the values."""

    CREATE = "Create"
    CORRESPOND = "Correspond"
    COMMENT = "Comment"
    STATUS = "Status"
    SET = "Set"
    SET_WATCHER = "SetWatcher"
    ADD_WATCHER = "AddWatcher"
    DEL_WATCHER = "DelWatcher"
    ADD_LINK = "AddLink"
    DELETE_LINK = "DeleteLink"
    CUSTOM_FIELD = "CustomField"
    EMAIL_RECORD = "EmailRecord"
    COMMENT_EMAIL_RECORD = "CommentEmailRecord"
    FORWARD_TRANSACTION = "Forward Transaction"
    FORWARD_TICKET = "Forward Ticket"
    TOLD = "Told"
    ADD_REMINDER = "AddReminder"
    OPEN_REMINDER = "OpenReminder"
    RESOLVE_REMINDER = "ResolveReminder"
    SYSTEM_ERROR = "SystemError"
    # Older owner changes, still found in imported history.
    TAKE = "Take"
    UNTAKE = "Untake"
    STEAL = "Steal"
    GIVE = "Give"
    FORCE = "Force"


MESSAGE_TYPES = (
    TransactionType.CREATE,
    TransactionType.CORRESPOND,
    TransactionType.COMMENT,
)
# Never looked at by scrips.
SILENT_TYPES = (
    TransactionType.EMAIL_RECORD,
    TransactionType.COMMENT_EMAIL_RECORD,
    TransactionType.SYSTEM_ERROR,
)


class Transaction(models.Model):
    """One thing that happened to a ticket; never changed, never deleted.

    Written by ``record()`` in the database transaction of the change itself.
    ``scrips_done_at`` is NULL while scrips have yet to look at it. ``origin_ticket``
    is the ticket it happened to, when a merge or split has moved it since.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="transactions", db_index=False
    )
    origin_ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    type = models.CharField(max_length=20, choices=TransactionType)
    field = models.CharField(max_length=255, blank=True, default="")
    old_value = models.TextField(blank=True, default="")
    new_value = models.TextField(blank=True, default="")
    data = models.CharField(max_length=255, blank=True, default="")
    time_taken = models.IntegerField("time taken (minutes)", default=0)
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="transactions"
    )
    created = models.DateTimeField(default=timezone.now)
    caused_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="effects"
    )
    depth = models.PositiveSmallIntegerField(default=0)
    batch = models.UUIDField(default=uuid.uuid4)
    scrips_done_at = models.DateTimeField(null=True, blank=True)
    scrips_attempts = models.PositiveSmallIntegerField(default=0)
    scrips_retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["ticket", "id"], name="transaction_history"),
            models.Index(fields=["created"], name="transaction_created"),
            models.Index(
                fields=["ticket", "id"],
                name="transaction_pending",
                condition=Q(scrips_done_at=None),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(type__in=TransactionType.values),
                name="transaction_type_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} #{self.pk} of ticket #{self.ticket_id}"

    @property
    def is_message(self) -> bool:
        """Say whether a person said something with it."""
        return self.type in MESSAGE_TYPES
