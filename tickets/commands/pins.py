"""Pinning searches to one's own rail."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from tickets.models import PinnedSearch, SavedSearch

MOST_PINNED = 15


@transaction.atomic
def pin_search(search: SavedSearch, *, actor: User) -> None:
    """Put a search at the end of the actor's rail. Repeating is harmless.

    Raises:
        PermissionDenied: the actor may not load the search.
        ValidationError: the rail is full.
    """
    if not SavedSearch.objects.visible_to(actor).filter(pk=search.pk).exists():
        raise PermissionDenied("You may not load this search.")
    pins = _locked(actor)
    if any(pin.search_id == search.pk for pin in pins):
        return
    if len(pins) >= MOST_PINNED:
        raise ValidationError(
            f"At most {MOST_PINNED} searches can be pinned.", code="too_many"
        )
    position = pins[-1].position + 1 if pins else 0
    PinnedSearch.objects.create(user=actor, search=search, position=position)


def unpin_search(search: SavedSearch, *, actor: User) -> None:
    """Take a search out of the actor's rail."""
    PinnedSearch.objects.filter(user=actor, search=search).delete()


@transaction.atomic
def move_pinned_search(search: SavedSearch, *, actor: User, by: int) -> None:
    """Move a pinned search up (negative) or down in the actor's rail."""
    pins = _locked(actor)
    place = next((i for i, pin in enumerate(pins) if pin.search_id == search.pk), None)
    if place is None:
        raise ValidationError("This search is not pinned.", code="not_pinned")
    pins.insert(max(0, place + by), pins.pop(place))
    for position, pin in enumerate(pins):
        pin.position = position
    PinnedSearch.objects.bulk_update(pins, ["position"])


def _locked(actor: User) -> list[PinnedSearch]:
    """Return the actor's pins in order; the user's row is what is locked."""
    User.objects.select_for_update().only("pk").get(pk=actor.pk)
    return list(PinnedSearch.objects.filter(user=actor).order_by("position", "pk"))
