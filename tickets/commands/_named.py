"""What is saved under a name, for oneself, a group or everybody: naming and storing."""

from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from tickets.messages import one_line, storable
from tickets.models import Dashboard, SavedSearch
from tickets.models.places import LONGEST_NAME

Saved = SavedSearch | Dashboard
LONGEST_DESCRIPTION = 255


def set_name(saved: Saved, *, name: str, description: str, noun: str) -> None:
    """Put name and description into a row that is stored next.

    Raises:
        ValidationError: the name is missing or too long.
    """
    saved.name = one_line(storable(name)).strip()
    saved.description = one_line(storable(description)).strip()[:LONGEST_DESCRIPTION]
    if not saved.name:
        refuse("name", f"Give the {noun} a name.")
    if len(saved.name) > LONGEST_NAME:
        refuse("name", f"At most {LONGEST_NAME} characters.")


def store(saved: Saved, *, actor: User, fields: list[str] | None, noun: str) -> None:
    """Insert a row, or save the named fields of one that is locked.

    Raises:
        ValidationError: its place has another of that name.
    """
    saved.last_updated = timezone.now()
    saved.last_updated_by = actor
    if fields is not None:
        fields = [*fields, "last_updated", "last_updated_by"]
    taken = f"There is a {noun} of that name already."
    if is_taken(saved):
        refuse("name", taken, code="taken")
    try:
        with transaction.atomic():
            if fields is None:
                saved.save(force_insert=True)
            else:
                saved.save(update_fields=fields)
    except IntegrityError:
        # Somebody took the name a moment ago; anything else is a fault of ours.
        if not is_taken(saved):
            raise
        refuse("name", taken, code="taken")


def is_taken(saved: Saved) -> bool:
    """Say whether another row of the same place has the name. One query."""
    place = Q(owner_id=saved.owner_id, group_id=saved.group_id)
    others = type(saved)._default_manager.filter(place).exclude(pk=saved.pk)
    named = others.annotate(key=Lower("name"))
    return named.filter(key=Lower(Value(saved.name))).exists()


def refuse(field_name: str, message: str, *, code: str = "invalid") -> NoReturn:
    """Say what is wrong with one field."""
    raise ValidationError({field_name: ValidationError(message, code=code)})
