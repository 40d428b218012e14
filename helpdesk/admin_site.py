"""The admin site: who gets in, and in which order it shows things."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, reverse

from accounts.admin_rights import holds, is_all_powerful
from accounts.rights import Right

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])

# Sections of the menu and the models in each, by "app.Model".
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("People", ("accounts.User", "accounts.Group")),
    ("Queues", ("queues.Queue", "queues.Lifecycle", "queues.CustomField")),
    ("Scrips", ("scrips.Scrip", "scrips.ScripTemplate", "scrips.ScripRun")),
    ("Mail", ("mail.IncomingMail", "mail.OutgoingMail")),
    ("Tickets", ("tickets.Ticket", "tickets.Transaction")),
    ("Tools", ("broker.Message",)),
)
# People log in, log out and change passwords on the product's own pages.
UNUSED_URLS = {"login", "logout", "password_change", "password_change_done"}


class HelpdeskAdminSite(AdminSite):
    """Open to superusers and holders of ShowConfigTab; each model asks for more."""

    site_title = "Administration"
    site_header = "Administration"
    index_title = "Administration"
    enable_nav_sidebar = False  # the rail does this
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether this person may see the admin site at all."""
        return request.user.is_authenticated and holds(
            request.user, Right.SHOW_CONFIG_TAB
        )

    def admin_view(self, view: ViewT, cacheable: bool = False) -> ViewT:
        """Send strangers to log in; refuse those whom logging in cannot help."""
        inner = super().admin_view(view, cacheable)

        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if self.has_permission(request):
                return inner(request, *args, **kwargs)
            if request.user.is_authenticated:
                raise PermissionDenied(f"You need the right {Right.SHOW_CONFIG_TAB}.")
            return redirect_to_login(
                request.get_full_path(), resolve_url("accounts:login")
            )

        return cast("ViewT", update_wrapper(guarded, view))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Leave out the pages the product has itself."""
        return [
            url
            for url in super().get_urls()
            if not (isinstance(url, URLPattern) and url.name in UNUSED_URLS)
        ]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[Any]:
        """Group the models by what they are about, not by the app they live in."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {
            f"{app['app_label']}.{model['object_name']}": model
            for app in apps
            for model in app["models"]
        }
        sections = []
        for title, names in SECTIONS:
            entries = [models.pop(name) for name in names if name in models]
            entries += self._extra_entries(request, title)
            if entries:
                sections.append(_section(title, entries))
        if models:
            sections.append(_section("Other", list(models.values())))
        return sections

    def _extra_entries(self, request: HttpRequest, title: str) -> list[Any]:
        if title != "Queues":
            return []
        entries = []
        if any(holds(request.user, r) for r in (Right.SHOW_ACL, Right.MODIFY_ACL)):
            url = reverse("admin:queues_queue_global_rights")
            entries.append(_entry("Global rights", url))
        if is_all_powerful(request.user):
            entries.append(_entry("Set-up page", reverse("queues:setup")))
        return entries


def _section(title: str, entries: list[Any]) -> dict[str, Any]:
    return {
        "name": title,
        "app_label": title.lower(),
        "app_url": "",
        "has_module_perms": True,
        "models": entries,
    }


def _entry(name: str, url: str) -> dict[str, Any]:
    return {
        "model": None,
        "name": name,
        "object_name": name.replace(" ", ""),
        "perms": {},
        "admin_url": url,
        "add_url": None,
        "view_only": False,
    }
