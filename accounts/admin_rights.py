"""What admin pages ask for: RT's rights instead of Django's add, change, delete."""

from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import User
from accounts.rights import QUEUE_RIGHTS, Right

ModelT = TypeVar("ModelT", bound=Model)
ParentT = TypeVar("ParentT", bound=Model)


def is_all_powerful(user: User | AnonymousUser) -> bool:
    """Say whether a user is a superuser or was granted SuperUser everywhere."""
    return user.has_perm(f"accounts.{Right.SUPER_USER.value}")


def holds(user: User | AnonymousUser, right: Right) -> bool:
    """Say whether a user holds a right everywhere, in person or through groups."""
    app = "queues" if right in QUEUE_RIGHTS else "accounts"
    return user.has_perm(f"{app}.{right.value}") or is_all_powerful(user)


class RightHolderAdmin(admin.ModelAdmin[ModelT]):
    """Shown to holders of one right, changed by holders of another.

    Nothing is ever deleted here: history points at it. Subclasses for which a right
    may be held on one queue refine ``may_view`` and ``may_change``.
    """

    view_right: Right = Right.SUPER_USER
    change_right: Right = Right.SUPER_USER
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def may_change(self, user: User, obj: ModelT | None = None) -> bool:
        """Say whether a user may change this object; without one, any of them."""
        return holds(user, self.change_right)

    def may_view(self, user: User, obj: ModelT | None = None) -> bool:
        """Say whether a user may look at this object; without one, at any of them."""
        return holds(user, self.view_right) or self.may_change(user, obj)

    def may_add(self, user: User) -> bool:
        """Say whether a user may create one."""
        return holds(user, self.change_right)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the model in the menu of those who may look at it."""
        return self.has_view_permission(request)

    def has_view_permission(
        self, request: HttpRequest, obj: ModelT | None = None
    ) -> bool:
        """Ask ``may_view``; pickers on other pages may show names to all let in."""
        match = request.resolver_match
        if (
            obj is None
            and match is not None
            and match.view_name == "admin:autocomplete"
        ):
            return True
        return isinstance(request.user, User) and self.may_view(request.user, obj)

    def has_change_permission(
        self, request: HttpRequest, obj: ModelT | None = None
    ) -> bool:
        """Ask ``may_change``."""
        return isinstance(request.user, User) and self.may_change(request.user, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask ``may_add``."""
        return isinstance(request.user, User) and self.may_add(request.user)

    def has_delete_permission(
        self, request: HttpRequest, obj: ModelT | None = None
    ) -> bool:
        """Nothing is deleted; what is not wanted any more is disabled."""
        return False


class ReadOnlyAdmin(RightHolderAdmin[ModelT]):
    """Looked at by superusers, changed by nobody: commands alone write it."""

    def may_change(self, user: User, obj: ModelT | None = None) -> bool:
        """Nobody may."""
        return False

    def may_add(self, user: User) -> bool:
        """Nobody may."""
        return False


class PartOf(admin.TabularInline[ModelT, ParentT]):
    """Rows shown on the page of what they belong to, under the same rights."""

    extra = 0

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        if obj is None:
            return parent.has_add_permission(request)
        return parent.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the page sees its rows."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the page may add rows."""
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the page may change rows."""
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the page may take rows out."""
        return self._may_change(request, obj)
