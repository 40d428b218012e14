"""How values and references look in REST 2.0: numbers and dates are text."""

from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import quote

from django.conf import settings

from accounts.models import NOBODY, Group, User

Json: TypeAlias = dict[str, object]
UNSET_DATE = "1970-01-01T00:00:00Z"


def url(path: str) -> str:
    """Return the address of a resource under the configured base."""
    return f"{settings.WEB_URL}/REST/2.0/{path}"


def iso(moment: datetime | None) -> str:
    """Write a moment in UTC; what is not set is the epoch, as in RT."""
    if moment is None:
        return UNSET_DATE
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def reference(kind: str, identifier: int | str) -> Json:
    """Return a reference; ids in references are text."""
    text = str(identifier)
    return {"type": kind, "id": text, "_url": url(f"{kind}/{quote(text, safe='@')}")}


def user_reference(user: User | None) -> Json:
    """Return a reference to a user, by name; none is Nobody."""
    return reference("user", user.name if user else NOBODY)


def principal_reference(user: User | None, group: Group | None) -> Json:
    """Return a reference to whichever of the two there is."""
    return reference("group", group.pk) if group else user_reference(user)
