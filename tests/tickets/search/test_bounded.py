"""Counting that gives up in time, and leaves the connection as it was."""

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL

from tests.tickets.search.conftest import World
from tickets.models import Ticket
from tickets.search import bounded
from tickets.search.bounded import Count, count_in_time

pytestmark = pytest.mark.django_db
# Each would take longer than anybody waits.
ENDLESS = {
    "postgresql": "(SELECT count(*) FROM pg_sleep(600))",
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT count(*) FROM n)",
}


def test_counts(world: World) -> None:
    first = Ticket.objects.filter(pk__lte=5)
    assert count_in_time(first, seconds=5) == Count(5)


def test_gives_up(world: World) -> None:
    """What the transaction had done before is still there, and no limit stays."""
    Ticket.objects.filter(pk=1).update(subject="Still there")
    endless = Ticket.objects.filter(pk__gt=RawSQL(ENDLESS[connection.vendor], ()))  # noqa: S611 - a text of our own
    assert not count_in_time(endless, seconds=0.05).is_in_time
    kept = Ticket.objects.filter(subject="Still there")
    assert count_in_time(kept, seconds=5).number == 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


def test_does_not_count_to_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond some number it says "more"."""
    monkeypatch.setattr(bounded, "MOST_COUNTED", 2)
    count = count_in_time(Ticket.objects.all(), seconds=5)
    assert count.is_more
    assert count.shown == 2
