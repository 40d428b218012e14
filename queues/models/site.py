"""What is said once for the whole site."""

from django.db import models
from django.db.models import Q


class SiteSettings(models.Model):
    """What the set-up page was told about the site: one row, or none before."""

    organization = models.CharField(
        "organisation name", max_length=100, blank=True, default=""
    )
    setup_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "site settings"
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="site_settings_single"),
        )

    def __str__(self) -> str:
        return self.organization
