"""Scrips, their templates and what they did, in the admin site."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin_rights import ReadOnlyAdmin, RightHolderAdmin
from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from scrips.admin_forms import ScripForm, TemplateForm
from scrips.models import Scrip, ScripRun, ScripTemplate, Subscription


@admin.register(Scrip)
class ScripAdmin(RightHolderAdmin[Scrip]):
    """When a condition holds for a transaction, do an action with a template."""

    view_right = Right.SHOW_SCRIPS
    change_right = Right.MODIFY_SCRIPS
    form = ScripForm
    list_display = (
        "description",
        "template",
        "applies_to",
        "sort_order",
        "enabled",
        "is_healthy",
    )
    list_filter = ("disabled", "is_global", "queues", "condition", "action")
    search_fields = ("description", "condition", "action", "template")
    ordering = ("sort_order", "id")
    autocomplete_fields = ("queues",)
    readonly_fields = ("last_error", "last_error_at")
    actions = ("disable", "enable")
    fieldsets = (
        (None, {"fields": ("description", "disabled")}),
        ("When", {"fields": ("condition", "condition_argument", "stage")}),
        ("Then", {"fields": ("action", "action_argument", "template")}),
        ("Where", {"fields": ("is_global", "queues", "sort_order")}),
        ("Last error", {"fields": ("last_error", "last_error_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scrip]:
        """Load the queues of each scrip at once."""
        queues = Prefetch("queues", Queue.objects.order_by("name"))
        return super().get_queryset(request).prefetch_related(queues)

    @admin.display
    def applies_to(self, scrip: Scrip) -> str:
        """Name the queues in which it runs."""
        if scrip.is_global:
            return "all queues"
        return ", ".join(queue.name for queue in scrip.queues.all()) or "nothing yet"

    @admin.display(boolean=True, ordering="disabled")
    def enabled(self, scrip: Scrip) -> bool:
        """Say whether it runs."""
        return not scrip.disabled

    @admin.display(boolean=True, description="no error", ordering="last_error_at")
    def is_healthy(self, scrip: Scrip) -> bool:
        """Say whether it never failed."""
        return scrip.last_error_at is None

    @admin.action(description="Disable selected scrips", permissions=["change"])
    def disable(self, request: HttpRequest, scrips: QuerySet[Scrip]) -> None:
        """Stop the scrips from running."""
        self._set_disabled(request, scrips, disabled=True)

    @admin.action(description="Enable selected scrips", permissions=["change"])
    def enable(self, request: HttpRequest, scrips: QuerySet[Scrip]) -> None:
        """Let the scrips run again."""
        self._set_disabled(request, scrips, disabled=False)

    def _set_disabled(
        self, request: HttpRequest, scrips: QuerySet[Scrip], *, disabled: bool
    ) -> None:
        word = "Disabled" if disabled else "Enabled"
        for scrip in scrips.exclude(disabled=disabled):
            scrip.disabled = disabled
            scrip.save(update_fields=["disabled"])
            self.log_change(request, scrip, word)
            self.message_user(request, f"{word}: {scrip}", "success")


@admin.register(ScripTemplate)
class TemplateAdmin(RightHolderAdmin[ScripTemplate]):
    """Texts of mails; a queue's own one replaces the global one of that name."""

    view_right = Right.SHOW_GLOBAL_TEMPLATES
    change_right = Right.MODIFY_TEMPLATE
    form = TemplateForm
    list_display = ("name", "queue", "description", "type", "last_updated")
    list_filter = ("type", ("queue", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("queue",)
    search_fields = ("name", "description", "content")
    ordering = ("name", "queue__name", "id")
    readonly_fields = ("last_updated",)
    fields = ("name", "queue", "description", "type", "content", "last_updated")

    def may_change(self, user: User, obj: ScripTemplate | None = None) -> bool:
        """Ask for ModifyTemplate, on the template's queue if it has one."""
        rights = rights_of(user)
        if obj is None:
            return bool(rights.has(Right.MODIFY_TEMPLATE)) or bool(
                rights.queue_ids_with(Right.MODIFY_TEMPLATE)
            )
        return rights.has(Right.MODIFY_TEMPLATE, obj.queue_id or 0)

    def may_add(self, user: User) -> bool:
        """Whoever may change templates of some queue may add one to it."""
        return self.may_change(user)

    def may_view(self, user: User, obj: ScripTemplate | None = None) -> bool:
        """Ask for ShowTemplate or more, on the template's queue if it has one."""
        rights = rights_of(user)
        if rights.has(self.view_right) or self.may_change(user, obj):
            return True
        if obj is not None:
            return rights.has(Right.SHOW_TEMPLATE, obj.queue_id or 0)
        return rights.has(Right.SHOW_TEMPLATE) or bool(
            rights.queue_ids_with(Right.SHOW_TEMPLATE)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScripTemplate]:
        """Keep the templates of queues on which a right about them is held."""
        found = super().get_queryset(request)
        rights = rights_of(request.user)
        wanted = (Right.SHOW_TEMPLATE, Right.MODIFY_TEMPLATE)
        if any(rights.has(right) for right in (self.view_right, *wanted)):
            return found
        held = [rights.queue_ids_with(right) for right in wanted]
        return found.filter(queue_id__in=set().union(*held))

    def get_form(
        self,
        request: HttpRequest,
        obj: ScripTemplate | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[ModelForm[ScripTemplate]]:
        """Offer the queues whose templates this person may change."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        rights = rights_of(request.user)
        field = form.base_fields.get("queue")
        if field is not None and not rights.has(Right.MODIFY_TEMPLATE):
            held = rights.queue_ids_with(Right.MODIFY_TEMPLATE)
            field.queryset = Queue.objects.filter(pk__in=held).order_by("name")
            field.required = True
        return form  # type: ignore[no-any-return]  # a class made at run time


@admin.register(ScripRun)
class ScripRunAdmin(ReadOnlyAdmin[ScripRun]):
    """What scrips did, newest first: why a mail went out, or did not."""

    list_display = ("created", "description", "outcome", "detail_start", "transaction")
    list_filter = ("outcome", "created")
    list_select_related = ("transaction",)
    search_fields = ("description", "=transaction__ticket__id")
    search_help_text = "Words of a scrip's description, or a ticket number"
    ordering = ("-id",)

    @admin.display(description="detail")
    def detail_start(self, run: ScripRun) -> str:
        """Show the beginning of what was noted."""
        return run.detail[:120]


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin[Subscription]):
    """Who is told of which search, and whether that works; not the secret links."""

    list_display = (
        "search_name",
        "user",
        "what",
        "channel",
        "state",
        "checked_at",
        "failures",
    )
    list_filter = ("state", "channel", "what")
    list_select_related = ("user",)
    search_fields = ("search_name", "user__name", "=user__email")
    search_help_text = "Words of a search's name, or a user"
    ordering = ("-id",)
    exclude = ("webhook", "nonce")
