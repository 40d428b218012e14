"""Users and groups in the admin site; every change goes through the commands."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group as AuthGroup
from django.db.models import Count, Q, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts import commands
from accounts.admin_forms import GroupForm, MembershipForm, UserForm
from accounts.admin_rights import PartOf, RightHolderAdmin, is_all_powerful
from accounts.containment import carries_super_user
from accounts.models import Group, GroupKind, Membership, User
from accounts.rights import Right

# Django's own page of groups writes past the commands.
admin.site.unregister(AuthGroup)


@admin.register(User)
class UserAdmin(RightHolderAdmin[User]):
    """Everybody who ever wrote, logged in or was named on a ticket."""

    view_right = Right.ADMIN_USERS
    change_right = Right.ADMIN_USERS
    form = UserForm
    list_display = ("name", "real_name", "email", "privileged", "enabled", "last_login")
    list_filter = ("is_privileged", "disabled", "is_superuser")
    search_fields = ("name", "email", "real_name", "nickname", "organization")
    ordering = ("name", "id")
    actions = ("disable", "enable")
    readonly_fields = ("effective_groups", "last_login", "created", "last_updated")
    fieldsets = (
        (None, {"fields": ("name", "email", "real_name", "organization")}),
        (
            "Access",
            {"fields": ("is_privileged", "disabled", "is_superuser", "new_password")},
        ),
        ("Groups", {"fields": ("effective_groups",)}),
        ("Notes", {"fields": ("comments", "freeform_contact_info")}),
        (
            "Phones and address",
            {
                "classes": ("collapse",),
                "fields": (
                    ("work_phone", "mobile_phone"),
                    ("home_phone", "pager_phone"),
                    "address1",
                    "address2",
                    ("zip", "city"),
                    ("state", "country"),
                ),
            },
        ),
        (
            "Preferences",
            {
                "classes": ("collapse",),
                "fields": ("nickname", "gecos", "lang", "timezone", "signature"),
            },
        ),
        ("Dates", {"fields": ("last_login", "created", "last_updated")}),
    )

    def may_change(self, user: User, obj: User | None = None) -> bool:
        """Keep administrators of users from taking over those above them."""
        if not super().may_change(user, obj):
            return False
        if obj is None:
            return True
        if obj.is_system_user:
            return False
        return is_all_powerful(user) or not is_all_powerful(obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str]:
        """Keep people from locking themselves out or lifting themselves up."""
        fixed = list(self.readonly_fields)
        if not is_all_powerful(request.user):
            fixed.append("is_superuser")
        if obj is not None and obj == request.user:
            fixed += ["disabled", "is_superuser", "is_privileged"]
        return fixed

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Create or change a user; what has consequences is left to the commands."""
        changed = set(form.changed_data) - {"new_password"}
        if change:
            if "disabled" in changed:
                commands.set_disabled(obj, disabled=obj.disabled)
            if "is_privileged" in changed:
                commands.set_privileged(obj, is_privileged=obj.is_privileged)
        else:
            created = commands.create_user(
                obj.name,
                email=obj.email,
                real_name=obj.real_name,
                is_privileged=obj.is_privileged,
                comments=obj.comments,
            )
            obj.pk, obj.password = created.pk, created.password
            obj._state.adding, obj._state.db = False, created._state.db
        if form.cleaned_data.get("new_password"):
            obj.set_password(form.cleaned_data["new_password"])
            obj.must_change_password = True
            changed |= {"password", "must_change_password"}
        obj.save(update_fields=[*changed, "last_updated"])
        if not change and obj.disabled:
            commands.set_disabled(obj, disabled=True)

    @admin.display(boolean=True, ordering="is_privileged")
    def privileged(self, user: User) -> bool:
        """Say whether the user is staff."""
        return user.is_privileged

    @admin.display(boolean=True, ordering="disabled")
    def enabled(self, user: User) -> bool:
        """Say whether the user may act."""
        return not user.disabled

    @admin.display(description="member of")
    def effective_groups(self, user: User) -> SafeString | str:
        """List the groups the user is in, directly or through others."""
        if user.pk is None:
            return self.get_empty_value_display()
        groups = user.groups.order_by("group__kind", "name")
        return format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            (
                (reverse("admin:accounts_group_change", args=[group.pk]), group.name)
                for group in groups
            ),
        )

    @admin.action(description="Disable selected users", permissions=["change"])
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Disable those of the users whom this person may change."""
        self._set_disabled(request, users, disabled=True)

    @admin.action(description="Enable selected users", permissions=["change"])
    def enable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Enable those of the users whom this person may change."""
        self._set_disabled(request, users, disabled=False)

    def _set_disabled(
        self, request: HttpRequest, users: QuerySet[User], *, disabled: bool
    ) -> None:
        word = "disabled" if disabled else "enabled"
        done = 0
        for user in users.exclude(disabled=disabled):
            if user == request.user or not self.has_change_permission(request, user):
                self.message_user(request, f"{user} was not {word}.", "warning")
                continue
            commands.set_disabled(user, disabled=disabled)
            self.log_change(request, user, word.capitalize())
            done += 1
        count = f"{done} user" if done == 1 else f"{done} users"
        self.message_user(request, f"{count} {word}.", "success")


