"""Makes our admin site the one that ``django.contrib.admin.site`` stands for."""

from django.contrib.admin.apps import AdminConfig


class HelpdeskAdminConfig(AdminConfig):
    """Django's admin app with our site; listed in INSTALLED_APPS in its place."""

    default_site = "helpdesk.admin_site.HelpdeskAdminSite"
