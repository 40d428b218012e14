"""Queues and lifecycles in the admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_rights import PartOf, RightHolderAdmin
from accounts.models import User
from accounts.rights import Right
from queues import custom_fields_admin
from queues.admin_forms import (
    LifecycleForm,
    QueueForm,
    QueueWatcherForm,
)
from queues.defaults import DEFAULT_LIFECYCLE
from queues.models import (
    Lifecycle,
    Queue,
    QueueWatcher,
)
from queues.rights import rights_of
from queues.rights_admin import rights_page

# Django looks for pages in modules of this name only.
__all__ = ["LifecycleAdmin", "QueueAdmin", "custom_fields_admin"]

# Any of these shows a queue's page; the page then offers what they allow.
QUEUE_PAGE_RIGHTS = (
    Right.ADMIN_QUEUE,
    Right.MODIFY_QUEUE_WATCHERS,
    Right.SHOW_ACL,
    Right.MODIFY_ACL,
)


class QueueWatcherInline(PartOf[QueueWatcher, Queue]):
    """Standing Cc and AdminCc of every ticket in the queue."""

    model = QueueWatcher
    form = QueueWatcherForm
    autocomplete_fields = ("user", "group")
    verbose_name = "standing watcher"

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        rights = rights_of(request.user)
        place = obj.pk if obj is not None else 0
        return rights.has(Right.MODIFY_QUEUE_WATCHERS, place) or rights.has(
            Right.ADMIN_QUEUE, place
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[QueueWatcher]:
        """Load the watchers with their names, in a stable order."""
        found = super().get_queryset(request).select_related("user", "group")
        return found.order_by("role", "id")


@admin.register(Queue)
class QueueAdmin(RightHolderAdmin[Queue]):
    """Queues, their standing watchers and who may do what in them."""

    form = QueueForm
    list_display = (
        "name",
        "description",
        "correspond_address",
        "lifecycle",
        "enabled",
        "rights_link",
    )
    list_filter = ("disabled", "lifecycle")
    list_select_related = ("lifecycle",)
    search_fields = ("name", "description", "correspond_address", "comment_address")
    ordering = ("sort_order", "name", "id")
    inlines = (QueueWatcherInline,)
    change_form_template = "admin/queues/queue_change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "description", "lifecycle", "disabled")}),
        (
            "Mail",
            {
                "description": "Left empty, the addresses of the whole site are used.",
                "fields": ("correspond_address", "comment_address", "subject_tag"),
            },
        ),
        (
            "New tickets",
            {"fields": ("initial_priority", "final_priority", "default_due_in")},
        ),
        ("Order", {"classes": ("collapse",), "fields": ("sort_order",)}),
    )

    def may_change(self, user: User, obj: Queue | None = None) -> bool:
        """Ask for AdminQueue on the queue; for the list, anywhere."""
        return _holds_on(user, (Right.ADMIN_QUEUE,), obj)

    def may_view(self, user: User, obj: Queue | None = None) -> bool:
        """Show the queue to whoever administers anything about it."""
        return _holds_on(user, QUEUE_PAGE_RIGHTS, obj)

    def may_add(self, user: User) -> bool:
        """A new queue needs AdminQueue everywhere."""
        return rights_of(user).has(Right.ADMIN_QUEUE)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new queue with the lifecycle that every site has."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        default = Lifecycle.objects.filter(name=DEFAULT_LIFECYCLE).first()
        return {"lifecycle": default.pk if default else None} | initial

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        """Keep the queues this person administers something of."""
        found = super().get_queryset(request)
        match = request.resolver_match
        rights = rights_of(request.user)
        if match is not None and match.view_name == "admin:autocomplete":
            return found.filter(disabled=False)
        if any(rights.has(right) for right in QUEUE_PAGE_RIGHTS):
            return found
        held = [rights.queue_ids_with(right) for right in QUEUE_PAGE_RIGHTS]
        return found.filter(pk__in=set().union(*held))

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of rights."""
        view = self.admin_site.admin_view
        return [
            path(
                "rights/",
                view(self.global_rights_view),
                name="queues_queue_global_rights",
            ),
            path(
                "<int:queue_id>/rights/",
                view(self.rights_view),
                name="queues_queue_rights",
            ),
            *super().get_urls(),
        ]

    def global_rights_view(self, request: HttpRequest) -> HttpResponse:
        """Show and change the rights granted everywhere."""
        return rights_page(request, model_admin=self, place=None)

    def rights_view(self, request: HttpRequest, queue_id: int) -> HttpResponse:
        """Show and change the rights granted on one queue."""
        queue = get_object_or_404(self.get_queryset(request), pk=queue_id)
        return rights_page(request, model_admin=self, place=queue)

    def response_add(
        self, request: HttpRequest, obj: Queue, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the rights: a queue without any is of no use to anybody."""
        if not rights_of(request.user).has(Right.MODIFY_ACL, obj.pk):
            return super().response_add(request, obj, post_url_continue)
        self.message_user(
            request, f"{obj} was created. Now choose who may do what in it.", "success"
        )
        url = reverse("admin:queues_queue_rights", args=[obj.pk])
        return HttpResponseRedirect(url)

    @admin.display(boolean=True, ordering="disabled")
    def enabled(self, queue: Queue) -> bool:
        """Say whether the queue takes new tickets."""
        return not queue.disabled

    @admin.display(description="rights")
    def rights_link(self, queue: Queue) -> SafeString:
        """Lead to the rights of the queue."""
        url = reverse("admin:queues_queue_rights", args=[queue.pk])
        return format_html('<a href="{}">Rights</a>', url)


@admin.register(Lifecycle)
class LifecycleAdmin(RightHolderAdmin[Lifecycle]):
    """Statuses and the moves between them; for superusers."""

    form = LifecycleForm
    list_display = ("name", "statuses", "used_by")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lifecycle]:
        """Load the queues that use each lifecycle at once."""
        queues = Prefetch("queues", Queue.objects.order_by("name"))
        return super().get_queryset(request).prefetch_related(queues)

    @admin.display
    def statuses(self, lifecycle: Lifecycle) -> str:
        """List the statuses in the order shown everywhere."""
        return ", ".join(lifecycle.rules.statuses)

    @admin.display
    def used_by(self, lifecycle: Lifecycle) -> str:
        """Name the queues that follow it."""
        return ", ".join(queue.name for queue in lifecycle.queues.all())


def _holds_on(user: User, wanted: tuple[Right, ...], queue: Queue | None) -> bool:
    """Say whether a user holds one of the rights on a queue or, without one, any."""
    rights = rights_of(user)
    if queue is not None:
        return any(rights.has(right, queue.pk) for right in wanted)
    return any(rights.has(r) or bool(rights.queue_ids_with(r)) for r in wanted)
