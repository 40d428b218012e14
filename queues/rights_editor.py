"""Who holds which rights in one place, as a table; and changing it in one go."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, Value, When
from django.db.models.functions import Lower

from accounts.models import Group, GroupKind, User
from accounts.rights import QUEUE_RIGHTS, SYSTEM_RIGHTS, Category, Right, category
from queues.held_rights import EVERYWHERE
from queues.models import CustomField, Queue
from queues.rights import (
    Place,
    grant,
    grant_tables,
    grantable_on,
    revoke,
    rights_of,
)

Principal = User | Group
# Whoever hands these out could make themselves all-powerful.
FOR_SUPERUSERS_ONLY = frozenset({Right.SUPER_USER, Right.EXECUTE_CODE})
_KINDS = (GroupKind.SYSTEM, GroupKind.ROLE, GroupKind.USER_DEFINED)
_UserPermission = User.user_permissions.through
_GroupPermission = Group.permissions.through


@dataclass(frozen=True, slots=True)
class Grant:
    """A right of a principal in the place being edited; ``key`` is its form value."""

    principal: Principal
    right: Right

    @property
    def key(self) -> str:
        """The grant as text."""
        return f"{principal_key(self.principal)}:{self.right.value}"


@dataclass(frozen=True)
class Column:
    """A principal with what it holds here and what it holds everywhere anyway."""

    principal: Principal
    here: frozenset[str] = field(default_factory=frozenset)
    everywhere: frozenset[str] = field(default_factory=frozenset)

    @property
    def key(self) -> str:
        """The principal as text, ``u12`` or ``g3``."""
        return principal_key(self.principal)

    @property
    def name(self) -> str:
        """The name shown at the head of the column."""
        if isinstance(self.principal, User):
            return self.principal.display_name
        return self.principal.name

    @property
    def kind(self) -> str:
        """What the principal is, in words."""
        if isinstance(self.principal, User):
            return "User"
        return GroupKind(self.principal.kind).label


def principal_key(principal: Principal) -> str:
    """Return ``u12`` for a user, ``g3`` for a group."""
    return f"{'u' if isinstance(principal, User) else 'g'}{principal.pk}"


def offered_rights(place: Place | None) -> dict[Category, list[Right]]:
    """Return the rights that can be granted in a place or everywhere, by category."""
    offered: dict[Category, list[Right]] = defaultdict(list)
    for right in grantable_on(place) if place else (*QUEUE_RIGHTS, *SYSTEM_RIGHTS):
        offered[category(right)].append(right)
    return {name: offered[name] for name in Category if name in offered}


def columns(place: Place | None, *, also: Iterable[str] = ()) -> list[Column]:
    """Return system groups, roles, and every group and user that holds a right here.

    ``also`` names principals by key that are to have a column though they hold none.
    Costs six queries at most.
    """
    everywhere = _grants(None)
    here = everywhere if place is None else _grants(place)
    wanted = {*here, *also}
    users = [int(key[1:]) for key in wanted if key.startswith("u")]
    groups = [int(key[1:]) for key in wanted if key.startswith("g")]
    by_kind = Case(
        *(When(kind=kind, then=Value(n)) for n, kind in enumerate(_KINDS)),
    )
    found: list[Principal] = [
        *(
            Group.objects.filter(pk__in=groups)
            | Group.objects.filter(kind__in=[GroupKind.SYSTEM, GroupKind.ROLE])
        ).order_by(by_kind, "id"),
        *User.objects.filter(pk__in=users).order_by(Lower("name")),
    ]
    return [
        Column(
            principal,
            here=frozenset(here[principal_key(principal)]),
            everywhere=frozenset(everywhere[principal_key(principal)] if place else ()),
        )
        for principal in found
    ]


def find_principal(text: str) -> Principal:
    """Return the user-defined group or privileged user somebody typed.

    Raises:
        ValidationError: there is none, or the user may not be given rights.
    """
    text = text.strip()
    group = Group.objects.filter(name__iexact=text).first()
    if group is not None:
        return group
    user = User.objects.by_name_or_email(text) if text else None
    if user is None:
        raise ValidationError(f"There is no group or user named '{text}'.")
    if not user.is_privileged:
        raise ValidationError(
            f"{user.name} is not privileged: rights come by groups and roles only."
        )
    return user


@transaction.atomic
def change_rights(
    place: Place | None,
    *,
    actor: User,
    give: Sequence[Grant] = (),
    take: Sequence[Grant] = (),
) -> None:
    """Grant and revoke rights on a queue, a field or, without either, everywhere.

    Raises:
        PermissionDenied: the actor lacks ModifyACL there, or is not all-powerful and
            would hand out or take away what only the all-powerful may.
    """
    rights = rights_of(actor)
    queue = place if isinstance(place, Queue) else None
    field_ = place if isinstance(place, CustomField) else None
    if not rights.has(Right.MODIFY_ACL, queue.pk if queue else EVERYWHERE):
        raise PermissionDenied(f"You need the right {Right.MODIFY_ACL}.")
    touched = {entry.right for entry in (*give, *take)}
    if touched & FOR_SUPERUSERS_ONLY and not rights.is_superuser:
        raise PermissionDenied(
            f"Only superusers grant or revoke {', '.join(sorted(FOR_SUPERUSERS_ONLY))}."
        )
    for entry in take:
        revoke(entry.principal, entry.right, queue=queue, field=field_)
    for entry in give:
        grant(entry.principal, entry.right, queue=queue, field=field_)


def _grants(place: Place | None) -> dict[str, set[str]]:
    """Return principal key -> right names granted in one place. Two queries."""
    if place is None:
        of_users = _UserPermission.objects.all()
        of_groups = _GroupPermission.objects.all()
    else:
        users, groups = grant_tables(place)
        of_users = users.objects.filter(content_object=place)
        of_groups = groups.objects.filter(content_object=place)
    known = set(Right)
    grants: dict[str, set[str]] = defaultdict(set)
    for user_id, name in of_users.values_list("user_id", "permission__codename"):
        grants[f"u{user_id}"].add(name)
    for group_id, name in of_groups.values_list("group_id", "permission__codename"):
        grants[f"g{group_id}"].add(name)
    for key in list(grants):
        grants[key] &= known
        if not grants[key]:
            del grants[key]
    return grants
