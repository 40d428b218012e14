"""Whose a saved thing is, which RT calls its privacy: mine, a group's, the system's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from accounts.models import Group, GroupKind, User
from accounts.rights import Right
from queues.rights import Rights, rights_of
from tickets.models import Dashboard, SavedSearch


@dataclass(frozen=True)
class Privacy:
    """One place to save in; with neither owner nor group it is the system."""

    owner: User | None = None
    group: Group | None = None

    @property
    def code(self) -> str:
        """Return the word by which forms and URLs name it."""
        if self.owner is not None:
            return "me"
        return "system" if self.group is None else f"group-{self.group.pk}"

    @property
    def label(self) -> str:
        """Return what people read."""
        if self.owner is not None:
            return "Me"
        return "Everybody" if self.group is None else f"Group {self.group.name}"


@dataclass(frozen=True)
class PrivacyRights:
    """The rights that allow changing things of each privacy."""

    own: Right
    group: Right
    system: Right

    def places(self, user: User) -> list[Privacy]:
        """Return where a user may save; groups are those they belong to. One query."""
        rights = rights_of(user)
        places = [Privacy(owner=user)] if rights.has(self.own) else []
        places += [Privacy(group=group) for group in self._groups(rights)]
        return places + ([Privacy()] if rights.has(self.system) else [])

    def allows(self, user: User, saved: SavedSearch | Dashboard) -> bool:
        """Say whether a user may change what is saved. No query."""
        return self.allow(user, owner_id=saved.owner_id, group_id=saved.group_id)

    def allow(self, user: User, *, owner_id: int | None, group_id: int | None) -> bool:
        """Say whether a user may change what has this owner or group. No query."""
        rights = rights_of(user)
        if owner_id is not None:
            return owner_id == user.pk and rights.has(self.own)
        if group_id is None:
            return rights.has(self.system)
        is_member = group_id in rights.groups or rights.is_superuser
        return is_member and rights.has(self.group)

    def _groups(self, rights: Rights) -> Iterable[Group]:
        if not rights.has(self.group):
            return ()
        groups = Group.objects.filter(kind=GroupKind.USER_DEFINED, disabled=False)
        if not rights.is_superuser:
            groups = groups.filter(pk__in=rights.groups)
        return groups.order_by("name", "pk")


SAVED_SEARCHES: Final = PrivacyRights(
    own=Right.ADMIN_OWN_SAVED_SEARCH,
    group=Right.ADMIN_GROUP_SAVED_SEARCH,
    system=Right.ADMIN_SAVED_SEARCH,
)
DASHBOARDS: Final = PrivacyRights(
    own=Right.ADMIN_OWN_DASHBOARD,
    group=Right.ADMIN_GROUP_DASHBOARD,
    system=Right.ADMIN_DASHBOARD,
)


def may_change(user: User) -> Callable[[SavedSearch], bool]:
    """Return the function that says which saved searches a user may change."""

    def allowed(search: SavedSearch) -> bool:
        return SAVED_SEARCHES.allow(
            user, owner_id=search.owner_id, group_id=search.group_id
        )

    return allowed
