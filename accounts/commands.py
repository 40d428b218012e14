"""The only writers of users, groups and membership."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Group, GroupKind, Membership, RoleName, SystemGroup, User
from accounts.versions import membership_changed

AUTOCREATED = "Autocreated on ticket submission"
Effective = User.groups.through


class CircularMembershipError(ValidationError):
    """A group may not contain itself, directly or through others."""

    def __init__(self, group: Group, member: Group) -> None:
        super().__init__(
            f"{member.name} already contains {group.name}.", code="circular"
        )


@transaction.atomic
def create_user(
    name: str,
    *,
    email: str = "",
    real_name: str = "",
    is_privileged: bool = False,
    password: str | None = None,
    comments: str = "",
) -> User:
    """Create a user and put them into the system groups.

    Raises:
        ValidationError: the name or the address is taken, or no address at all.
    """
    if email:
        validate_email(email)
    user = User(
        name=name,
        email=email,
        real_name=real_name[:200],
        is_privileged=is_privileged,
        comments=comments,
    )
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    refresh_membership([user.pk])
    return user


def user_for_address(address: str, *, real_name: str = "") -> User:
    """Return the user of an e-mail address, creating an unprivileged one if needed.

    Safe against another process creating the same user at the same moment.

    Raises:
        ValidationError: the text is no e-mail address.
    """
    address = address.strip()
    user = User.objects.by_name_or_email(address)
    if user is not None:
        return user
    try:
        with transaction.atomic():
            return create_user(
                address, email=address, real_name=real_name, comments=AUTOCREATED
            )
    except (IntegrityError, ValidationError):
        # Either somebody was faster, and then the user is there, or it is no address.
        user = User.objects.by_name_or_email(address)
        if user is None:
            raise
        return user


@transaction.atomic
def set_disabled(user: User, *, disabled: bool) -> None:
    """Disable or enable a user; a disabled user has no rights and gets no mail."""
    user.disabled = disabled
    user.save(update_fields=["disabled", "last_updated"])
    refresh_membership([user.pk])


@transaction.atomic
def set_privileged(user: User, *, is_privileged: bool) -> None:
    """Make a user staff, or an end user again."""
    user.is_privileged = is_privileged
    user.save(update_fields=["is_privileged", "last_updated"])
    refresh_membership([user.pk])


def set_password(user: User, password: str) -> None:
    """Set a password the user chose; lifts the duty to choose one."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password", "last_updated"])


@transaction.atomic
def create_group(name: str, *, description: str = "") -> Group:
    """Create a user-defined group.

    Raises:
        ValidationError: the name is taken, also in another case.
    """
    if Group.objects.filter(name__iexact=name).exists():
        raise ValidationError(f"There is a group named '{name}' already.", code="taken")
    group = Group(name=name, description=description, kind=GroupKind.USER_DEFINED)
    group.full_clean()
    group.save(force_insert=True)
    return group


@transaction.atomic
def set_group_disabled(group: Group, *, disabled: bool) -> None:
    """Suspend or restore everything obtained through a group."""
    group.disabled = disabled
    group.save(update_fields=["disabled"])
    refresh_membership(_users_below([group.pk]))


@transaction.atomic
def add_member(group: Group, member: User | Group) -> bool:
    """Add a user or group to a user-defined group; return False if it was one.

    Raises:
        ValidationError: not a user-defined group, or a circle of groups.
    """
    _require_user_defined(group)
    if isinstance(member, User):
        _, created = Membership.objects.get_or_create(group=group, user=member)
        refresh_membership([member.pk])
        return created
    if member.pk == group.pk or group.pk in _groups_below([member.pk]):
        raise CircularMembershipError(group, member)
    _, created = Membership.objects.get_or_create(group=group, member_group=member)
    refresh_membership(_users_below([member.pk]))
    return created


@transaction.atomic
def remove_member(group: Group, member: User | Group) -> bool:
    """Remove a direct member; return False if it was none."""
    found = Membership.objects.filter(group=group)
    if isinstance(member, User):
        count, _ = found.filter(user=member).delete()
        refresh_membership([member.pk])
    else:
        users = _users_below([member.pk])
        count, _ = found.filter(member_group=member).delete()
        refresh_membership(users)
    return count > 0