class MembershipInline(PartOf[Membership, Group]):
    """Direct members of a group: added and taken out, never rewritten."""

    model = Membership
    form = MembershipForm
    fk_name = "group"
    autocomplete_fields = ("user", "member_group")
    verbose_name = "member"
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A member is taken out and another added; there is nothing to change."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Load members with their names, users first."""
        found = super().get_queryset(request).select_related("user", "member_group")
        return found.order_by("user__name", "member_group__name", "id")


@admin.register(Group)
class GroupAdmin(RightHolderAdmin[Group]):
    """Groups; those of the system and the roles can be looked at only."""

    view_right = Right.SEE_GROUP
    change_right = Right.ADMIN_GROUP
    form = GroupForm
    list_display = ("name", "description", "kind", "people", "enabled")
    list_filter = ("kind", "disabled")
    search_fields = ("name", "description")
    ordering = ("-kind", "name", "id")
    fields = ("name", "description", "disabled")
    inlines = (MembershipInline,)

    def may_change(self, user: User, obj: Group | None = None) -> bool:
        """Only the all-powerful decide who becomes all-powerful by a group."""
        if not super().may_change(user, obj):
            return False
        if obj is None:
            return True
        return obj.is_user_defined and (
            is_all_powerful(user) or not carries_super_user(obj)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Count the people of each group in the same query."""
        people = Count("user", filter=Q(user__disabled=False))
        return super().get_queryset(request).annotate(people_count=people)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Offer only groups that can be a member where a member is looked for."""
        if request.GET.get("field_name") == "member_group":
            queryset = queryset.filter(kind=GroupKind.USER_DEFINED)
        return super().get_search_results(request, queryset, search_term)

    def get_inlines(self, request: HttpRequest, obj: Group | None) -> list[Any]:
        """Show members where there can be any."""
        return [] if obj is not None and not obj.is_user_defined else [MembershipInline]

    def save_model(
        self, request: HttpRequest, obj: Group, form: ModelForm[Group], change: bool
    ) -> None:
        """Create or change a group by the commands."""
        if not change:
            created = commands.create_group(obj.name, description=obj.description)
            obj.id, obj.group_ptr_id = created.id, created.group_ptr_id
            obj._state.adding, obj._state.db = False, created._state.db
        elif {"name", "description"} & set(form.changed_data):
            obj.save(update_fields=["name", "description"])
        if "disabled" in form.changed_data:
            commands.set_group_disabled(obj, disabled=obj.disabled)

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: BaseModelFormSet[Any, Any],
        change: bool,
    ) -> None:
        """Add and remove members so that effective membership follows at once."""
        added: list[Membership] = formset.save(commit=False)
        # Rows taken out were shown read-only, so the form has no values for them.
        gone = [row.pk for row in formset.deleted_objects]
        for row in Membership.objects.filter(pk__in=gone):
            commands.remove_member(row.group, _member(row))
        for row in added:
            commands.add_member(row.group, _member(row))

    @admin.display(ordering="people_count")
    def people(self, group: Group) -> int | None:
        """Count enabled people, directly or through groups; roles have none."""
        if group.kind == GroupKind.ROLE:
            return None
        count: int = group.people_count  # type: ignore[attr-defined]  # annotated
        return count

    @admin.display(boolean=True, ordering="disabled")
    def enabled(self, group: Group) -> bool:
        """Say whether the group brings anything to its members."""
        return not group.disabled


def _member(row: Membership) -> User | Group:
    member = row.user or row.member_group
    if member is None:  # the database refuses such rows
        raise ValueError("A membership without a member.")
    return member
