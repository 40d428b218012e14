"""What a bulk update changes: one wish, kept as JSON until every ticket has it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import RoleName
from tickets.messages import Message, compose
from tickets.models import TransactionType

NOBODY_ID = 0
MOMENTS = ("starts", "started", "due", "told")


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """What is named is changed; what is empty stays as it is on every ticket.

    ``owner`` is a user's id, ``NOBODY_ID``, or None for unchanged. ``add_watchers`` and
    ``remove_watchers`` hold role and name, ``links`` direction and far end.
    """

    owner: int | None = None
    force_owner: bool = False
    status: str = ""
    queue: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    add_watchers: tuple[tuple[str, str], ...] = ()
    remove_watchers: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    message_type: str = ""
    subject: str = ""
    text: str = ""
    time_worked: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing would change."""
        wishes = (
            self.status, self.queue, self.properties, self.add_watchers,
            self.remove_watchers, self.links, self.message_type, self.time_worked,
        )  # fmt: skip
        return self.owner is None and not any(wishes)

    @property
    def message(self) -> Message | None:
        """The one message that every ticket gets."""
        if not self.message_type:
            return None
        return compose(text=self.text, subject=self.subject)

    @property
    def kind(self) -> TransactionType | None:
        """Whether that is a reply or a comment."""
        return TransactionType(self.message_type) if self.message_type else None

    def roles(self, pairs: tuple[tuple[str, str], ...]) -> list[tuple[RoleName, str]]:
        """Return role and name of the watchers to add or to remove."""
        return [(RoleName(role), who) for role, who in pairs]

    def as_json(self) -> dict[str, Any]:
        """Return what a row can hold."""
        values = asdict(self)
        values["properties"] = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self.properties.items()
        }
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "BulkChange":
        """Read what ``as_json`` has made."""
        known = dict(values)
        known["properties"] = {
            name: datetime.fromisoformat(value) if name in MOMENTS else value
            for name, value in values["properties"].items()
        }
        for name in ("add_watchers", "remove_watchers", "links"):
            known[name] = tuple((first, second) for first, second in values[name])
        return cls(**known)