def refresh_membership(user_ids: Collection[int]) -> None:
    """Make ``User.groups`` of these users say what the membership rows imply.

    Costs six queries whatever the number of users.
    """
    with transaction.atomic():
        wanted = _wanted_groups(user_ids)
        existing: dict[int, set[int]] = defaultdict(set)
        for user_id, group_id in Effective.objects.filter(
            user_id__in=user_ids
        ).values_list("user_id", "group_id"):
            existing[user_id].add(group_id)
        Effective.objects.bulk_create(
            [
                Effective(user_id=user_id, group_id=group_id)
                for user_id in user_ids
                for group_id in sorted(wanted[user_id] - existing[user_id])
            ],
            ignore_conflicts=True,
        )
        gone = Q()
        for user_id in user_ids:
            surplus = existing[user_id] - wanted[user_id]
            if surplus:
                gone |= Q(user_id=user_id, group_id__in=surplus)
        if gone:
            Effective.objects.filter(gone).delete()
    membership_changed()


def _wanted_groups(user_ids: Collection[int]) -> dict[int, set[int]]:
    system = dict(
        Group.objects.filter(kind=GroupKind.SYSTEM).values_list("name", "group_ptr_id")
    )
    enabled = set(
        Group.objects.filter(kind=GroupKind.USER_DEFINED, disabled=False).values_list(
            "group_ptr_id", flat=True
        )
    )
    parents: dict[int, set[int]] = defaultdict(set)
    for parent, child in Membership.objects.filter(
        member_group__isnull=False
    ).values_list("group_id", "member_group_id"):
        if child is not None:
            parents[child].add(parent)
    direct: dict[int, set[int]] = defaultdict(set)
    for group_id, user_id in Membership.objects.filter(
        user_id__in=user_ids
    ).values_list("group_id", "user_id"):
        if user_id is not None:
            direct[user_id].add(group_id)
    wanted: dict[int, set[int]] = defaultdict(set)
    users = User.objects.filter(pk__in=user_ids, disabled=False)
    for user_id, is_privileged in users.values_list("pk", "is_privileged"):
        own = SystemGroup.PRIVILEGED if is_privileged else SystemGroup.UNPRIVILEGED
        wanted[user_id] = _reachable(direct[user_id], parents, enabled) | {
            system[name] for name in (SystemGroup.EVERYONE, own) if name in system
        }
    return wanted


def _reachable(
    start: Iterable[int], edges: dict[int, set[int]], allowed: set[int]
) -> set[int]:
    seen: set[int] = set()
    waiting = [group for group in start if group in allowed]
    while waiting:
        group = waiting.pop()
        if group not in seen:
            seen.add(group)
            waiting.extend(edges[group] & allowed)
    return seen


def _groups_below(group_ids: Iterable[int]) -> set[int]:
    children: dict[int, set[int]] = defaultdict(set)
    every = set(group_ids)
    for parent, child in Membership.objects.filter(
        member_group__isnull=False
    ).values_list("group_id", "member_group_id"):
        if child is not None:
            children[parent].add(child)
            every |= {parent, child}
    return _reachable(group_ids, children, every)


def _users_below(group_ids: Iterable[int]) -> set[int]:
    groups = _groups_below(group_ids)
    members = Membership.objects.filter(group_id__in=groups, user__isnull=False)
    return {
        user_id
        for user_id in members.values_list("user_id", flat=True)
        if user_id is not None
    }


def _require_user_defined(group: Group) -> None:
    if not group.is_user_defined:
        raise ValidationError(
            f"{group.name} has no members of its own.",
            code="not_user_defined",
        )


def ensure_builtin_groups() -> None:
    """Create the system and role groups where they are missing."""
    for name in SystemGroup:
        Group.objects.get_or_create(name=name, defaults={"kind": GroupKind.SYSTEM})
    for role in RoleName:
        Group.objects.get_or_create(name=role, defaults={"kind": GroupKind.ROLE})
