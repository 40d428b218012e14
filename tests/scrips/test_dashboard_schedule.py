"""When a dashboard is mailed next: frequencies, rhythms, clocks that jump."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from scrips.dashboards.schedule import Times, next_mail, words
from scrips.models import Frequency

LUSAKA = ZoneInfo("Africa/Lusaka")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def after(text: str, times: Times, zone: ZoneInfo = LUSAKA, last: str = "") -> str:
    """Return the next mail in the clock of the zone."""
    before = date.fromisoformat(last) if last else None
    found = next_mail(times, now=at(text), zone=zone, last=before)
    assert found is not None
    assert found > at(text)
    return f"{found.astimezone(zone):%Y-%m-%d %H:%M}"


def test_daily() -> None:
    """On the chosen days, in the subscriber's hours; after Friday's comes Monday's."""
    times = Times(hour=6)
    assert after("2026-03-05T03:59", times) == "2026-03-05 06:00"
    assert after("2026-03-05T04:00", times) == "2026-03-06 06:00"
    assert after("2026-03-06T12:00", times) == "2026-03-09 06:00"


def test_weekly() -> None:
    """The first comes on the next such day, the others in their rhythm."""
    times = Times(frequency=Frequency.WEEKLY, weekday=2, every_weeks=2, hour=8)
    assert after("2026-03-05T12:00", times) == "2026-03-11 08:00"
    assert after("2026-03-11T06:00", times, last="2026-03-11") == "2026-03-25 08:00"
    # However long nobody was there, the rhythm stays, and there is one mail.
    assert after("2026-05-01T06:00", times, last="2026-03-11") == "2026-05-06 08:00"
    # Another day was chosen meanwhile.
    times = Times(frequency=Frequency.WEEKLY, weekday=4, every_weeks=2, hour=8)
    assert after("2026-03-11T06:00", times, last="2026-03-11") == "2026-03-27 08:00"


def test_monthly() -> None:
    """A day that a month does not have is its last."""
    times = Times(frequency=Frequency.MONTHLY, monthday=31, hour=6)
    assert after("2026-02-03T12:00", times) == "2026-02-28 06:00"
    assert after("2026-02-28T04:00", times) == "2026-03-31 06:00"
    assert after("2026-12-31T04:00", times) == "2027-01-31 06:00"


def test_never() -> None:
    """There is no next."""
    times = Times(frequency=Frequency.NEVER)
    assert next_mail(times, now=at("2026-03-05T03:59"), zone=LUSAKA, last=None) is None


@pytest.mark.parametrize("frequency", [Frequency.DAILY, Frequency.MONTHLY])
def test_an_hour_the_clock_skips_comes_once(frequency: str) -> None:
    """02:00 on 29 March is 03:00 in Berlin, and the next day 02:00 again."""
    times = Times(frequency=frequency, hour=2, weekdays=tuple(range(7)), monthday=29)
    assert after("2026-03-28T12:00", times, BERLIN) == "2026-03-29 03:00"
    following = after("2026-03-29T01:00", times, BERLIN)
    daily = frequency == Frequency.DAILY
    assert following == ("2026-03-30 02:00" if daily else "2026-04-29 02:00")


def test_an_hour_the_clock_repeats_comes_once() -> None:
    """02:00 on 25 October is twice in Berlin; the first counts."""
    times = Times(hour=2, weekdays=tuple(range(7)))
    assert after("2026-10-24T12:00", times, BERLIN) == "2026-10-25 02:00"
    assert next_mail(times, now=at("2026-10-24T12:00"), zone=BERLIN, last=None) == at(
        "2026-10-25T00:00"
    )
    assert after("2026-10-25T00:00", times, BERLIN) == "2026-10-26 02:00"


def test_in_words() -> None:
    """As the list of subscriptions says it."""
    assert words(Times()) == "Monday to Friday, 06:00"
    assert words(Times(weekdays=(6, 0))) == "Mon, Sun, 06:00"
    assert words(Times(weekdays=range(7))) == "Every day, 06:00"
    weekly = Times(frequency=Frequency.WEEKLY, weekday=1, every_weeks=2)
    assert words(weekly) == "Tuesday, every 2 weeks, 06:00"
    monthly = Times(frequency=Frequency.MONTHLY, monthday=3, hour=14)
    assert words(monthly) == "Day 3 of every month, 14:00"
    assert words(Times(frequency=Frequency.NEVER)) == "Never"
