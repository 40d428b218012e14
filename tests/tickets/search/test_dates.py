"""Dates as people write them, read in their own zone."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.search.dates import Calendar, DateError, local_day, parse_date

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday, 04:05 in Berlin.
NOW = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
CALENDAR = Calendar(now=NOW, zone=BERLIN)

# text -> the moment as Berlin's clock shows it
MOMENTS = {
    "now": "2026-11-23 04:05",
    "today": "2026-11-23 00:00",
    "Yesterday": "2026-11-22 00:00",
    "tomorrow": "2026-11-24 00:00",
    "tomorrow noon": "2026-11-24 12:00",
    "today at 5pm": "2026-11-23 17:00",
    "14:00": "2026-11-23 14:00",
    "12am": "2026-11-23 00:00",
    "2 days ago": "2026-11-21 04:05",
    "  2   DAYS ago ": "2026-11-21 04:05",
    "-3 hours": "2026-11-23 01:05",
    "+1 week": "2026-11-30 04:05",
    "a week ago": "2026-11-16 04:05",
    "in 3 days": "2026-11-26 04:05",
    "2 weeks from now": "2026-12-07 04:05",
    "1 day 2 hours ago": "2026-11-22 02:05",
    "1 month ago": "2026-10-23 04:05",
    "last week": "2026-11-16 04:05",
    "next month": "2026-12-23 04:05",
    "last year": "2025-11-23 04:05",
    "next monday": "2026-11-30 00:00",
    "last Sunday": "2026-11-22 00:00",
    "last monday": "2026-11-16 00:00",
    "monday": "2026-11-23 00:00",
    "friday 5pm": "2026-11-27 17:00",
    "beginning of last month": "2026-10-01 00:00",
    "end of last month": "2026-10-31 23:59",
    "start of this week": "2026-11-23 00:00",
    "beginning of the year": "2026-01-01 00:00",
    "2024-05-01": "2024-05-01 00:00",
    "2024/5/1": "2024-05-01 00:00",
    "2024-05-01 14:00": "2024-05-01 14:00",
    "2024-05-01 14:00:59": "2024-05-01 14:00",
    "2024-05-01T14:00:00Z": "2024-05-01 16:00",
    "2024-05-01T14:00:00.123456Z": "2024-05-01 16:00",
    "2024-05-01 14:00:00 -0500": "2024-05-01 21:00",
    "20240501": "2024-05-01 00:00",
    "20240501140000": "2024-05-01 14:00",
    "01/05/2024": "2024-05-01 00:00",
    "1.5.2024": "2024-05-01 00:00",
    "12/31/2024": "2024-12-31 00:00",
    "1/5": "2026-05-01 00:00",
    "1 May": "2026-05-01 00:00",
    "May 1, 2024": "2024-05-01 00:00",
    "1st may 2024 2pm": "2024-05-01 14:00",
    "Mon Nov 23 03:05:00 2026": "2026-11-23 03:05",
    "Mon, 23 Nov 2026 03:05:00 +0000": "2026-11-23 04:05",
    "0": "1970-01-01 01:00",
}


@pytest.mark.parametrize("text", MOMENTS)
def test_reads(text: str) -> None:
    moment = parse_date(text, calendar=CALENDAR)
    assert f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == MOMENTS[text]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "32nd of Nevember", "2024-02-30", "2024", "12", "next", "may"),
        *("25:00", "13pm", "nonsense", "2024-05-01 1", "2024-13-01", "31/31/2024"),
        *("99999999 years ago", "9" * 30 + " days ago", "1 day " * 50, "ago", "in"),
        *("0001-01-01", "2 dayz ago", "last", "beginning of", "end of time"),
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(DateError):
        parse_date(text, calendar=CALENDAR)


def test_end_of_all_time_is_a_date() -> None:
    assert parse_date("9999-12-31", calendar=CALENDAR).year == 9999


def test_month_before_day_where_asked() -> None:
    calendar = Calendar(now=NOW, zone=BERLIN, is_day_first=False)
    assert parse_date("05/01/2024", calendar=calendar).month == 4  # 30 April, 22:00 UTC
    assert parse_date("05/03/2024", calendar=calendar).day == 2


def test_days_keep_the_time_of_day_over_summer_time_and_hours_do_not() -> None:
    # Clocks went back on 25 October 2026.
    now = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    calendar = Calendar(now=now, zone=BERLIN)
    assert parse_date("2 days ago", calendar=calendar).hour == 8
    assert parse_date("48 hours ago", calendar=calendar).hour == 9


def test_month_ago_on_the_31st_is_the_last_of_the_month() -> None:
    now = datetime(2026, 3, 31, 12, tzinfo=UTC)
    calendar = Calendar(now=now, zone=UTC)
    assert parse_date("1 month ago", calendar=calendar).date().isoformat() == (
        "2026-02-28"
    )


def test_day_of_25_hours() -> None:
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    start, end = local_day(noon, zone=BERLIN)
    assert end - start == timedelta(hours=25)


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    _is_date_or_none(text)


def _is_date_or_none(text: str) -> None:
    with contextlib.suppress(DateError):
        assert parse_date(text, calendar=CALENDAR).tzinfo is UTC


@given(
    st.lists(
        st.sampled_from(
            [
                *("now", "last", "next", "end", "of", "month", "2", "31", "99999999"),
                *("days", "ago", "-", "+", "/", ":", "12", "2024", "may", "pm", "a"),
                *("monday", "t", "z", "00", "beginning", "in"),
            ]
        ),
        max_size=8,
    ),
    st.sampled_from(["", " "]),
)
def test_any_words_are_a_date_or_none(words: list[str], glue: str) -> None:
    _is_date_or_none(glue.join(words))
