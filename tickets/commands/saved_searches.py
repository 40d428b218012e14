"""Keeping searches: saving, changing, disabling and deleting them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from tickets.commands._named import refuse, set_name, store
from tickets.messages import storable
from tickets.models import SavedSearch, SearchKind
from tickets.models.searches import DEFAULT_ROWS, MOST_ROWS
from tickets.privacy import SAVED_SEARCHES, Privacy
from tickets.search import search as run

NOUN = "search"
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
    set_name(search, name=name, description=description, noun=NOUN)
    _fill(search, content)
    store(search, actor=actor, fields=None, noun=NOUN)
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
    set_name(
        held,
        name=held.name if name is None else name,
        description=held.description if description is None else description,
        noun=NOUN,
    )
    fields = ["owner", "group", "name", "description", *_CONTENT]
    store(held, actor=actor, fields=fields, noun=NOUN)
    return held


@transaction.atomic
def set_search_disabled(
    search: SavedSearch, *, actor: User, disabled: bool
) -> SavedSearch:
    """Disable a search, which keeps it and stops offering it, or enable it again."""
    held = _locked(search, actor)
    held.disabled = disabled
    store(held, actor=actor, fields=["disabled"], noun=NOUN)
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
        refuse("rows", f"Between 0 (all) and {MOST_ROWS:,} rows.")
    if len(content.order_by) > MOST_KEYS:
        refuse("order", f"At most {MOST_KEYS} fields to order by.")
    if len(content.format) > LONGEST_FORMAT:
        refuse("format", f"At most {LONGEST_FORMAT:,} characters.")
    if len(str(dict(content.chart))) > LONGEST_CHART:
        refuse("chart", "The chart has too many settings.")
    if content.kind not in SearchKind.values:
        refuse("kind", "There is no such type of search.")


def _fill(search: SavedSearch, content: SearchContent) -> None:
    search.query = storable(content.query)
    search.format = storable(content.format)
    search.order_by = list(content.order_by)
    search.rows = content.rows
    search.kind = content.kind
    search.chart = dict(content.chart)
