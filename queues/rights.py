"""Grants: reading them all in one query, giving and taking them.

A grant is (principal, right, place). The principal is a user, a group, a system group
or a role group; the place is one queue or everywhere. Storage is django-guardian's
(direct foreign keys on the queue) and Django's model permissions (everywhere).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    Q,
    QuerySet,
    Value,
    When,
)

from accounts.models import RT_SYSTEM, Group, GroupKind, RoleName, User
from accounts.rights import QUEUE_RIGHTS, Right
from accounts.versions import membership_changed, rights_version
from queues.models import (
    Queue,
    QueueGroupObjectPermission,
    QueueUserObjectPermission,
    QueueWatcher,
)

EVERYWHERE: Final = 0
# Stands for the user in the compiled statement; no row has it.
_ANY_USER: Final = -1_029_384_756
_Effective = User.groups.through
_GroupPermission = Group.permissions.through
_NO_RIGHTS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything one user was granted, as read by one query.

    The mappings are keyed by queue id; ``EVERYWHERE`` holds what was granted
    globally. ``roles`` says what holding a role on a ticket brings, ``queue_roles``
    of which queues the user is a standing Cc or AdminCc.
    """

    is_superuser: bool
    direct: Mapping[int, frozenset[str]]
    roles: Mapping[str, Mapping[int, frozenset[str]]]
    queue_roles: Mapping[str, frozenset[int]]
    groups: frozenset[int]

    def has(self, right: Right | str, queue_id: int = EVERYWHERE) -> bool:
        """Say whether the user holds a right there, whatever the ticket."""
        if self.is_superuser:
            return True
        if right in self.direct.get(EVERYWHERE, _NO_RIGHTS):
            return True
        if queue_id == EVERYWHERE:
            return False
        if right in self.direct.get(queue_id, _NO_RIGHTS):
            return True
        return any(
            queue_id in queues and self.role_has(role, right, queue_id)
            for role, queues in self.queue_roles.items()
        )

    def role_has(self, role: str, right: Right | str, queue_id: int) -> bool:
        """Say whether holding a role on a ticket of a queue brings a right."""
        granted = self.roles.get(role, {})
        return right in granted.get(EVERYWHERE, _NO_RIGHTS) or right in granted.get(
            queue_id, _NO_RIGHTS
        )

    def queue_ids_with(self, right: Right | str) -> set[int]:
        """Return the queues that grants of this right name; not the global ones."""
        named = {
            queue_id for queue_id, rights in self.direct.items() if right in rights
        }
        for role, queues in self.queue_roles.items():
            named |= {q for q in queues if self.role_has(role, right, q)}
        return named - {EVERYWHERE}

    def role_places(self, right: Right | str) -> dict[str, set[int]]:
        """Return role -> queues in which the role brings a right."""
        return {
            role: places
            for role, granted in self.roles.items()
            if (places := {q for q, rights in granted.items() if right in rights})
        }


NOTHING: Final = Rights(
    is_superuser=False, direct={}, roles={}, queue_roles={}, groups=frozenset()
)

EVERYTHING: Final = Rights(
    is_superuser=True, direct={}, roles={}, queue_roles={}, groups=frozenset()
)


def rights_of(user: User | AnonymousUser) -> Rights:
    """Return what a user was granted. One query, then remembered on the object.

    A user object lives as long as a request or a task, so a grant made elsewhere
    counts from the next one; one made in this process counts at once.
    """
    if not isinstance(user, User) or user.disabled or user.pk is None:
        return NOTHING
    if user.name == RT_SYSTEM:
        return EVERYTHING
    remembered: tuple[int, Rights] | None = getattr(user, "_rights", None)
    version = rights_version()
    if remembered is None or remembered[0] != version:
        remembered = (version, _read(user))
        user._rights = remembered  # type: ignore[attr-defined]  # a cache, not a field
    return remembered[1]


def _read(user: User) -> Rights:
    direct: dict[int, set[str]] = defaultdict(set)
    roles: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    queue_roles: dict[str, set[int]] = defaultdict(set)
    groups: set[int] = set()
    for kind, role, number, codename in _rows(user):
        if kind == "group":
            groups.add(number)
        elif kind == "watcher":
            queue_roles[role].add(number)
        elif role:
            roles[role][number].add(codename)
        else:
            direct[number].add(codename)
    return Rights(
        is_superuser=user.is_superuser
        or Right.SUPER_USER in direct.get(EVERYWHERE, ()),
        direct={number: frozenset(names) for number, names in direct.items()},
        roles={
            role: {number: frozenset(names) for number, names in places.items()}
            for role, places in roles.items()
        },
        queue_roles={role: frozenset(ids) for role, ids in queue_roles.items()},
        groups=frozenset(groups),
    )


def _rows(user: User) -> list[tuple[str, str, int, str]]:
    sql, parameters = _statement(connection.vendor)
    numbers = [user.pk if p == _ANY_USER else p for p in parameters]
    with connection.cursor() as cursor:
        cursor.execute(sql, numbers)
        rows: list[tuple[str, str, int, str]] = cursor.fetchall()
    return rows


@cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of all grants of ``_ANY_USER``, compiled once per process.

    Building it anew costs twenty times what the database needs to answer it, and every
    request asks.
    """
    union = _grants_of(_ANY_USER)
    sql, parameters = union.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(parameters)


def _grants_of(user_id: int) -> "QuerySet[Any, tuple[str, str, int, str]]":
    def text(value: str) -> Value:
        return Value(value, output_field=CharField())

    nowhere = Value(EVERYWHERE, output_field=BigIntegerField())
    effective = _Effective.objects.filter(user_id=user_id).values("group_id")
    of_groups = Q(group_id__in=effective) | Q(group__group__kind=GroupKind.ROLE)
    role = Case(
        When(group__group__kind=GroupKind.ROLE, then=F("group__name")),
        default=text(""),
        output_field=CharField(),
    )
    columns = ("kind", "role", "number", "codename")
    grant = {"kind": text("grant"), "codename": F("permission__codename")}
    branches = [
        User.user_permissions.through.objects.filter(user_id=user_id)
        .annotate(role=text(""), number=nowhere, **grant)
        .values_list(*columns),
        _GroupPermission.objects.filter(of_groups)
        .annotate(role=role, number=nowhere, **grant)
        .values_list(*columns),
        QueueUserObjectPermission.objects.filter(user_id=user_id)
        .annotate(role=text(""), number=F("content_object_id"), **grant)
        .values_list(*columns),
        QueueGroupObjectPermission.objects.filter(of_groups)
        .annotate(role=role, number=F("content_object_id"), **grant)
        .values_list(*columns),
        QueueWatcher.objects.filter(Q(user_id=user_id) | Q(group_id__in=effective))
        .annotate(kind=text("watcher"), number=F("queue_id"), codename=text(""))
        .values_list(*columns),
        _Effective.objects.filter(user_id=user_id)
        .annotate(
            kind=text("group"),
            role=text(""),
            number=F("group_id"),
            codename=text(""),
        )
        .values_list(*columns),
    ]
    first, *others = branches
    union: QuerySet[Any, tuple[str, str, int, str]] = first.union(*others, all=True)
    return union


def grant(principal: User | Group, right: Right, *, queue: Queue | None = None) -> None:
    """Grant a right on a queue or, without one, everywhere. Repeating is harmless."""
    grant_many(principal, [right], queue=queue)


def grant_many(
    principal: User | Group, rights: Iterable[Right], *, queue: Queue | None = None
) -> None:
    """Grant several rights in one place. Two queries, or three everywhere."""
    permissions = _permissions(rights, queue)
    if queue is not None:
        table, identity = _queue_grants(principal)
        table.objects.bulk_create(
            [
                table(permission=permission, content_object=queue, **identity)
                for permission in permissions
            ],
            ignore_conflicts=True,
        )
    elif isinstance(principal, User):
        principal.user_permissions.add(*permissions)
    else:
        principal.permissions.add(*permissions)
    membership_changed()


def revoke(
    principal: User | Group, right: Right, *, queue: Queue | None = None
) -> None:
    """Take a right back. Taking what was not granted is harmless."""
    permissions = _permissions([right], queue)
    if queue is not None:
        table, identity = _queue_grants(principal)
        table.objects.filter(
            permission__in=permissions, content_object=queue, **identity
        ).delete()
    elif isinstance(principal, User):
        principal.user_permissions.remove(*permissions)
    else:
        principal.permissions.remove(*permissions)
    membership_changed()


def _queue_grants(principal: User | Group) -> tuple[Any, dict[str, User | Group]]:
    if isinstance(principal, User):
        return QueueUserObjectPermission, {"user": principal}
    return QueueGroupObjectPermission, {"group": principal}


def role_group(role: RoleName) -> Group:
    """Return the group that stands for a role in grants."""
    return Group.objects.get(name=role, kind=GroupKind.ROLE)


def system_group(name: str) -> Group:
    """Return one of Everyone, Privileged, Unprivileged."""
    return Group.objects.get(name=name, kind=GroupKind.SYSTEM)


def queues_with_right(user: User, right: Right) -> list[Queue]:
    """Return the enabled queues in which a user holds a right, in the order shown.

    Two queries: the rights and the queues.
    """
    rights = rights_of(user)
    queues = Queue.objects.filter(disabled=False).order_by("sort_order", "name", "id")
    return [queue for queue in queues if rights.has(right, queue.pk)]


def users_with_right(right: Right, *, queue: Queue | None) -> dict[int, User]:
    """Return the privileged, enabled users who hold a right on a queue by id.

    Without a queue: on any. Roles on a single ticket are left out. Costs one query.
    """
    codename = right.value
    wanted = {"permission__codename": codename}
    place = wanted if queue is None else {**wanted, "content_object": queue}
    by_group = Q(
        **{f"groups__queuegroupobjectpermission__{k}": v for k, v in place.items()}
    ) | Q(groups__permissions__codename__in=[codename, Right.SUPER_USER.value])
    by_user = Q(**{f"queueuserobjectpermission__{k}": v for k, v in place.items()}) | Q(
        user_permissions__codename__in=[codename, Right.SUPER_USER.value]
    )
    holders = User.objects.none()
    for condition in (by_group, by_user, Q(is_superuser=True)):
        holders = holders | User.objects.filter(
            pk__in=User.objects.filter(condition).values("pk")
        )
    people = holders.filter(is_privileged=True, disabled=False)
    return {user.pk: user for user in people.order_by("name", "id")}


def _permissions(rights: Iterable[Right], queue: Queue | None) -> list[Permission]:
    wanted = set(rights)
    if queue is not None and not wanted <= set(QUEUE_RIGHTS):
        named = ", ".join(sorted(wanted - set(QUEUE_RIGHTS)))
        raise ValueError(f"{named} can only be granted globally.")
    found = Permission.objects.filter(
        Q(content_type__app_label="queues", content_type__model="queue")
        | Q(content_type__app_label="accounts", content_type__model="user"),
        codename__in=wanted,
    )
    return list(found)
