"""Admin page of the broker: what waits, what is being done, what was put aside."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.broker.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    """Read-only list; dead messages can be run again or deleted."""

    list_display = ("id", "queue", "created_at", "attempts", "reserved_by", "dead_at")
    list_filter = (("dead_at", admin.EmptyFieldListFilter), "queue")
    ordering = ("-id",)
    actions = ("run_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: messages are made by the product."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Message | None = None
    ) -> bool:
        """Refuse: a message is what it is."""
        return False

    @admin.action(description="Run again", permissions=["delete"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Let workers take dead messages once more, with all attempts."""
        count = queryset.exclude(dead_at=None).update(
            dead_at=None, attempts=0, visible_at=timezone.now()
        )
        self.message_user(request, f"{count} message(s) will run again.")
