"""The outbox: what goes out, with a readable state."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets.models import Blob, Ticket, Transaction


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
