"""Queues, their watchers and grants, lifecycles, custom field definitions."""

from queues.models.custom_fields import (
    CustomField,
    CustomFieldChoice,
    CustomFieldPlace,
    CustomFieldType,
    LookupType,
    RenderType,
)
from queues.models.lifecycles import Lifecycle
from queues.models.queues import Queue, QueueWatcher
from queues.models.rights import (
    CustomFieldGroupObjectPermission,
    CustomFieldUserObjectPermission,
    QueueGroupObjectPermission,
    QueueUserObjectPermission,
)
from queues.models.site import SiteSettings

__all__ = [
    "CustomField",
    "CustomFieldChoice",
    "CustomFieldGroupObjectPermission",
    "CustomFieldPlace",
    "CustomFieldType",
    "CustomFieldUserObjectPermission",
    "Lifecycle",
    "LookupType",
    "Queue",
    "QueueGroupObjectPermission",
    "QueueUserObjectPermission",
    "QueueWatcher",
    "RenderType",
    "SiteSettings",
]
