"""Keeping searches: saving, changing, disabling and deleting them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from tickets.messages import one_line, storable
from tickets.models import SavedSearch, SearchKind
from tickets.models.searches import DEFAULT_ROWS, LONGEST_NAME, MOST_ROWS
from tickets.privacy import SAVED_SEARCHES, Privacy
from tickets.search import search as run

LONGEST_FORMAT = 20_000
LONGEST_CHART = 10_000
MOST_KEYS = 10
_CONTENT = ("query", "format", "order_by", "rows", "kind", "chart")


@dataclass(frozen=True, kw_only=True)
class SearchContent:
    """What a search asks for and how it is shown."""

    query: str
    format: str = ""
    order_by: tuple[str, ...] = ()
    rows: int = DEFAULT_ROWS
    kind: str = SearchKind.TICKET
    chart: Mapping[str, Any] = field(default_factory=dict)


def save_search(
    *,
    actor: User,
    name: str,
    privacy: Privacy,
    content: SearchContent,
    description: str = "",
) -> SavedSearch:
    """Save a search under a new name.

    Raises:
        PermissionDenied: the actor may not save there.
        TicketSQLError: the query or its order cannot be understood.
        ValidationError: the name is missing or taken, or something is too long.
    """
    search = SavedSearch(owner=privacy.owner, group=privacy.group)
    _require(search, actor)
    _check(content, actor)
    _name(search, name, description)
    _fill(search, content)
    _store(search, actor, fields=None)
    return search


@transaction.atomic
def update_search(
    search: SavedSearch,
    *,
    actor: User,
    content: SearchContent | None = None,
    name: str | None = None,
    description: str | None = None,
    privacy: Privacy | None = None,
) -> SavedSearch:
    """Change what is given of a saved search; the rest stays.

    To another privacy it moves only if the actor may change both places.

    Raises:
        PermissionDenied, TicketSQLError, ValidationError: as `save_search`.
    """
    held = _locked(search, actor)
    if privacy is not None:
        held.owner, held.group = privacy.owner, privacy.group
        _require(held, actor)
    if content is not None:
        _check(content, actor)
        _fill(held, content)
    _name(
        held,
        held.name if name is None else name,
        held.description if description is None else description,
    )
    _store(held, actor, fields=["owner", "group", "name", "description", *_CONTENT])
    return held


@transaction.atomic
def set_search_disabled(
    search: SavedSearch, *, actor: User, disabled: bool
) -> SavedSearch:
    """Disable a search, which keeps it and stops offering it, or enable it again."""
    held = _locked(search, actor)
    held.disabled = disabled
    _store(held, actor, fields=["disabled"])
    return held


@transaction.atomic
def delete_search(search: SavedSearch, *, actor: User) -> None:
    """Delete a search for good; it leaves the rail of everybody who pinned it."""
    _locked(search, actor).delete()


def _locked(search: SavedSearch, actor: User) -> SavedSearch:
    held = SavedSearch.objects.select_for_update().filter(pk=search.pk).first()
    if held is None:
        raise ValidationError("This search has been deleted.", code="deleted")
    _require(held, actor)
    return held


def _require(search: SavedSearch, actor: User) -> None:
    if not SAVED_SEARCHES.allow(
        actor, owner_id=search.owner_id, group_id=search.group_id
    ):
        raise PermissionDenied("You may not save searches there.")


def _check(content: SearchContent, actor: User) -> None:
    run(storable(content.query), user=actor, order_by=content.order_by)
    if not 0 <= content.rows <= MOST_ROWS:
        _refuse("rows", f"Between 0 (all) and {MOST_ROWS:,} rows.")
    if len(content.order_by) > MOST_KEYS:
        _refuse("order", f"At most {MOST_KEYS} fields to order by.")
    if len(content.format) > LONGEST_FORMAT:
        _refuse("format", f"At most {LONGEST_FORMAT:,} characters.")
    if len(str(dict(content.chart))) > LONGEST_CHART:
        _refuse("chart", "The chart has too many settings.")
    if content.kind not in SearchKind.values:
        _refuse("kind", "There is no such type of search.")


def _name(search: SavedSearch, name: str, description: str) -> None:
    search.name = one_line(storable(name)).strip()
    search.description = one_line(storable(description)).strip()[:255]
    if not search.name:
        _refuse("name", "Give the search a name.")
    if len(search.name) > LONGEST_NAME:
        _refuse("name", f"At most {LONGEST_NAME} characters.")


def _fill(search: SavedSearch, content: SearchContent) -> None:
    search.query = storable(content.query)
    search.format = storable(content.format)
    search.order_by = list(content.order_by)
    search.rows = content.rows
    search.kind = content.kind
    search.chart = dict(content.chart)


def _store(search: SavedSearch, actor: User, *, fields: list[str] | None) -> None:
    search.last_updated = timezone.now()
    search.last_updated_by = actor
    if fields is not None:
        fields = [*fields, "last_updated", "last_updated_by"]
    if _is_taken(search):
        _refuse("name", "There is a search of that name already.", code="taken")
    try:
        with transaction.atomic():
            if fields is None:
                search.save(force_insert=True)
            else:
                search.save(update_fields=fields)
    except IntegrityError:
        # Somebody took the name a moment ago; anything else is a fault of ours.
        if not _is_taken(search):
            raise
        _refuse("name", "There is a search of that name already.", code="taken")


def _is_taken(search: SavedSearch) -> bool:
    place = Q(owner_id=search.owner_id, group_id=search.group_id)
    same_place = SavedSearch.objects.filter(place)
    others = same_place.annotate(key=Lower("name")).exclude(pk=search.pk)
    return others.filter(key=Lower(Value(search.name))).exists()


def _refuse(field_name: str, message: str, *, code: str = "invalid") -> None:
    raise ValidationError({field_name: ValidationError(message, code=code)})
