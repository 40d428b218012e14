"""Custom fields in the admin site: what they are, where they apply, their values."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_rights import PartOf, RightHolderAdmin
from accounts.models import User
from accounts.rights import Right
from queues.custom_fields_forms import CustomFieldForm, PlaceForm
from queues.models import (
    CustomField,
    CustomFieldChoice,
    CustomFieldPlace,
    LookupType,
    Queue,
)
from queues.rights import rights_of
from queues.rights_admin import rights_page

# Any of these shows a field's page; the page then offers what they allow.
PAGE_RIGHTS = (
    Right.ADMIN_CUSTOM_FIELD,
    Right.ADMIN_CUSTOM_FIELD_VALUES,
    Right.ASSIGN_CUSTOM_FIELDS,
)
WITH_PLACES = frozenset({LookupType.TICKET, LookupType.TRANSACTION})


class ChoiceInline(PartOf[CustomFieldChoice, CustomField]):
    """The values a field offers."""

    model = CustomFieldChoice
    fields = ("name", "description", "category", "sort_order")
    ordering = ("sort_order", "name", "id")
    verbose_name = "offered value"

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        rights = (Right.ADMIN_CUSTOM_FIELD, Right.ADMIN_CUSTOM_FIELD_VALUES)
        return any(_holds(request.user, right, obj) for right in rights)


class PlaceInline(PartOf[CustomFieldPlace, CustomField]):
    """The queues the field applies to, with what is different there."""

    model = CustomFieldPlace
    form = PlaceForm
    verbose_name = "queue"
    verbose_name_plural = "applies to queues"

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return bool(_assignable(request.user)) or _assigns_everywhere(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomFieldPlace]:
        """Show the queues this person may take the field from, or all to look at."""
        found = super().get_queryset(request).select_related("queue")
        if not _assigns_everywhere(request.user) and _assignable(request.user):
            found = found.filter(queue_id__in=_assignable(request.user))
        return found.order_by("queue__sort_order", "queue__name", "id")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the queues this person may apply fields to."""
        if db_field.name == "queue":
            queues = Queue.objects.order_by("sort_order", "name", "id")
            if not _assigns_everywhere(request.user):
                queues = queues.filter(pk__in=_assignable(request.user))
            kwargs["queryset"] = queues
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(CustomField)
class CustomFieldAdmin(RightHolderAdmin[CustomField]):
    """Definitions of the fields administrators added to tickets and other things."""

    form = CustomFieldForm
    list_display = (
        "name",
        "description",
        "type",
        "lookup_type",
        "applies_to",
        "enabled",
        "rights_link",
    )
    list_filter = ("lookup_type", "type", "is_global", "disabled")
    search_fields = ("name", "description")
    ordering = ("sort_order", "name", "id")
    inlines = (ChoiceInline, PlaceInline)
    change_form_template = "admin/queues/custom_field_change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "description", "type", "lookup_type", "disabled")}),
        ("Applies to", {"fields": ("is_global",)}),
        (
            "Input",
            {
                "fields": (
                    "render_type",
                    "max_values",
                    "pattern",
                    "entry_hint",
                    "validation_hint",
                    "canonicalizer",
                    "unique_values",
                    "based_on",
                    "default_value",
                )
            },
        ),
        (
            "Display",
            {
                "fields": (
                    "grouping",
                    "sort_order",
                    "link_value_to",
                    "include_content_for_value",
                )
            },
        ),
    )

    def may_change(self, user: User, obj: CustomField | None = None) -> bool:
        """Let in whoever may change anything of it; the page offers just that."""
        return any(_holds(user, right, obj) for right in PAGE_RIGHTS)

    def may_add(self, user: User) -> bool:
        """A new field needs AdminCustomField everywhere."""
        return rights_of(user).has(Right.ADMIN_CUSTOM_FIELD)

    def get_readonly_fields(
        self, request: HttpRequest, obj: CustomField | None = None
    ) -> list[str]:
        """Keep what this person has no right to, and what a field belongs to."""
        if obj is not None and not _holds(request.user, Right.ADMIN_CUSTOM_FIELD, obj):
            fixed = list(CustomFieldForm.Meta.fields)
        else:
            fixed = [] if obj is None else ["lookup_type"]
        if _assigns_everywhere(request.user):
            return [name for name in fixed if name != "is_global"]
        return [*fixed, *({"is_global"} - set(fixed))]

    def get_inlines(self, request: HttpRequest, obj: CustomField | None) -> list[Any]:
        """Show values where the type has a list, queues where it can have any."""
        if obj is None:
            return [ChoiceInline, PlaceInline]
        shown: list[Any] = [ChoiceInline] if obj.offers_values else []
        return [*shown, PlaceInline] if obj.lookup_type in WITH_PLACES else shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomField]:
        """Keep the fields this person administers something of, queues loaded."""
        queues = Prefetch("queues", Queue.objects.order_by("name"))
        found = super().get_queryset(request).prefetch_related(queues)
        rights = rights_of(request.user)
        if any(rights.has(right) for right in PAGE_RIGHTS) or _assignable(request.user):
            return found
        held = [rights.fields_with(right) for right in PAGE_RIGHTS]
        return found.filter(pk__in=set().union(*held))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer fields with a list of values to base another on."""
        if db_field.name == "based_on":
            kwargs["queryset"] = CustomField.objects.filter(
                disabled=False, type__startswith="Select"
            ).order_by("name", "id")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the page of rights."""
        return [
            path(
                "<int:field_id>/rights/",
                self.admin_site.admin_view(self.rights_view),
                name="queues_customfield_rights",
            ),
            *super().get_urls(),
        ]

    def rights_view(self, request: HttpRequest, field_id: int) -> HttpResponse:
        """Show and change the rights granted on one field."""
        field = get_object_or_404(CustomField, pk=field_id)
        return rights_page(request, model_admin=self, place=field)

    @admin.display
    def applies_to(self, field: CustomField) -> str:
        """Name the queues whose tickets have the field."""
        if field.is_global:
            return "everywhere"
        return ", ".join(queue.name for queue in field.queues.all()) or "nothing yet"

    @admin.display(boolean=True, ordering="disabled")
    def enabled(self, field: CustomField) -> bool:
        """Say whether tickets show the field."""
        return not field.disabled

    @admin.display(description="rights")
    def rights_link(self, field: CustomField) -> SafeString:
        """Lead to the rights of the field."""
        url = reverse("admin:queues_customfield_rights", args=[field.pk])
        return format_html('<a href="{}">Rights</a>', url)


def _holds(user: Any, right: Right, field: CustomField | None) -> bool:
    """Say whether a right is held on a field or, without one, on any."""
    rights = rights_of(user)
    if right is Right.ASSIGN_CUSTOM_FIELDS:
        return rights.has(right) or bool(rights.queue_ids_with(right))
    if field is not None and field.pk:
        return rights.has_on_field(right, field.pk)
    return rights.has(right) or (field is None and bool(rights.fields_with(right)))


def _assigns_everywhere(user: Any) -> bool:
    return rights_of(user).has(Right.ASSIGN_CUSTOM_FIELDS)


def _assignable(user: Any) -> set[int]:
    return rights_of(user).queue_ids_with(Right.ASSIGN_CUSTOM_FIELDS)
