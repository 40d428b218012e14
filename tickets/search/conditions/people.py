"""Conditions on owner, creator and the roles people hold."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import NOBODY, GroupKind, RoleName, User
from queues.models import QueueWatcher
from tickets.models import TicketWatcher
from tickets.search.conditions.columns import any_of, compare
from tickets.search.conditions.places import text_fits
from tickets.search.conditions.values import LOOKUPS, text_of
from tickets.search.context import Context, equals
from tickets.search.fields import BY_NAME, LIKE, Resolved
from tickets.search.nodes import Condition, Operator

# Compared through their unique index, so that ids are known before the search runs.
UNIQUE = frozenset({"email", "name"})
PLACEHOLDERS = frozenset(
    {"__currentuser__", "__currentusername__", "__selecteduser__"}
    | {"__selectedusername__"}
)
OWNER = BY_NAME["owner"]
_Effective = User.groups.through


def person(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare owner, creator or last updater; bare values are names or ids."""
    path = resolved.field.path
    is_owner = path == "owner"
    if condition.operator is Operator.IS:
        empty = Q(**{f"{path}__isnull": True})
        column = resolved.subfield
        return empty if column in {"", "id"} else empty | Q(**{f"{path}__{column}": ""})
    column = resolved.subfield or "name"
    if condition.operator not in LIKE and resolved.subfield in {"", "id"}:
        found = [context.user_named(text_of(v)) for v in condition.values]
        return _one_of(path, [user for user in found if user is not None])
    users = Q(**{f"{path}__in": _users(column, condition, context)})
    if is_owner and column == "name" and _fits_nobody(condition):
        users |= Q(owner__isnull=True)
    return users


def _one_of(path: str, users: list[User]) -> Q:
    """Compare with known users; Nobody is how an empty owner is called."""
    conditions = []
    is_nobody_meant = path == "owner" and any(user.name == NOBODY for user in users)
    if ids := [user.pk for user in users if path != "owner" or user.name != NOBODY]:
        conditions.append(compare(f"{path}_id", Operator.IN, ids))
    if is_nobody_meant:
        conditions.append(Q(owner__isnull=True))
    return any_of(conditions)


def _fits_nobody(condition: Condition) -> bool:
    operator = condition.operator
    return any(
        text_fits(NOBODY, operator=operator, word=text_of(value, operator=operator))
        for value in condition.values
    )


def role(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that somebody in the role, directly or through a group, matches."""
    name = resolved.field.path
    rows = TicketWatcher.objects.filter(role=name) if name else TicketWatcher.objects
    if condition.operator is Operator.IS:
        missing = ~_tickets(rows.filter(_has_value(resolved.subfield)))
        if name:
            return missing
        return missing & person(replace(resolved, field=OWNER), condition, context)
    found = _tickets(rows.filter(_members(resolved, condition, context)))
    if name:
        return found
    return found | person(_as_owner(resolved), condition, context)


def queue_role(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that somebody standing in the role for the whole queue matches."""
    name = resolved.field.path
    rows = QueueWatcher.objects.filter(role=name) if name else QueueWatcher.objects
    if condition.operator is Operator.IS:
        held = rows.filter(_has_value(resolved.subfield))
        return ~Q(queue_id__in=held.values("queue_id"))
    held = rows.filter(_members(resolved, condition, context))
    return Q(queue_id__in=held.values("queue_id"))


def role_group(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that somebody in the role belongs to a user-defined group."""
    name = resolved.field.path
    ids = _named_groups(condition, context)
    members = _Effective.objects.filter(group_id__in=ids).values("user_id")
    rows = TicketWatcher.objects.filter(role=name) if name else TicketWatcher.objects
    held = _tickets(rows.filter(Q(user_id__in=members) | Q(group_id__in=ids)))
    if name == RoleName.OWNER:
        return Q(owner_id__in=members)
    return held if name else held | Q(owner_id__in=members)


def _members(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Describe the watcher rows whose user or group a condition means."""
    column = resolved.subfield or "email"
    ids = _known_ids(column, condition, context)
    users: Any = _users(column, condition, context) if ids is None else ids
    rows = Q(user_id__in=users)
    if not condition.is_shallow:
        rows |= Q(group_id__in=_groups_of(users))
    if not resolved.subfield and condition.operator not in LIKE:
        rows |= Q(group_id__in=_named_groups(condition, context))
    return rows


def _known_ids(column: str, condition: Condition, context: Context) -> list[int] | None:
    """Look up the users now where few can match, so that indexes serve the search."""
    if condition.operator in LIKE or column not in UNIQUE | {"id"}:
        return None
    texts = [text_of(value) for value in condition.values]
    named = [t for t in texts if column == "id" or t.strip().lower() in PLACEHOLDERS]
    ids = [user.pk for t in named if (user := context.user_named(t)) is not None]
    others = [t for t in texts if t not in named]
    if others:
        matching = any_of(Q(equals(column, text)) for text in others)
        # The index over addresses leaves the empty ones out.
        is_set = Q() if column == "name" else ~Q(email="")
        ids += User.objects.filter(matching, is_set).values_list("id", flat=True)
    return ids


def _groups_of(users: Any) -> list[int]:
    """Look up the groups now: mostly there are none, and the search gets simple."""
    rows = _Effective.objects.filter(
        user_id__in=users, group__group__kind=GroupKind.USER_DEFINED
    )
    return list(rows.values_list("group_id", flat=True).distinct())


def _named_groups(condition: Condition, context: Context) -> list[int]:
    return [
        group_id
        for value in condition.values
        for group_id in context.group_ids_named(text_of(value))
    ]


def _users(
    column: str, condition: Condition, context: Context
) -> "QuerySet[User, Any]":
    """Return the users with a matching column, as a subquery."""
    operator = condition.operator
    lookup = f"{column}__{LOOKUPS[operator]}"
    texts = [text_of(value, operator=operator) for value in condition.values]
    matching = any_of(
        Q(pk=context.user.pk)
        if text.strip().lower() in PLACEHOLDERS
        else Q(**{lookup: text})
        for text in texts
    )
    return User.objects.filter(matching).values("id")


def _has_value(column: str) -> Q:
    """Describe the watcher rows of people who have something in a part."""
    if column in {"", "id"}:
        return Q()
    own = Q(user__isnull=False) & ~Q(**{f"user__{column}": ""})
    members = _Effective.objects.exclude(**{f"user__{column}": ""})
    return own | Q(group_id__in=members.values("group_id"))


def _tickets(rows: "QuerySet[TicketWatcher]") -> Q:
    return Q(pk__in=rows.values("ticket_id"))


def _as_owner(resolved: Resolved) -> Resolved:
    """Read a watcher condition as one on the owner, by address unless it says."""
    return Resolved(OWNER, subfield=resolved.subfield or "email")
