"""What every page needs around its content: theme, rail, counts."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from queues.site import organization
from tickets.at_hand import AtHand, RailDashboard, at_hand
from tickets.pinned import Pinned, counted
from tickets.rail import Rail, rail

NAME_SECONDS = 5.0
# Pages that the rail has no entry for, and the entry that leads to them.
_BEHIND = {
    f"tickets:{page}": f"tickets:{entry}"
    for entry, pages in {
        "search": ("build_search", "bulk", "bulk_job", "chart", "feeds"),
        "searches": ("save_search", "edit_search", "delete_search"),
        "reports": ("report",),
        "dashboards": ("create_dashboard", "edit_dashboard", "show_dashboard"),
    }.items()
    for page in pages
}


@dataclass
class _Remembered:
    text: str = ""
    until: float = 0.0


_name = _Remembered()


class Page:
    """The shell of a page. Reads the database only for what a template shows."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> User | None:
        """The person logged in, or None."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def theme(self) -> str:
        """The theme the user chose; empty follows the system."""
        return self.user.theme if self.user else ""

    @cached_property
    def organization(self) -> str:
        """The name of the site."""
        return _site_name()

    @property
    def here(self) -> str:
        """The name of the URL, or of the entry of the rail that it lies behind."""
        match = self._request.resolver_match
        name = match.view_name if match else ""
        return _BEHIND.get(name, name)

    @cached_property
    def rail(self) -> Rail:
        """The queues of the rail and how many tickets the user owns."""
        return rail(self.user) if self.user else Rail([], 0)

    @cached_property
    def pinned(self) -> list[Pinned]:
        """The searches of the rail, with the numbers that are known."""
        if self.user is None:
            return []
        return counted(self.at_hand.searches, user=self.user, ask=False)

    @cached_property
    def at_hand(self) -> AtHand:
        """What the person keeps at hand, of staff alone. One query."""
        if self.user is None or not self.user.is_privileged:
            return AtHand()
        return at_hand(self.user)

    @property
    def dashboards(self) -> list[RailDashboard]:
        """The dashboards of the rail."""
        return self.at_hand.dashboards

    @property
    def is_counting(self) -> bool:
        """Whether a number of the rail is to be asked for after the page."""
        return any(each.number is None for each in self.pinned)

    @cached_property
    def shows_admin(self) -> bool:
        """Whether the admin site has something for this user."""
        return self.user is not None and rights_of(self.user).has(Right.SHOW_CONFIG_TAB)

    @cached_property
    def mail_url(self) -> str:
        """Where outgoing mail can be read, for those who may."""
        if not self.shows_admin:
            return ""
        try:
            return reverse("mail:outgoing")
        except NoReverseMatch:
            return ""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html shows as ``page``; nothing is read before it is used."""
    return {"page": page_of(request)}


def page_of(request: HttpRequest) -> Page:
    """Return the one shell of a request, for a view that knows some of it already."""
    shell: Page = getattr(request, "shell", None) or Page(request)
    request.shell = shell  # type: ignore[attr-defined]  # one per request
    return shell


def _site_name() -> str:
    """Return the site's name, asked for once in half a minute by each process."""
    now = time.monotonic()
    if now >= _name.until:
        _name.text, _name.until = organization(), now + NAME_SECONDS
    return _name.text
