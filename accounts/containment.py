"""Which groups contain which, for checks before membership is changed."""

from collections import defaultdict

from accounts.models import Group, Membership
from accounts.rights import Right


def groups_containing(group: Group) -> set[int]:
    """Return the ids of a group and of all that contain it, directly or not."""
    parents: dict[int, set[int]] = defaultdict(set)
    edges = Membership.objects.filter(member_group__isnull=False)
    for parent, child in edges.values_list("group_id", "member_group_id"):
        if child is not None:
            parents[child].add(parent)
    found: set[int] = set()
    waiting = {group.pk}
    while waiting:
        found |= waiting
        waiting = {p for child in waiting for p in parents[child]} - found
    return found


def carries_super_user(group: Group) -> bool:
    """Say whether members of a group become all-powerful by it."""
    return Group.objects.filter(
        pk__in=groups_containing(group),
        permissions__codename=Right.SUPER_USER.value,
    ).exists()
