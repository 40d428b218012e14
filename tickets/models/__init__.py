"""Tickets, their history and everything that hangs on them."""

from tickets.models.attachments import Attachment, Blob
from tickets.models.bookmarks import Bookmark
from tickets.models.bulk_updates import BulkUpdate, BulkUpdateItem
from tickets.models.custom_values import CustomFieldValue, ObjectCustomFieldValue
from tickets.models.dashboards import Dashboard, DashboardPlace, Spot
from tickets.models.indexed_texts import IndexBacklog, IndexedText, TextSource
from tickets.models.links import Link, LinkType
from tickets.models.searches import PinnedSearch, SavedSearch, SearchKind
from tickets.models.tickets import Ticket, TicketType
from tickets.models.transactions import Transaction, TransactionType
from tickets.models.watchers import WATCHER_ROLES, TicketWatcher

__all__ = [
    "WATCHER_ROLES",
    "Attachment",
    "Blob",
    "Bookmark",
    "BulkUpdate",
    "BulkUpdateItem",
    "CustomFieldValue",
    "Dashboard",
    "DashboardPlace",
    "IndexBacklog",
    "IndexedText",
    "Link",
    "LinkType",
    "ObjectCustomFieldValue",
    "PinnedSearch",
    "SavedSearch",
    "SearchKind",
    "Spot",
    "TextSource",
    "Ticket",
    "TicketType",
    "TicketWatcher",
    "Transaction",
    "TransactionType",
]
