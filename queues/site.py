"""Reads and writes what is said once for the whole site."""

from django.conf import settings
from django.utils import timezone

from queues.models.site import SiteSettings

ONLY_ROW = 1


def organization() -> str:
    """Return the name shown in the head of every page. One query by primary key."""
    found = SiteSettings.objects.filter(pk=ONLY_ROW)
    name = found.values_list("organization", flat=True).first()
    default: str = settings.ORGANIZATION
    return name or default


def is_set_up() -> bool:
    """Say whether the set-up page has been used. One query by primary key."""
    done = SiteSettings.objects.filter(pk=ONLY_ROW, setup_done_at__isnull=False)
    return done.exists()


def note_set_up(*, organization: str) -> None:
    """Keep the organisation's name, and that the site has been set up."""
    SiteSettings.objects.update_or_create(
        pk=ONLY_ROW,
        defaults={"organization": organization, "setup_done_at": timezone.now()},
    )
