"""What came in, byte for byte, and what goes out: both with a readable state."""

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


class OutgoingState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    KEPT = "kept", "Kept: no mail server is configured"


class OutgoingMail(models.Model):
    """One mail on its way out; the only way out there is.

    ``key`` is unique, so that composing the same mail twice stores it once.
    ``record`` is the EmailRecord transaction that shows it in the ticket's history.
    """

    key = models.CharField(max_length=100, unique=True)
    from_email = models.CharField(max_length=500)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.CharField(max_length=500, blank=True, default="")
    message_id = models.CharField(max_length=255, unique=True)
    headers = models.JSONField(default=dict)
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    envelope_from = models.CharField(max_length=320, blank=True, default="")

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    record = models.OneToOneField(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outgoing_mail",
    )
    scrip_id = models.BigIntegerField(null=True, blank=True)
    scrip_description = models.CharField(max_length=255, blank=True, default="")

    state = models.CharField(
        max_length=16, choices=OutgoingState, default=OutgoingState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    answers = models.JSONField(
        "the server's answer for each recipient", default=dict, blank=True
    )
    created = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "outgoing mail"
        indexes = (
            models.Index(
                fields=["next_try_at", "id"],
                name="outgoing_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values),
                name="outgoing_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {', '.join(self.recipients())}"

    def recipients(self) -> list[str]:
        """Return every address it goes to."""
        return [*self.to, *self.cc, *self.bcc]


class OutgoingFile(models.Model):
    """A file that goes with an outgoing mail; the bytes are a blob's."""

    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.CASCADE, related_name="files"
    )
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255, blank=True, default="")
    content_type = models.CharField(max_length=127, default="application/octet-stream")
    origin = models.CharField("RT-Attachment", max_length=64, blank=True, default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.filename
