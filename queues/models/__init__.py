"""Queues, their watchers and grants, lifecycles, custom field definitions."""

from queues.models.custom_fields import CustomField, CustomFieldChoice, CustomFieldType
from queues.models.lifecycles import Lifecycle
from queues.models.queues import Queue, QueueWatcher
from queues.models.rights import QueueGroupObjectPermission, QueueUserObjectPermission
from queues.models.site import SiteSettings

__all__ = [
    "CustomField",
    "CustomFieldChoice",
    "CustomFieldType",
    "Lifecycle",
    "Queue",
    "QueueGroupObjectPermission",
    "QueueUserObjectPermission",
    "QueueWatcher",
    "SiteSettings",
]
