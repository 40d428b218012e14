"""Interested parties of one ticket."""

from django.db import models
from django.db.models import Q

from accounts.models import Group, RoleName, User
from tickets.models.tickets import Ticket

WATCHER_ROLES = (RoleName.REQUESTOR, RoleName.CC, RoleName.ADMIN_CC)


class TicketWatcher(models.Model):
    """A user or group that is Requestor, Cc or AdminCc of a ticket."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="watchers", db_index=False
    )
    role = models.CharField(
        max_length=16, choices=[(role.value, role.label) for role in WATCHER_ROLES]
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["user", "role", "ticket"],
                name="watcher_user",
                condition=Q(user__isnull=False),
            ),
            models.Index(
                fields=["group", "role", "ticket"],
                name="watcher_group",
                condition=Q(group__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True)
                | Q(user__isnull=True, group__isnull=False),
                name="watcher_user_or_group",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in WATCHER_ROLES]),
                name="watcher_role",
            ),
            models.UniqueConstraint(
                fields=["ticket", "role", "user"], name="watcher_user_once"
            ),
            models.UniqueConstraint(
                fields=["ticket", "role", "group"], name="watcher_group_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.group} is {self.role} of #{self.ticket_id}"
