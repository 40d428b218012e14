"""What one user was granted, as the commands, lists and pages ask it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from accounts.rights import Right

EVERYWHERE: Final = 0
_NO_RIGHTS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything one user was granted, as read by one query.

    The mappings are keyed by queue id; ``EVERYWHERE`` holds what was granted
    globally. ``roles`` says what holding a role on a ticket brings, ``queue_roles``
    of which queues the user is a standing Cc or AdminCc. ``fields`` and
    ``field_roles`` are the same by id of a custom field.
    """

    is_superuser: bool
    direct: Mapping[int, frozenset[str]]
    roles: Mapping[str, Mapping[int, frozenset[str]]]
    queue_roles: Mapping[str, frozenset[int]]
    groups: frozenset[int]
    fields: Mapping[int, frozenset[str]] = field(default_factory=dict)
    field_roles: Mapping[str, Mapping[int, frozenset[str]]] = field(
        default_factory=dict
    )

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

    def places_with(self, right: Right | str) -> set[int]:
        """Return every queue in which the right is held, if by a role on a ticket.

        ``EVERYWHERE`` is among them when a role brings it everywhere.
        """
        by_role = self.role_places(right).values()
        return self.queue_ids_with(right).union(*by_role)

    def has_on_field(
        self, right: Right | str, field_id: int, queue_id: int = EVERYWHERE
    ) -> bool:
        """Say whether a right is held on a custom field, whatever the ticket."""
        if self.has(right, queue_id) or right in self.fields.get(field_id, _NO_RIGHTS):
            return True
        return queue_id != EVERYWHERE and any(
            queue_id in queues and role in self.field_role_names(right, field_id)
            for role, queues in self.queue_roles.items()
        )

    def field_role_names(self, right: Right | str, field_id: int) -> set[str]:
        """Return the roles to which a right on one custom field was granted."""
        return {
            role
            for role, granted in self.field_roles.items()
            if right in granted.get(field_id, _NO_RIGHTS)
        }

    def fields_with(self, right: Right | str) -> set[int]:
        """Return the custom fields that grants of this right name, to roles too."""
        mappings = (self.fields, *self.field_roles.values())
        return {
            field_id
            for mapping in mappings
            for field_id, rights in mapping.items()
            if right in rights
        }


NOTHING: Final = Rights(
    is_superuser=False, direct={}, roles={}, queue_roles={}, groups=frozenset()
)

EVERYTHING: Final = Rights(
    is_superuser=True, direct={}, roles={}, queue_roles={}, groups=frozenset()
)
