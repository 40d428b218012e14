"""Grants: reading them all in one query, giving and taking them.

A grant is (principal, right, place). The principal is a user, a group, a system group
or a role group; the place is one queue, one custom field or everywhere. Storage is
django-guardian's (direct foreign keys on the queue or field) and Django's model
permissions (everywhere).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
from accounts.rights import CUSTOM_FIELD_RIGHTS, QUEUE_RIGHTS, Right
from accounts.versions import membership_changed, rights_version

# Named again, so that whoever reads rights needs one module.
from queues.held_rights import EVERYTHING, NOTHING
from queues.held_rights import EVERYWHERE as EVERYWHERE
from queues.held_rights import Rights as Rights
from queues.models import (
    CustomField,
    CustomFieldGroupObjectPermission,
    CustomFieldUserObjectPermission,
    Queue,
    QueueGroupObjectPermission,
    QueueUserObjectPermission,
    QueueWatcher,
)

# Stands for the user in the compiled statement; no row has it.
_ANY_USER: Final = -1_029_384_756
_Effective = User.groups.through
_GroupPermission = Group.permissions.through
Place = Queue | CustomField


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
    fields: dict[int, set[str]] = defaultdict(set)
    field_roles: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    groups: set[int] = set()
    for kind, role, number, codename in _rows(user):
        if kind == "group":
            groups.add(number)
        elif kind == "field":
            (field_roles[role] if role else fields)[number].add(codename)
        elif kind == "watcher":
            queue_roles[role].add(number)
        elif role:
            roles[role][number].add(codename)
        else:
            direct[number].add(codename)
    return Rights(
        is_superuser=user.is_superuser
        or Right.SUPER_USER in direct.get(EVERYWHERE, ()),
        direct=_frozen(direct),
        roles={role: _frozen(places) for role, places in roles.items()},
        queue_roles={role: frozenset(ids) for role, ids in queue_roles.items()},
        groups=frozenset(groups),
        fields=_frozen(fields),
        field_roles={role: _frozen(ids) for role, ids in field_roles.items()},
    )


def _frozen(mapping: Mapping[int, set[str]]) -> dict[int, frozenset[str]]:
    return {number: frozenset(names) for number, names in mapping.items()}


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
    on_field = grant | {"kind": text("field")}
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
        CustomFieldUserObjectPermission.objects.filter(user_id=user_id)
        .annotate(role=text(""), number=F("content_object_id"), **on_field)
        .values_list(*columns),
        CustomFieldGroupObjectPermission.objects.filter(of_groups)
        .annotate(role=role, number=F("content_object_id"), **on_field)
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


def grant(
    principal: User | Group,
    right: Right,
    *,
    queue: Queue | None = None,
    field: CustomField | None = None,
) -> None:
    """Grant a right on a queue, on a custom field or, without either, everywhere.

    Repeating is harmless.
    """
    grant_many(principal, [right], queue=queue, field=field)


def grant_many(
    principal: User | Group,
    rights: Iterable[Right],
    *,
    queue: Queue | None = None,
    field: CustomField | None = None,
) -> None:
    """Grant several rights in one place. Two queries, or three everywhere."""
    place = queue or field
    permissions = _permissions(rights, place)
    if place is not None:
        table, identity = _grants_on(place, principal)
        table.objects.bulk_create(
            [
                table(permission=permission, content_object=place, **identity)
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
    principal: User | Group,
    right: Right,
    *,
    queue: Queue | None = None,
    field: CustomField | None = None,
) -> None:
    """Take a right back. Taking what was not granted is harmless."""
    place = queue or field
    permissions = _permissions([right], place)
    if place is not None:
        table, identity = _grants_on(place, principal)
        table.objects.filter(
            permission__in=permissions, content_object=place, **identity
        ).delete()
    elif isinstance(principal, User):
        principal.user_permissions.remove(*permissions)
    else:
        principal.permissions.remove(*permissions)
    membership_changed()


def grant_tables(place: Place) -> tuple[Any, Any]:
    """Return the tables of grants to users and to groups on that kind of place."""
    if isinstance(place, Queue):
        return QueueUserObjectPermission, QueueGroupObjectPermission
    return CustomFieldUserObjectPermission, CustomFieldGroupObjectPermission


def grantable_on(place: Place) -> tuple[Right, ...]:
    """Return the rights that can be granted on that kind of place."""
    return QUEUE_RIGHTS if isinstance(place, Queue) else CUSTOM_FIELD_RIGHTS


def _grants_on(
    place: Place, principal: User | Group
) -> tuple[Any, dict[str, User | Group]]:
    of_users, of_groups = grant_tables(place)
    if isinstance(principal, User):
        return of_users, {"user": principal}
    return of_groups, {"group": principal}


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
    people = holders_of(right, queue_ids=None if queue is None else [queue.pk])
    return {user.pk: user for user in people}


def holders_of(
    right: Right, *, queue_ids: Iterable[int] | None = None
) -> "QuerySet[User]":
    """Return the privileged, enabled users who hold a right on any of some queues.

    Without queues: on any there is.
    """
    codename = right.value
    place: dict[str, Any] = {"permission__codename": codename}
    if queue_ids is not None:
        place["content_object__in"] = list(queue_ids)
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
    return holders.filter(is_privileged=True, disabled=False).order_by("name", "id")


def _permissions(rights: Iterable[Right], place: Place | None) -> list[Permission]:
    wanted = set(rights)
    if place is not None and not wanted <= set(grantable_on(place)):
        named = ", ".join(sorted(wanted - set(grantable_on(place))))
        elsewhere = "can only be granted globally"
        if isinstance(place, CustomField):
            elsewhere = "cannot be granted on a custom field"
        raise ValueError(f"{named} {elsewhere}.")
    found = Permission.objects.filter(
        Q(content_type__app_label="queues", content_type__model="queue")
        | Q(content_type__app_label="accounts", content_type__model="user"),
        codename__in=wanted,
    )
    return list(found)
