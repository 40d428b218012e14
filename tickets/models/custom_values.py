"""Values of custom fields: on tickets, and on what else has fields."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Group, User
from queues.models import CustomField, Queue
from tickets.models.attachments import Blob
from tickets.models.tickets import Ticket
from tickets.models.transactions import Transaction


class CustomValue(models.Model):
    """One value; a replaced one stays, disabled, so that history can show it.

    A text of up to 255 characters is in ``content``, a longer one in
    ``large_content``. A file is a blob; its name is the content.
    """

    content = models.CharField(max_length=255, blank=True, default="")
    large_content = models.TextField(blank=True, default="")
    content_type = models.CharField(max_length=127, blank=True, default="")
    blob = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    disabled = models.BooleanField(default=False)
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.content or self.large_content[:40]

    @property
    def text(self) -> str:
        """The value as it is stored; of a file its name."""
        return self.content or self.large_content


class CustomFieldValue(CustomValue):
    """A value on a ticket."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="custom_values", db_index=False
    )
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="values", db_index=False
    )

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=["ticket", "field"], name="cfvalue_ticket"),
            models.Index(
                fields=["field", "content"],
                name="cfvalue_current",
                condition=Q(disabled=False),
            ),
            # `CF.{Name} = 'x'` compares in any case.
            models.Index(
                "field",
                Lower("content"),
                name="cfvalue_folded",
                condition=Q(disabled=False),
            ),
        )


class ObjectCustomFieldValue(CustomValue):
    """A value on a transaction, a queue, a user or a group: exactly one of them."""

    field = models.ForeignKey(
        CustomField,
        on_delete=models.PROTECT,
        related_name="object_values",
        db_index=False,
    )
    transaction = models.ForeignKey(
        Transaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="custom_values",
        db_index=False,
    )
    queue = models.ForeignKey(
        Queue,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="custom_values",
        db_index=False,
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="custom_values",
        db_index=False,
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="custom_values",
        db_index=False,
    )

    class Meta:
        default_permissions = ()
        indexes = (
            *(
                models.Index(
                    fields=[name, "field"],
                    name=f"objectvalue_{name}",
                    condition=Q(**{f"{name}__isnull": False}),
                )
                for name in ("transaction", "queue", "user", "group")
            ),
            models.Index(
                fields=["field", "content"],
                name="objectvalue_current",
                condition=Q(disabled=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    transaction__isnull=False,
                    queue__isnull=True,
                    user__isnull=True,
                    group__isnull=True,
                )
                | Q(
                    transaction__isnull=True,
                    queue__isnull=False,
                    user__isnull=True,
                    group__isnull=True,
                )
                | Q(
                    transaction__isnull=True,
                    queue__isnull=True,
                    user__isnull=False,
                    group__isnull=True,
                )
                | Q(
                    transaction__isnull=True,
                    queue__isnull=True,
                    user__isnull=True,
                    group__isnull=False,
                ),
                name="objectvalue_of_one_thing",
            ),
        )
