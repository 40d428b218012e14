"""The rights pages of queues and custom fields, and that of rights everywhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Group, GroupKind, RoleName, SystemGroup, User
from accounts.rights import Right
from queues.held_rights import EVERYWHERE
from queues.models import Queue
from queues.right_descriptions import DESCRIPTIONS
from queues.right_sets import (
    ANYONE_BY_MAIL,
    REQUESTORS_SEE_THEIR_OWN,
    STAFF_DOES_THE_REST,
)
from queues.rights import Place, rights_of
from queues.rights_editor import (
    FOR_SUPERUSERS_ONLY,
    Column,
    Grant,
    change_rights,
    columns,
    find_principal,
    offered_rights,
    principal_key,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One check box of the table."""

    key: str
    label: str
    is_checked: bool
    is_everywhere: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One right with its check boxes."""

    right: Right
    description: str
    cells: list[Cell]


class RightsForm:
    """What was posted: columns shown, boxes checked now, and checked before.

    Only the difference is applied, so two people editing at the same time do not undo
    each other's work.
    """

    def __init__(self, request: HttpRequest, place: Place | None) -> None:
        posted = request.POST
        self.actor = cast("User", request.user)
        self.place = place
        self.errors: list[str] = []
        self.new_name = posted.get("new_name", "").strip()
        shown = [key for key in posted.getlist("column") if _is_key(key)]
        self.columns = columns(place, also=shown)
        self.is_bound = request.method == "POST"
        self.checked = set(posted.getlist("grant"))
        self.before = set(posted.get("before", "").split())
        if not self.is_bound:
            self.checked = self.before = _held(self.columns)
        elif not rights_of(self.actor).is_superuser:
            # Browsers leave locked boxes out; they stay as they were.
            self.checked |= {key for key in self.before if _is_locked(key)}

    def add_column(self) -> None:
        """Give the group or user that was typed a column of its own."""
        try:
            principal = find_principal(self.new_name)
        except ValidationError as error:
            self.errors += error.messages
            return
        keys = [column.key for column in self.columns]
        self.columns = columns(self.place, also=[*keys, principal_key(principal)])
        self.new_name = ""

    def tick_set(self, name: str) -> None:
        """Tick the boxes of a ready-made right set; saved with the rest."""
        rights: Sequence[Right] = ()
        key: str | None = None
        if name == "anyone":
            rights, key = ANYONE_BY_MAIL, self._key(SystemGroup.EVERYONE)
        elif name == "requestors":
            rights, key = REQUESTORS_SEE_THEIR_OWN, self._key(RoleName.REQUESTOR)
        elif name == "staff":
            rights, key = STAFF_DOES_THE_REST, self._staff_key()
        self.checked |= {f"{key}:{right.value}" for right in rights if key}

    def apply(self) -> list[tuple[Grant, str]]:
        """Grant and revoke what was changed; return each with words for it."""
        grants = {grant.key: grant for grant in self._possible()}
        give = [grants[k] for k in sorted(self.checked - self.before) if k in grants]
        take = [grants[k] for k in sorted(self.before - self.checked) if k in grants]
        change_rights(self.place, actor=self.actor, give=give, take=take)
        return [
            *((g, f"granted {g.right.value} to {_name(g)}") for g in give),
            *((g, f"revoked {g.right.value} from {_name(g)}") for g in take),
        ]

    def sections(self, *, is_locked: bool) -> list[tuple[str, list[Row]]]:
        """Return the table, a section for each category of rights."""
        all_powerful = rights_of(self.actor).is_superuser
        return [
            (
                name.value,
                [
                    self._row(
                        right,
                        is_locked=is_locked
                        or (right in FOR_SUPERUSERS_ONLY and not all_powerful),
                    )
                    for right in rights
                ],
            )
            for name, rights in offered_rights(self.place).items()
        ]

    def _row(self, right: Right, *, is_locked: bool) -> Row:
        cells = [
            Cell(
                key=f"{column.key}:{right.value}",
                label=f"{right.value} for {column.name}",
                is_checked=f"{column.key}:{right.value}" in self.checked,
                is_everywhere=right.value in column.everywhere,
                is_locked=is_locked,
            )
            for column in self.columns
        ]
        return Row(right, DESCRIPTIONS.get(right, ""), cells)

    def _possible(self) -> Iterator[Grant]:
        for rights in offered_rights(self.place).values():
            for right in rights:
                for column in self.columns:
                    yield Grant(column.principal, right)

    def _key(self, name: str) -> str:
        return next(column.key for column in self.columns if column.name == name)

    def _staff_key(self) -> str | None:
        name = self.new_name
        group = Group.objects.filter(
            name__iexact=name, kind=GroupKind.USER_DEFINED
        ).first()
        if group is None:
            self.errors.append(
                f"There is no group named '{name}'."
                if name
                else "Name the group of staff first."
            )
            return None
        self.add_column()
        return principal_key(group)


def rights_page(
    request: HttpRequest,
    *,
    model_admin: admin.ModelAdmin[Any],
    place: Place | None,
) -> HttpResponse:
    """Show and change who holds which rights in one place."""
    rights = rights_of(request.user)
    queue = place if isinstance(place, Queue) else None
    where = queue.pk if queue else EVERYWHERE
    may_modify = rights.has(Right.MODIFY_ACL, where)
    if not may_modify and not rights.has(Right.SHOW_ACL, where):
        raise PermissionDenied(f"You need the right {Right.SHOW_ACL}.")
    if request.method == "POST" and not may_modify:
        raise PermissionDenied(f"You need the right {Right.MODIFY_ACL}.")
    form = RightsForm(request, place)
    if form.is_bound:
        if "add" in request.POST:
            form.add_column()
        elif "set" in request.POST:
            form.tick_set(request.POST["set"])
        else:
            _save(request, form, model_admin)
            return redirect(request.get_full_path())
    ctx = {
        **model_admin.admin_site.each_context(request),
        "title": f"Rights on {place}" if place else "Rights everywhere",
        "opts": model_admin.opts,
        "place": place,
        "queue": queue,
        "place_url": _page_of(place),
        "form": form,
        "sections": form.sections(is_locked=not may_modify),
        "before": " ".join(sorted(form.before)),
        "may_modify": may_modify,
        "groups": Group.objects.filter(kind=GroupKind.USER_DEFINED).order_by("name"),
        "is_unsaved": form.checked != form.before,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/queues/rights.html", ctx, status=status)


def _save(
    request: HttpRequest, form: RightsForm, model_admin: admin.ModelAdmin[Any]
) -> None:
    done = form.apply()
    if not done:
        messages.info(request, "Nothing was changed.")
        return
    lines = [line for _, line in done]
    if form.place is not None:
        model_admin.log_change(request, form.place, "; ".join(lines))
    else:
        for changed, line in done:
            # The log takes any model's rows, whatever the page they are changed on.
            model_admin.log_change(request, cast("Any", changed.principal), line)
    messages.success(request, f"Saved: {_summary(lines)}.")


def _page_of(place: Place | None) -> str:
    if place is None:
        return ""
    name = place._meta.model_name
    return reverse(f"admin:queues_{name}_change", args=[place.pk])


def _summary(done: list[str]) -> str:
    shown = ", ".join(done[:6])
    return shown if len(done) <= 6 else f"{shown} and {len(done) - 6} more changes"


def _held(table: list[Column]) -> set[str]:
    return {f"{column.key}:{right}" for column in table for right in column.here}


def _is_key(text: str) -> bool:
    return re.fullmatch(r"[ug][0-9]{1,15}", text) is not None


def _is_locked(key: str) -> bool:
    return key.partition(":")[2] in FOR_SUPERUSERS_ONLY


def _name(grant: Grant) -> str:
    return grant.principal.name
