"""django-guardian's grants on queues and custom fields, with real foreign keys."""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from queues.models.custom_fields import CustomField
from queues.models.queues import Queue


class QueueUserObjectPermission(UserObjectPermissionBase):
    """A right granted to one user on one queue."""

    content_object = models.ForeignKey(Queue, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class QueueGroupObjectPermission(GroupObjectPermissionBase):
    """A right granted to one group, system group or role on one queue."""

    content_object = models.ForeignKey(Queue, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()


class CustomFieldUserObjectPermission(UserObjectPermissionBase):
    """A right granted to one user on one custom field."""

    content_object = models.ForeignKey(CustomField, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class CustomFieldGroupObjectPermission(GroupObjectPermissionBase):
    """A right granted to one group, system group or role on one custom field."""

    content_object = models.ForeignKey(CustomField, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()
