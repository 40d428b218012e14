"""Users and groups."""

from accounts.models.groups import Group, GroupKind, Membership, RoleName, SystemGroup
from accounts.models.users import NOBODY, RT_SYSTEM, User

__all__ = [
    "NOBODY",
    "RT_SYSTEM",
    "Group",
    "GroupKind",
    "Membership",
    "RoleName",
    "SystemGroup",
    "User",
]
