"""Groups: of the system, roles on a ticket, and those an administrator makes."""

from typing import ClassVar

from django.contrib.auth.models import Group as AuthGroup
from django.db import models
from django.db.models import Q


class GroupKind(models.TextChoices):
    """What a group stands for."""

    USER_DEFINED = "user_defined", "User-defined group"
    SYSTEM = "system", "System group"
    ROLE = "role", "Role"


class SystemGroup(models.TextChoices):
    """Groups every user belongs to by nature."""

    EVERYONE = "Everyone"
    PRIVILEGED = "Privileged"
    UNPRIVILEGED = "Unprivileged"


class RoleName(models.TextChoices):
    """What a person can be to a ticket; role groups carry these names."""

    REQUESTOR = "Requestor"
    OWNER = "Owner"
    CC = "Cc"
    ADMIN_CC = "AdminCc", "AdminCc"


class GroupManager(models.Manager["Group"]):
    """Find groups with their own columns, not as Django's bare groups."""

    def get_by_natural_key(self, name: str) -> "Group":
        """Return the group of that name (Django's fixtures ask for it)."""
        return self.get(name=name)


class Group(AuthGroup):
    """A named set of users and groups that rights are granted to.

    A child table of Django's group, so that django-guardian and Django's own
    permission checks work on it. Role groups have no members: who has a role is
    said by each ticket's watchers.
    """

    kind = models.CharField(
        max_length=16, choices=GroupKind, default=GroupKind.USER_DEFINED
    )
    description = models.CharField(max_length=255, blank=True, default="")
    disabled = models.BooleanField(
        default=False, help_text="Suspends everything obtained through the group."
    )

    objects: ClassVar[GroupManager] = GroupManager()  # type: ignore[assignment]  # of Group, not of the parent

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=GroupKind.values), name="group_kind_known"
            ),
        )

    @property
    def is_user_defined(self) -> bool:
        """Say whether an administrator made the group."""
        return self.kind == GroupKind.USER_DEFINED


class Membership(models.Model):
    """A direct member, user or group, of a user-defined group."""

    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
    )
    member_group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="member_of",
    )

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, member_group__isnull=True)
                | Q(user__isnull=True, member_group__isnull=False),
                name="membership_user_or_group",
            ),
            models.UniqueConstraint(
                fields=["group", "user"], name="membership_user_once"
            ),
            models.UniqueConstraint(
                fields=["group", "member_group"], name="membership_group_once"
            ),
            models.CheckConstraint(
                condition=~Q(group=models.F("member_group")),
                name="membership_not_itself",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.member_group} in {self.group}"
