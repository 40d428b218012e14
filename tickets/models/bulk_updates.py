"""Bulk updates: one wish for many tickets, and what became of each."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tickets.models.tickets import Ticket


class BulkUpdate(models.Model):
    """What somebody wants done to many tickets; done when every item is.

    ``token`` is that of the form, so that a form sent twice is one update.
    """

    creator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=64)
    change = models.JSONField()
    created = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["created"],
                name="bulk_unfinished",
                condition=Q(finished_at=None),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["creator", "token"], name="bulk_update_once"
            ),
        )

    def __str__(self) -> str:
        return f"bulk update #{self.pk}"


class BulkUpdateItem(models.Model):
    """One ticket of a bulk update: to do while ``done_at`` is NULL."""

    update = models.ForeignKey(
        BulkUpdate, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    succeeded = models.BooleanField(default=False)
    messages = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["update", "id"], name="bulk_pending", condition=Q(done_at=None)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["update", "ticket"], name="bulk_ticket_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(succeeded=False),
                name="bulk_success_is_done",
            ),
        )

    def __str__(self) -> str:
        return f"ticket #{self.ticket_id} of bulk update #{self.update_id}"
