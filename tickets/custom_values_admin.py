"""Custom fields of users, groups and queues in the admin site: a page for each."""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from accounts.admin import GroupAdmin, UserAdmin
from accounts.models import Group, User
from accounts.rights import Right
from queues.admin import QueueAdmin
from queues.models import CustomField, Queue
from tickets import commands, forms
from tickets.commands.object_custom_fields import (
    Thing,
    column_of,
    lookup_type_of,
    may_on_field,
)
from tickets.custom_values.reading import FieldValues
from tickets.forms.errors import take_errors
from tickets.models import ObjectCustomFieldValue


class WithCustomFields(admin.ModelAdmin[Any]):
    """Adds the page of values to the pages of a model."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page of values."""
        names = self.opts.app_label, self.opts.model_name
        return [
            path(
                "<int:number>/custom-fields/",
                self.admin_site.admin_view(self.fields_view),
                name="{}_{}_fields".format(*names),
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the page of values."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_fields"
        extra: dict[str, Any] = {}
        if object_id.isascii() and object_id.isdecimal():
            extra = {"custom_fields_url": reverse(name, args=[int(object_id)])}
        return super().change_view(
            request, object_id, form_url, (extra_context or {}) | extra
        )

    def fields_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show the values of one object, and change those that may be."""
        thing = self.get_object(request, str(number))
        if thing is None:
            raise Http404("There is no such object.")
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        user = _user(request)
        shown = values_of(thing, user)
        # ``change`` of the object is one right, of its fields another: both count.
        may_change = self.has_change_permission(request, thing)
        editable = [each.field for each in shown if each.may_modify and may_change]
        form = forms.CustomFields(
            request.POST if request.method == "POST" else None,
            request.FILES if request.method == "POST" else None,
            custom_fields=editable,
            current={each.field.pk: each.values for each in shown},
        )
        if request.method == "POST" and not editable:
            raise PermissionDenied(f"You need the right {Right.MODIFY_CUSTOM_FIELD}.")
        if form.is_valid() and self._save(request, form, thing):
            return redirect(request.get_full_path())
        opts = self.opts
        ctx = {
            **self.admin_site.each_context(request),
            "title": f"Custom fields of {thing}",
            "opts": opts,
            "thing": thing,
            "thing_url": reverse(
                f"admin:{opts.app_label}_{opts.model_name}_change", args=[thing.pk]
            ),
            "form": form,
            "fixed": [each for each in shown if each.field not in editable],
        }
        status = 422 if form.is_bound else 200
        return render(request, "admin/custom_fields.html", ctx, status=status)

    def _save(
        self, request: HttpRequest, form: forms.CustomFields, thing: Thing
    ) -> bool:
        try:
            changed = commands.set_object_fields(
                thing, actor=_user(request), changes=form.custom_changes()
            )
        except ValidationError as error:
            take_errors(form, error)
            return False
        names = ", ".join(field.name for field in changed)
        if changed:
            self.log_change(request, thing, f"Changed custom fields: {names}")
        self.message_user(request, f"Saved: {names or 'nothing was changed'}.")
        return True


def values_of(thing: Thing, user: User) -> list[FieldValues]:
    """Return the fields of a queue, user or group that a person may see. Three queries.

    The choices are loaded.
    """
    found = CustomField.objects.applied_everywhere(lookup_type_of(thing))
    fields = [
        field
        for field in found.prefetch_related("choices")
        if may_on_field(user, Right.SEE_CUSTOM_FIELD, field, thing)
    ]
    values: dict[int, list[ObjectCustomFieldValue]] = defaultdict(list)
    rows = ObjectCustomFieldValue.objects.filter(
        **{column_of(thing): thing}, disabled=False
    )
    for row in rows.select_related("blob").order_by("pk"):
        values[row.field_id].append(row)
    return [
        FieldValues(
            field,
            values[field.pk],
            may_modify=may_on_field(user, Right.MODIFY_CUSTOM_FIELD, field, thing),
        )
        for field in fields
    ]


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # the admin site lets nobody else in
        raise PermissionDenied
    return request.user


class UserWithFieldsAdmin(WithCustomFields, UserAdmin):
    """Users, with their custom fields."""


class GroupWithFieldsAdmin(WithCustomFields, GroupAdmin):
    """Groups, with their custom fields."""


class QueueWithFieldsAdmin(WithCustomFields, QueueAdmin):
    """Queues, with their custom fields."""


for model, page in (
    (User, UserWithFieldsAdmin),
    (Group, GroupWithFieldsAdmin),
    (Queue, QueueWithFieldsAdmin),
):
    # The apps below know nothing of values; theirs are the pages this one adds to.
    admin.site.unregister(model)
    admin.site.register(model, page)
