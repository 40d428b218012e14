"""Users and groups."""

from accounts.models.feeds import FeedSecret
from accounts.models.groups import Group, GroupKind, Membership, RoleName, SystemGroup
from accounts.models.users import NOBODY, RT_SYSTEM, User

__all__ = [
    "NOBODY",
    "RT_SYSTEM",
    "FeedSecret",
    "Group",
    "GroupKind",
    "Membership",
    "RoleName",
    "SystemGroup",
    "User",
]
