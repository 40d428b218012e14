"""The help desk of the search tests, and what Bob asks about May 2026."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.tickets.search.conftest import NOW, World, loaded, world
from tickets.reports import REPORTS, Period, Report, Wanted

__all__ = ["loaded", "world"]

Ask = Callable[..., Report]


@pytest.fixture
def ask(world: World) -> Ask:
    """Return a function that computes a report of the first 13 days of May."""

    def asked(
        slug: str,
        *,
        by: str = "",
        who: str = "bob",
        queue: str = "",
        first: date = date(2026, 5, 1),
        last: date = date(2026, 5, 13),
    ) -> Report:
        definition = REPORTS[slug]
        usual = by or next(iter(definition.choices), "")
        user = world.named(who)
        period = Period(first, last, ZoneInfo(user.timezone))
        return definition.compute(Wanted(user, NOW, period, queue, usual))

    return asked
