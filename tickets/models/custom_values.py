"""Values of custom fields on tickets."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from queues.models import CustomField
from tickets.models.tickets import Ticket


class CustomFieldValue(models.Model):
    """One value; a replaced one stays, disabled, so that history can show it."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="custom_values", db_index=False
    )
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="values", db_index=False
    )
    content = models.CharField(max_length=255, blank=True, default="")
    large_content = models.TextField(blank=True, default="")
    disabled = models.BooleanField(default=False)
    creator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created = models.DateTimeField(default=timezone.now)

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

    def __str__(self) -> str:
        return self.content or self.large_content[:40]
