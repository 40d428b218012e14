"""What a person keeps at hand: pinned searches, dashboards in the rail, the home page.

Every page asks, so it is one statement, compiled once by each process; whether what it
finds may be seen is decided by the rights that have been read anyway.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from tickets.dashboards.layout import BUILT_IN, Layout, LayoutError
from tickets.dashboards.stored import read_layout
from tickets.models import DashboardPlace, PinnedSearch, SavedSearch, Spot
from tickets.models.dashboards import DASHBOARDS_SEEN_BY
from tickets.models.searches import SEARCHES_SEEN_BY

# Stands for the user in the compiled statement; no row has it.
_ANY_USER: Final = -1_029_384_756
_PIN: Final = "pin"
# Instead of a user: what is kept at hand for everybody.
_ALL: Final = 0


@dataclass(frozen=True, slots=True)
class RailDashboard:
    """A dashboard in the rail."""

    id: int
    name: str


@dataclass(frozen=True)
class Home:
    """A person's at a glance: a dashboard, or the layout everybody begins with."""

    layout: Layout = BUILT_IN
    dashboard_id: int | None = None
    is_own: bool = False


@dataclass(frozen=True)
class AtHand:
    """Everything of one person, each list in its order."""

    searches: list[SavedSearch] = field(default_factory=list)
    dashboards: list[RailDashboard] = field(default_factory=list)
    home: Home = field(default_factory=Home)


class _Row(NamedTuple):
    kind: str
    whose: int
    position: int
    place: int
    number: int
    name: str
    owner: int | None
    group: int | None
    text: str


def at_hand(user: User) -> AtHand:
    """Return what a user keeps at hand and may see, of what is not disabled. One query.

    In the rail, everybody's dashboards come before one's own. A home page of one's own
    comes before the one for all, which must be the system's and is then everybody's to
    see, whatever is in it.
    """
    rows = sorted(_rows(user), key=lambda row: (row.whose, row.position, row.place))
    rail = [
        RailDashboard(row.number, row.name)
        for row in rows
        if row.kind == Spot.RAIL and _may_see(row, user)
    ]
    return AtHand(
        searches=[
            SavedSearch(pk=row.number, name=row.name, query=row.text)
            for row in rows
            if row.kind == _PIN and _may_see(row, user)
        ],
        dashboards=list({each.id: each for each in rail}.values()),
        home=_home((row for row in rows if row.kind == Spot.HOME), user),
    )


def _home(rows: Iterable[_Row], user: User) -> Home:
    home = Home()
    for row in rows:
        is_own = row.whose != _ALL
        is_of_system = row.owner is None and row.group is None
        if not (_may_see(row, user) if is_own else is_of_system):
            continue
        try:
            layout = read_layout(json.loads(row.text))
        except LayoutError:
            continue
        home = Home(layout, row.number, is_own)
    return home


def _may_see(row: _Row, user: User) -> bool:
    seen_by = SEARCHES_SEEN_BY if row.kind == _PIN else DASHBOARDS_SEEN_BY
    return seen_by.allow(user, owner_id=row.owner, group_id=row.group)


def _rows(user: User) -> list[_Row]:
    sql, parameters = _statement(connection.vendor)
    numbers = [user.pk if each == _ANY_USER else each for each in parameters]
    with connection.cursor() as cursor:
        cursor.execute(sql, numbers)
        return [_Row(*row) for row in cursor.fetchall()]


@cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of everything ``_ANY_USER`` keeps at hand."""

    def columns(saved: str) -> dict[str, Any]:
        return {
            "whose": Coalesce(F("user_id"), Value(_ALL)),
            "place": F("pk"),
            "number": F(f"{saved}_id"),
            "name": F(f"{saved}__name"),
            "of": F(f"{saved}__owner_id"),
            "of_group": F(f"{saved}__group_id"),
        }

    order = (
        "kind", "whose", "position", "place", "number", "name", "of", "of_group",
        "text",
    )  # fmt: skip
    layout = Case(
        When(spot=Spot.HOME, then=Cast("dashboard__layout", TextField())),
        default=Value("", output_field=TextField()),
    )
    places = DashboardPlace.objects.filter(
        Q(user_id=_ANY_USER) | Q(user=None), dashboard__disabled=False
    ).annotate(kind=F("spot"), text=layout, **columns("dashboard"))
    pins = PinnedSearch.objects.filter(
        user_id=_ANY_USER, search__disabled=False
    ).annotate(
        kind=Value(_PIN, output_field=CharField()),
        text=F("search__query"),
        **columns("search"),
    )
    union: Any = places.values_list(*order).union(pins.values_list(*order), all=True)
    sql, parameters = union.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(parameters)
