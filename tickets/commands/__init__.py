"""The only way a ticket changes: one public function per change.

Each locks the ticket, requires the right, validates, saves, and records, in one
database transaction. They raise ``PermissionDenied`` and ``ValidationError`` and then
nothing has happened.
"""

from tickets.commands._field_values import FieldChange
from tickets.commands._record import causing
from tickets.commands.bookmarks import set_bookmark
from tickets.commands.correspond import comment, correspond
from tickets.commands.create import Created, NewTicket, create_ticket
from tickets.commands.custom_fields import set_custom_fields
from tickets.commands.dashboard_places import (
    arrange_home,
    reset_home,
    set_home,
    set_home_of_all,
    set_in_rail,
    set_in_rail_of_all,
)
from tickets.commands.dashboards import (
    arrange_dashboard,
    create_dashboard,
    delete_dashboard,
    set_dashboard_disabled,
    update_dashboard,
)
from tickets.commands.links import add_link, change_links, remove_link
from tickets.commands.mail_records import record_mail, record_system_error
from tickets.commands.move import move_to_queue
from tickets.commands.object_custom_fields import set_object_fields
from tickets.commands.ownership import (
    OwnerMode,
    set_owner,
    steal,
    take,
    untake,
)
from tickets.commands.pins import move_pinned_search, pin_search, unpin_search
from tickets.commands.properties import set_properties
from tickets.commands.reminders import add_reminder, complete_reminder
from tickets.commands.saved_searches import (
    SearchContent,
    delete_search,
    save_search,
    set_search_disabled,
    update_search,
)
from tickets.commands.status import UnresolvedDependenciesError, set_status
from tickets.commands.update import TicketUpdate, update_ticket
from tickets.commands.watchers import add_watcher, change_watchers, remove_watcher

__all__ = [
    "Created",
    "FieldChange",
    "NewTicket",
    "OwnerMode",
    "SearchContent",
    "TicketUpdate",
    "UnresolvedDependenciesError",
    "add_link",
    "add_reminder",
    "add_watcher",
    "arrange_dashboard",
    "arrange_home",
    "causing",
    "change_links",
    "change_watchers",
    "comment",
    "complete_reminder",
    "correspond",
    "create_dashboard",
    "create_ticket",
    "delete_dashboard",
    "delete_search",
    "move_pinned_search",
    "move_to_queue",
    "pin_search",
    "record_mail",
    "record_system_error",
    "remove_link",
    "remove_watcher",
    "reset_home",
    "save_search",
    "set_bookmark",
    "set_custom_fields",
    "set_dashboard_disabled",
    "set_home",
    "set_home_of_all",
    "set_in_rail",
    "set_in_rail_of_all",
    "set_object_fields",
    "set_owner",
    "set_properties",
    "set_search_disabled",
    "set_status",
    "steal",
    "take",
    "unpin_search",
    "untake",
    "update_dashboard",
    "update_search",
    "update_ticket",
]
