"""Whose something saved is: one person's, a group's, or the whole site's."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Lower

from accounts.models import User
from accounts.rights import Right
from queues.rights import Rights, rights_of

LONGEST_NAME = 200


@dataclass(frozen=True)
class SeenBy:
    """The rights any of which lets a person load what is saved in each place.

    What is personal is its owner's alone: not even a superuser is offered it.
    """

    own: tuple[Right, ...]
    group: tuple[Right, ...]
    system: tuple[Right, ...]

    def condition(self, user: User | AnonymousUser) -> Q:
        """Return the condition on ``owner`` and ``group`` of what a user may load.

        Reads the user's grants once (``rights_of``).
        """
        rights = rights_of(user)
        condition = Q(pk__in=())
        if _may(rights, self.own):
            condition |= Q(owner_id=user.pk, owner__isnull=False)
        if rights.is_superuser:
            condition |= Q(group__isnull=False)
        elif _may(rights, self.group):
            condition |= Q(group_id__in=rights.groups)
        if _may(rights, self.system):
            condition |= Q(owner=None, group=None)
        return condition

    def allow(self, user: User, *, owner_id: int | None, group_id: int | None) -> bool:
        """Say of one row what ``condition`` says of many."""
        rights = rights_of(user)
        if owner_id is not None:
            return owner_id == user.pk and _may(rights, self.own)
        if group_id is None:
            return _may(rights, self.system)
        if rights.is_superuser:
            return True
        return group_id in rights.groups and _may(rights, self.group)


def _may(rights: Rights, needed: tuple[Right, ...]) -> bool:
    return any(rights.has(right) for right in needed)


def named_once(prefix: str) -> tuple[UniqueConstraint, ...]:
    """Return the constraints by which each place has a name once, in any case."""
    return (
        UniqueConstraint(
            "owner",
            Lower("name"),
            condition=Q(owner__isnull=False),
            name=f"{prefix}_name_of_owner",
        ),
        UniqueConstraint(
            "group",
            Lower("name"),
            condition=Q(group__isnull=False),
            name=f"{prefix}_name_of_group",
        ),
        UniqueConstraint(
            Lower("name"),
            condition=Q(owner=None, group=None),
            name=f"{prefix}_name_of_system",
        ),
    )
