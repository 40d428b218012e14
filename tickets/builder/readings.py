"""How a date in a row is understood, in words."""

from datetime import time

from tickets.builder.rows import NOT_BETWEEN, NOT_IN
from tickets.search.dates import Calendar, DateError, parse_date
from tickets.search.nodes import Operator

WHOLE_DAYS = frozenset({"=", "!=", Operator.IN.value, NOT_IN})
BETWEEN = frozenset({Operator.BETWEEN.value, NOT_BETWEEN})


def reading(text: str, *, calendar: Calendar, operator: str) -> str:
    """Return the moment or day that a text means, or nothing for no date."""
    if not text.strip():
        return ""
    try:
        moment = parse_date(text, calendar=calendar).astimezone(calendar.zone)
    except DateError:
        return ""
    day = f"{moment:%a} {moment.day} {moment:%b %Y}"
    if operator in WHOLE_DAYS:
        return f"all of {day}"
    if operator in BETWEEN and moment.time() == time():
        return day
    return f"{day}, {moment:%H:%M}"
