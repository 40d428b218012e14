"""How times, priorities and people are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from tickets.templatetags.tickets import (
    duration,
    initials,
    priority,
    relative,
    short,
    status,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (90 * 60, "90 min ago"),
        (2 * 3600, "2 h ago"),
        (47 * 3600, "47 h ago"),
        (3 * 86400, "3 d ago"),
        (20 * 86400, "2 wk ago"),
        (90 * 86400, "3 mo ago"),
        (1000 * 86400, "2 y ago"),
        (-30, "in a moment"),
        (-3 * 3600, "in 3 h"),
    ],
)
def test_relative_times(seconds: int, words: str) -> None:
    """One unit, switched at twice its length."""
    assert relative(NOW - timedelta(seconds=seconds), now=NOW) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Mon 12:00"), (3, "Fri 12:00"), (30, "24 Oct 12:00"), (400, "19 Oct 2025")],
)
def test_short_times(days: int, words: str) -> None:
    """Shorter the nearer it is."""
    assert short(NOW - timedelta(days=days), now=NOW) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ""), (5, "5 m"), (60, "1 h"), (85, "1 h 25 m")]
)
def test_durations(minutes: int, words: str) -> None:
    """Hours and minutes; nothing for none."""
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amina Noor", "AN"),
        ("grace.kato@example.org", "GK"),
        ("root", "R"),
        ("<>", "?"),
        ("", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    """One or two letters, whatever the name is made of."""
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("value", "bars"), [(0, 0), (20, 1), (50, 2), (90, 3), (-5, 0)]
)
def test_priorities(value: int, bars: int) -> None:
    """Up to three bars and the number."""
    shown = priority(value)
    assert shown.count('class="on"') == bars
    assert f">{value}<" in shown


def test_a_status_cannot_break_out_of_its_pill() -> None:
    """Whatever an administrator calls a status, it is text."""
    shown = status('x"><script>')
    assert "<script>" not in shown
    assert 'class="status  x---script-"' in shown
