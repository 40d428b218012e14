"""Statuses and allowed moves: pure functions over a lifecycle's data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accounts.rights import Right

UpdateType = Literal["Respond", "Comment", ""]

DEFAULT_DEFINITION: dict[str, Any] = {
    "initial": ["new"],
    "active": ["open", "stalled"],
    "inactive": ["resolved", "rejected", "deleted"],
    "defaults": {
        "on_create": "new",
        "approved": "open",
        "denied": "rejected",
        "reminder_on_open": "open",
        "reminder_on_resolve": "resolved",
    },
    "create": ["new", "open", "resolved"],
    "transitions": {},
    "rights": {"* -> deleted": "DeleteTicket", "* -> *": "ModifyTicket"},
    "actions": [
        {"from": "new", "to": "open", "label": "Open It", "update": "Respond"},
        {"from": "new", "to": "resolved", "label": "Resolve", "update": "Comment"},
        {"from": "new", "to": "rejected", "label": "Reject", "update": "Respond"},
        {"from": "new", "to": "deleted", "label": "Delete", "update": ""},
        {"from": "open", "to": "stalled", "label": "Stall", "update": "Comment"},
        {"from": "open", "to": "resolved", "label": "Resolve", "update": "Comment"},
        {"from": "open", "to": "rejected", "label": "Reject", "update": "Respond"},
        {"from": "stalled", "to": "open", "label": "Open It", "update": ""},
        {"from": "resolved", "to": "open", "label": "Re-open", "update": "Comment"},
        {"from": "rejected", "to": "open", "label": "Re-open", "update": "Comment"},
        {"from": "deleted", "to": "open", "label": "Undelete", "update": ""},
    ],
}


@dataclass(frozen=True, slots=True)
class StatusAction:
    """A labelled move offered on the ticket page."""

    to: str
    label: str
    update: UpdateType


@dataclass(frozen=True)
class Definition:
    """A lifecycle's statuses, moves, the rights they need, and offered actions.

    ``transitions`` maps a status to the statuses it may move to; a status without an
    entry may move to every other. Names are lower case; ``labels`` has the spelling
    an administrator chose.
    """

    initial: tuple[str, ...]
    active: tuple[str, ...]
    inactive: tuple[str, ...]
    defaults: Mapping[str, str]
    create: tuple[str, ...]
    transitions: Mapping[str, tuple[str, ...]]
    rights: Mapping[tuple[str, str], str]
    actions: tuple[tuple[str, StatusAction], ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Definition":
        """Read a definition.

        Raises:
            ValueError: a sentence that says what is wrong with it.
        """
        try:
            return cls._parse(data)
        except (AttributeError, KeyError, TypeError) as error:
            message = f"This is not the shape of a lifecycle: {error}."
            raise ValueError(message) from error

    @classmethod
    def _parse(cls, data: Mapping[str, Any]) -> "Definition":
        groups = {
            key: tuple(str(name).lower() for name in data.get(key, ()))
            for key in ("initial", "active", "inactive")
        }
        every = [name for names in groups.values() for name in names]
        _check_names(every)
        labels = {
            str(name).lower(): str(name) for key in groups for name in data.get(key, ())
        }
        transitions = {
            str(start).lower(): tuple(str(end).lower() for end in ends)
            for start, ends in data.get("transitions", {}).items()
        }
        create = data.get("create") or transitions.pop("", None)
        definition = cls(
            **groups,
            defaults={k: str(v).lower() for k, v in data.get("defaults", {}).items()},
            create=tuple(
                str(name).lower()
                for name in (create or [n for n in every if n != "deleted"])
            ),
            transitions=transitions,
            rights={
                _arrow(arrow): str(right)
                for arrow, right in data.get("rights", {}).items()
            },
            actions=tuple(_action(entry) for entry in data.get("actions", ())),
            labels=labels,
        )
        definition.check_references()
        return definition

    def check_references(self) -> None:
        """Refuse moves, defaults and actions that name a status that is not there."""
        known = set(self.statuses)
        named = [
            *self.create,
            *self.defaults.values(),
            *self.transitions,
            *(end for ends in self.transitions.values() for end in ends),
            *(name for pair in self.rights for name in pair if name != "*"),
            *(action.to for _, action in self.actions),
            *(start for start, _ in self.actions if start != "*"),
        ]
        for name in named:
            if name not in known:
                raise ValueError(f"'{name}' is not one of the lifecycle's statuses.")

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status, in the order shown."""
        return self.initial + self.active + self.inactive

    @property
    def default_status(self) -> str:
        """The status of a new ticket that names none."""
        return self.defaults.get("on_create") or self.initial[0]

    def label(self, status: str) -> str:
        """Return the status as the administrator spelled it."""
        return self.labels.get(status, status)

    def is_valid(self, status: str) -> bool:
        """Say whether this is one of the statuses."""
        return status in self.statuses

    def is_initial(self, status: str) -> bool:
        """Say whether work on a ticket in this status has not begun."""
        return status in self.initial

    def is_active(self, status: str) -> bool:
        """Say whether a ticket in this status is still to be done.

        True for initial statuses too, as everywhere in RT but in auto-open.
        """
        return status in self.initial or status in self.active

    def is_inactive(self, status: str) -> bool:
        """Say whether a ticket in this status is finished, one way or another."""
        return status in self.inactive

    def moves_from(self, status: str) -> tuple[str, ...]:
        """Return the statuses that may follow this one, in the order shown."""
        allowed = self.transitions.get(status)
        if allowed is None:
            allowed = self.statuses
        return tuple(name for name in allowed if name != status)

    def may_move(self, old: str, new: str) -> bool:
        """Say whether the lifecycle has this move."""
        return new in self.moves_from(old)

    def right_for(self, old: str, new: str) -> str:
        """Return the name of the right that a move needs."""
        for pair in ((old, new), ("*", new), (old, "*"), ("*", "*")):
            if pair in self.rights:
                return self.rights[pair]
        return Right.DELETE_TICKET if new == "deleted" else Right.MODIFY_TICKET

    def actions_from(self, status: str) -> list[StatusAction]:
        """Return the labelled moves offered for a ticket in this status."""
        exact = [action for start, action in self.actions if start == status]
        taken = {action.to for action in exact}
        wild = [
            action
            for start, action in self.actions
            if start == "*" and action.to not in taken and action.to != status
        ]
        return [a for a in exact + wild if self.may_move(status, a.to)]

    def first_active_from(self, status: str) -> str | None:
        """Return the first active status that may follow, for reopening."""
        reachable = (name for name in self.moves_from(status) if name in self.active)
        return next(reachable, None)

    def first_inactive_from(self, status: str) -> str | None:
        """Return the first inactive status that may follow, for closing."""
        reachable = (n for n in self.moves_from(status) if n in self.inactive)
        return next(reachable, None)


def _check_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name or len(name) > 64:
            raise ValueError("A status needs a name of 1 to 64 characters.")
        if name in seen:
            raise ValueError(f"The status '{name}' is listed twice.")
        seen.add(name)
    if not seen:
        raise ValueError("A lifecycle needs at least one status.")


def _arrow(text: str) -> tuple[str, str]:
    old, arrow, new = text.partition("->")
    if not arrow:
        raise ValueError(f"'{text}' is not of the form 'old -> new'.")
    return old.strip().lower(), new.strip().lower()


def _action(entry: Mapping[str, str]) -> tuple[str, StatusAction]:
    update = entry.get("update", "")
    if update not in {"Respond", "Comment", ""}:
        raise ValueError(f"'{update}' is not Respond, Comment or empty.")
    return entry["from"].lower(), StatusAction(
        to=entry["to"].lower(),
        label=entry["label"],
        update=update,  # type: ignore[arg-type]  # checked just above
    )
