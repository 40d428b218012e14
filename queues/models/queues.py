"""Queues and the people standing watch over them."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Group, RoleName, User
from accounts.rights import QUEUE_RIGHTS
from queues.models.lifecycles import Lifecycle

LONGEST_NAME = 200
QUEUE_ROLES = [RoleName.CC, RoleName.ADMIN_CC]


class QueueManager(models.Manager["Queue"]):
    """Look queues up the way clients name them."""

    def by_name_or_id(self, text: str) -> "Queue | None":
        """Return the queue of that id or, case-insensitively, name; else None."""
        text = text.strip()
        if len(text) > LONGEST_NAME or "\x00" in text:  # no database would look it up
            return None
        found = self.select_related("lifecycle")
        if re.fullmatch(r"[0-9]+", text):
            return found.filter(pk=int(text)).first() if len(text) < 19 else None
        return found.filter(name__iexact=text).first()


class Queue(models.Model):
    """A kind of problem: who works on it, which addresses reach it, its lifecycle."""

    name = models.CharField(
        max_length=LONGEST_NAME,
        unique=True,
        validators=[
            RegexValidator(
                r"^\d+$",
                "A name of digits only would be taken for a number.",
                inverse_match=True,
            )
        ],
    )
    description = models.CharField(max_length=255, blank=True, default="")
    correspond_address = models.EmailField("reply address", blank=True, default="")
    comment_address = models.EmailField(blank=True, default="")
    subject_tag = models.CharField(max_length=120, blank=True, default="")
    lifecycle = models.ForeignKey(
        Lifecycle, on_delete=models.PROTECT, related_name="queues"
    )
    sort_order = models.IntegerField(default=0)
    initial_priority = models.IntegerField("priority of a new ticket", default=0)
    final_priority = models.IntegerField("priority it rises to", default=0)
    default_due_in = models.PositiveIntegerField(
        "due after (days)", null=True, blank=True
    )
    disabled = models.BooleanField(
        default=False, help_text="Takes no new tickets; the old ones stay."
    )

    objects: ClassVar[QueueManager] = QueueManager()

    class Meta:
        default_permissions = ()
        permissions = tuple((right.value, right.value) for right in QUEUE_RIGHTS)
        constraints = (
            models.UniqueConstraint(Lower("name"), name="queue_name_ci_unique"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a subject tag that a subject line could not carry."""
        if re.search(r"[\[\]\r\n#]", self.subject_tag):
            raise ValidationError(
                {"subject_tag": "A tag may not contain brackets, # or line ends."}
            )


class QueueWatcher(models.Model):
    """A standing Cc or AdminCc of every ticket in a queue, without being copied."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="watchers")
    role = models.CharField(
        max_length=16, choices=[(role.value, role.label) for role in QUEUE_ROLES]
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True)
                | Q(user__isnull=True, group__isnull=False),
                name="queue_watcher_user_or_group",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in QUEUE_ROLES]),
                name="queue_watcher_role",
            ),
            models.UniqueConstraint(
                fields=["queue", "role", "user"], name="queue_watcher_user_once"
            ),
            models.UniqueConstraint(
                fields=["queue", "role", "group"], name="queue_watcher_group_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.group} is {self.role} of {self.queue}"
