"""Forms: shape and types of what people type. Rules are the commands' business."""

from tickets.forms.boxes import Basics, Dates, Links, NewReminder, People
from tickets.forms.bulk import BulkUpdate
from tickets.forms.cells import OwnerCell, PriorityCell, StatusCell
from tickets.forms.create import Create, QuickCreate
from tickets.forms.custom_fields import WithCustomFields as CustomFields
from tickets.forms.reply import Reply
from tickets.forms.searches import SaveSearch
from tickets.forms.uploads import KeptFile, WithFiles

__all__ = [
    "Basics",
    "BulkUpdate",
    "Create",
    "CustomFields",
    "Dates",
    "KeptFile",
    "Links",
    "NewReminder",
    "OwnerCell",
    "People",
    "PriorityCell",
    "QuickCreate",
    "Reply",
    "SaveSearch",
    "StatusCell",
    "WithFiles",
]
