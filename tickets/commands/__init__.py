"""The only way a ticket changes: one public function per change.

Each locks the ticket, requires the right, validates, saves, and records, in one
database transaction. They raise ``PermissionDenied`` and ``ValidationError`` and then
nothing has happened.
"""

from tickets.commands._record import causing
from tickets.commands.bookmarks import set_bookmark
from tickets.commands.correspond import comment, correspond
from tickets.commands.create import Created, NewTicket, create_ticket
from tickets.commands.links import add_link, change_links, remove_link
from tickets.commands.mail_records import record_mail, record_system_error
from tickets.commands.move import move_to_queue
from tickets.commands.ownership import (
    OwnerMode,
    set_owner,
    steal,
    take,
    untake,
)
from tickets.commands.properties import set_properties
from tickets.commands.reminders import add_reminder, complete_reminder
from tickets.commands.status import UnresolvedDependenciesError, set_status
from tickets.commands.update import TicketUpdate, update_ticket
from tickets.commands.watchers import add_watcher, change_watchers, remove_watcher

__all__ = [
    "Created",
    "NewTicket",
    "OwnerMode",
    "TicketUpdate",
    "UnresolvedDependenciesError",
    "add_link",
    "add_reminder",
    "add_watcher",
    "causing",
    "change_links",
    "change_watchers",
    "comment",
    "complete_reminder",
    "correspond",
    "create_ticket",
    "move_to_queue",
    "record_mail",
    "record_system_error",
    "remove_link",
    "remove_watcher",
    "set_bookmark",
    "set_owner",
    "set_properties",
    "set_status",
    "steal",
    "take",
    "untake",
    "update_ticket",
]
