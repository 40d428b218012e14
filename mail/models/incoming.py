"""What came in, byte for byte, with a readable state."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets.models import Blob, Ticket, Transaction


class IncomingState(models.TextChoices):
    """What has become of a mail."""

    RECEIVED = "received", "Received, waiting for a worker"
    PROCESSED = "processed", "Processed"
    DUPLICATE = "duplicate", "Seen before"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class IncomingMail(models.Model):
    """One mail as it arrived; committed before anything is parsed.

    ``dedup_key`` is set in the same database transaction as the mail's effect, and is
    unique: whatever is delivered or processed twice takes effect once.
    """

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    queue_name = models.CharField("queue asked for", max_length=200, blank=True)
    action = models.CharField(max_length=64, default="correspond")
    ticket_number = models.CharField(
        "ticket asked for", max_length=20, blank=True, default=""
    )
    source = models.CharField(max_length=16, default="http")
    remote_address = models.CharField(max_length=64, blank=True, default="")
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    state = models.CharField(
        max_length=16, choices=IncomingState, default=IncomingState.RECEIVED
    )
    reason = models.TextField(blank=True, default="")
    traceback = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    message_id = models.CharField(max_length=255, blank=True, default="", db_index=True)
    sender = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=255, blank=True, default="")
    dedup_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        verbose_name_plural = "incoming mail"
        indexes = (
            models.Index(
                fields=["retry_at", "id"],
                name="incoming_waiting",
                condition=Q(state="received"),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=IncomingState.values),
                name="incoming_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} from {self.sender or 'unknown'}"
