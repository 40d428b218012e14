"""What messages are made of: one row a MIME node, bytes stored once."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from tickets.models.transactions import Transaction


class Blob(models.Model):
    """Bytes in Django's storage, stored once under their SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField("size (bytes)")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256

    @property
    def storage_name(self) -> str:
        """The name of the file in the default storage."""
        return f"blobs/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class Attachment(models.Model):
    """A node of a message's MIME tree.

    Containers have neither text nor blob. Text bodies are in ``content`` (UTF-8), for
    search; everything with a file name, and all that is no text, is a blob, byte for
    byte. ``safe_html`` is the sanitised form of an HTML body.
    """

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="attachments"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    message_id = models.CharField(max_length=255, blank=True, default="")
    subject = models.CharField(max_length=255, blank=True, default="")
    filename = models.CharField(max_length=255, blank=True, default="")
    content_type = models.CharField(max_length=127, blank=True, default="")
    content_id = models.CharField(max_length=255, blank=True, default="")
    headers = models.TextField(blank=True, default="")
    # NULL says there is none, which is not the same as an empty text.
    content = models.TextField(null=True, blank=True)  # noqa: DJ001
    safe_html = models.TextField(null=True, blank=True)  # noqa: DJ001
    is_simple_html = models.BooleanField(default=False)
    sanitizer_version = models.PositiveSmallIntegerField(default=0)
    blob = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    size = models.PositiveBigIntegerField("size (bytes)", default=0)
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["message_id"],
                name="attachment_message_id",
                condition=~models.Q(message_id=""),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(content__isnull=True) | models.Q(blob__isnull=True),
                name="attachment_text_or_blob",
            ),
        )

    def __str__(self) -> str:
        return self.filename or f"{self.content_type} of {self.transaction_id}"

    @property
    def is_file(self) -> bool:
        """Say whether readers see it as a file, not as part of the text."""
        return self.blob_id is not None or bool(self.filename)
