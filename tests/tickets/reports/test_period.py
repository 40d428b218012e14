"""The days a report is about."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tickets.reports import Period, PeriodError

TODAY = date(2026, 5, 13)
BERLIN = ZoneInfo("Europe/Berlin")


def read(**query: str) -> Period:
    """Return the period of an address on 13 May 2026."""
    named = {name.rstrip("_"): value for name, value in query.items()}
    return Period.from_query(named, today=TODAY, zone=BERLIN)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("", date(2026, 4, 14), TODAY),
        ("7", date(2026, 5, 7), TODAY),
        ("month", date(2026, 5, 1), TODAY),
        ("last_month", date(2026, 4, 1), date(2026, 4, 30)),
        ("year", date(2026, 1, 1), TODAY),
    ],
)
def test_ranges(name: str, first: date, last: date) -> None:
    period = read(range=name)
    assert (period.first, period.last) == (first, last)
    assert read(**dict(period.to_query())) == period


def test_days() -> None:
    """Both ends are included, in the reader's time zone."""
    period = read(from_="2026-03-28", to="2026-03-29")
    assert period.days == 2
    assert period.condition("Due") == "Due >= '2026-03-28' AND Due < '2026-03-30'"
    start, end = period.bounds
    assert (end - start).total_seconds() == 47 * 3_600
    assert read(to="2026-03-29").days == 30


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from_": "32nd of Nevember"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from_": "2026-05-02", "to": "2026-05-01"}, "to"),
        ({"from_": "1999-01-01", "to": "2026-01-01"}, "to"),
        ({"from_": "0001-01-01"}, "from"),
        ({"range": "ever"}, "range"),
    ],
)
def test_what_is_no_period(query: dict[str, str], field: str) -> None:
    with pytest.raises(PeriodError) as caught:
        read(**query)
    assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("first", "grain", "keys"),
    [
        ("2026-05-11", "Daily", ["2026-05-11", "2026-05-12", "2026-05-13"]),
        ("2026-01-01", "Weekly", 20),
        ("2024-01-01", "Monthly", 29),
    ],
)
def test_steps(first: str, grain: str, keys: list[str] | int) -> None:
    """As many as can be read."""
    period = read(from_=first, to="2026-05-13")
    found = list(period.keys(period.grain))
    assert period.grain == grain
    assert found == keys if isinstance(keys, list) else len(found) == keys
