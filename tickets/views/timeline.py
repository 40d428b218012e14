"""The history of a ticket as the page shows it: messages, and lines between them."""

from dataclasses import dataclass, field
from datetime import timedelta

from accounts.rights import Right
from tickets.history import Entry
from tickets.models import Attachment, TicketWatcher
from tickets.rights import TicketRights
from tickets.views.bodies import Body, bodies

TOGETHER = timedelta(seconds=90)
SAFE_IMAGES = {"image/gif", "image/jpeg", "image/png", "image/webp"}


@dataclass(slots=True)
class Item:
    """A message, a mail record, or small changes by one person at one time."""

    kind: str  # message, mail, changes
    entry: Entry
    lines: list[str] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    tag: str = ""
    recipients: list[str] = field(default_factory=list)

    @property
    def images(self) -> list[Attachment]:
        """Files that are pictures a browser shows safely."""
        return [f for f in self.entry.files if f.content_type in SAFE_IMAGES]


def timeline(
    entries: list[Entry], *, can: TicketRights, watchers: list[TicketWatcher]
) -> list[Item]:
    """Return the items for some entries, small changes joined.

    Blind copies are named to those only who may see the mail itself.
    """
    once = ["RT-Send-CC"]
    if can.has(Right.SHOW_OUTGOING_EMAIL):
        once.append("RT-Send-BCC")
    requestors = {w.user_id for w in watchers if w.role == "Requestor"}
    items: list[Item] = []
    for entry in entries:
        if entry.is_message and entry.attachments:
            items.append(_message(entry, requestors, once))
        elif entry.is_mail:
            headers = (entry.header(name) for name in ("To", "Cc", "Bcc"))
            items.append(Item("mail", entry, recipients=_names(*headers)))
        elif items and _belongs(items[-1], entry):
            items[-1].lines.append(entry.description)
        else:
            items.append(Item("changes", entry, lines=[entry.description]))
    return items


def _message(entry: Entry, requestors: set[int | None], once: list[str]) -> Item:
    tag = "requestor" if entry.row.creator_id in requestors else ""
    if entry.is_internal:
        tag = "internal comment"
    elif entry.row.type == "Correspond" and not tag:
        tag = "reply"
    recipients = _names(*(entry.header(name) for name in once))
    return Item(
        "message",
        entry,
        bodies=bodies(entry.attachments),
        tag=tag,
        recipients=recipients,
    )


def _belongs(item: Item, entry: Entry) -> bool:
    """Say whether a small change is part of the line before it."""
    one, other = item.entry.row, entry.row
    return (
        item.kind == "changes"
        and one.type != "SystemError"
        and one.creator_id == other.creator_id
        and abs(other.created - one.created) <= TOGETHER
    )


def _names(*headers: str) -> list[str]:
    names = (name.strip() for header in headers for name in header.split(","))
    return [name for name in names if name]
