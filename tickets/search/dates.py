"""Dates as people write them: `2 days ago`, `2024-05-01 14:00`, `last sunday`.

A bare date means midnight in the given zone. Days and longer count on the
local calendar, hours and shorter on the clock of the world, so that "1 day ago"
keeps the time of day over a change to summer time and "24 hours ago" does not.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

LONGEST = 100
MOST_UNITS = 100_000_000
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
EXAMPLES = "a date such as 2024-05-01, '2024-05-01 14:00', today or '2 days ago'"

WEEKDAYS = "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
UNITS = {
    "s": "second",
    "sec": "second",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "wk": "week",
    "w": "week",
    "mon": "month",
    "yr": "year",
    "y": "year",
}
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
DAYS = {"day": 1, "week": 7, "fortnight": 14}
CALENDAR_MONTHS = {"month": 1, "quarter": 3, "year": 12}
NUMBER_WORDS = {"a": 1, "an": 1, "one": 1}

ZONE = r"(?P<zone>z|utc|gmt|[+-]\d\d:?\d\d)"
CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    rf"\s*(?P<half>am|pm)?\s*{ZONE}?$"
)
CLOCK_12 = re.compile(r"(?P<hour>\d{1,2})\s*(?P<half>am|pm)$")
SEPARATOR = r"(?:^|(?<=[\s,t]))"
CLOCK_AT_END = re.compile(
    rf"{SEPARATOR}(?:at\s+)?(\d{{1,2}}:\d\d(?::\d\d(?:\.\d{{1,9}})?)?\s*(?:am|pm)?\s*"
    r"(?:z|utc|gmt|[+-]\d\d:?\d\d)?|\d{1,2}\s*(?:am|pm)|noon|midnight)$"
)
STAMP = re.compile(r"[a-z]{3} ([a-z]{3}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})")
ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})$")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)(z?))?$")
NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d\d))?\.?$")
DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+([a-z]+)\.?(?:[\s,-]+(\d{4}))?$"
)
MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:[\s,]+(\d{4}))?$")
WEEKDAY_BEFORE = re.compile(r"([a-z]+),?\s+(?=.*\d)")
AMOUNT = re.compile(r"([+-]?)\s*(\d+|an?\b|one\b)\s*([a-z]+)\s*(?:,|and\b)?\s*")
EDGE = re.compile(
    r"(beginning|start|end)\s+of\s+(?:the\s+)?(?:(this|last|next)\s+)?([a-z]+)$"
)
NEXT_LAST = re.compile(r"(this|next|last)\s+([a-z]+)$")


class DateError(ValueError):
    """A text that is no date."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a date is read against: the moment, the zone, the order of day and month."""

    now: datetime
    zone: tzinfo
    is_day_first: bool = True

    @property
    def local_now(self) -> datetime:
        """Return the present in the zone."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """Return the local day."""
        return self.local_now.date()

    def midnight(self, day: date) -> datetime:
        """Return the first moment of a local day."""
        return datetime.combine(day, time(), tzinfo=self.zone)


def parse_date(text: str, *, calendar: Calendar) -> datetime:
    """Return the moment a text means, in UTC; raise DateError if it means none."""
    words = " ".join(text.casefold().split())
    if not words or len(words) > LONGEST:
        raise DateError(text)
    try:
        moment = _moment(words, calendar)
        return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
    except (ValueError, OverflowError) as error:
        raise DateError(text) from error


def local_day(moment: datetime, *, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the start of the local day that holds the moment, and of the next."""
    day = moment.astimezone(zone).date()
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _moment(words: str, calendar: Calendar) -> datetime:
    if words == "now":
        return calendar.now
    if words == "0":
        return datetime(1970, 1, 1, tzinfo=UTC)
    for reader in (_compact, _stamp, _relative, _edge, _period):
        found = reader(words, calendar)
        if found is not None:
            return found
    return _day_and_clock(words, calendar)


def _compact(words: str, calendar: Calendar) -> datetime | None:
    match = COMPACT.match(words)
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups()[:3])
    hour, minute, second = (int(part or 0) for part in match.groups()[3:6])
    zone = UTC if match[7] else calendar.zone
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _stamp(words: str, calendar: Calendar) -> datetime | None:
    """Read the form RT shows by default: Mon Nov 23 03:05:00 2026."""
    match = STAMP.fullmatch(words)
    if not match:
        return None
    day = date(int(match[4]), _month(match[1]), int(match[2]))
    return _at(day, match[3], calendar)


def _relative(words: str, calendar: Calendar) -> datetime | None:
    is_past = words.endswith(" ago")
    body = words.removesuffix(" ago").removesuffix(" from now").removeprefix("in ")
    amounts = []
    position = 0
    while position < len(body):
        match = AMOUNT.match(body, position)
        if not match or _unit(match[3]) is None:
            return None
        amounts.append(match)
        position = match.end()
    moment = calendar.local_now
    for match in amounts:
        count = NUMBER_WORDS.get(match[2]) or int(match[2])
        is_back = is_past != (match[1] == "-")
        moment = _moved(moment, -count if is_back else count, _unit(match[3]) or "")
    return moment if amounts else None


def _edge(words: str, calendar: Calendar) -> datetime | None:
    match = EDGE.match(words)
    unit = _unit(match[3]) if match else None
    if not match or unit not in {"day", "week", "month", "quarter", "year"}:
        return None
    direction = {"last": -1, "next": 1}.get(match[2] or "", 0)
    start = _start_of(_moved(calendar.local_now, direction, unit).date(), unit)
    if match[1] != "end":
        return calendar.midnight(start)
    following = _moved(calendar.midnight(start), 1, unit)
    return following.astimezone(UTC) - timedelta(seconds=1)


def _period(words: str, calendar: Calendar) -> datetime | None:
    match = NEXT_LAST.match(words)
    unit = _unit(match[2]) if match else None
    if not match or unit is None:
        return None
    direction = {"last": -1, "next": 1}.get(match[1], 0)
    return _moved(calendar.local_now, direction, unit)


def _day_and_clock(words: str, calendar: Calendar) -> datetime:
    match = CLOCK_AT_END.search(words)
    if not match:
        return calendar.midnight(_day(words, calendar))
    before = words[: match.start()].rstrip(" ,").removesuffix(" at")
    if re.fullmatch(r"\d{4}-\d\d-\d\dt", before):
        before = before[:-1]
    day = _day(before, calendar) if before else calendar.today
    return _at(day, match[1], calendar)


def _at(day: date, clock: str, calendar: Calendar) -> datetime:
    if clock in {"noon", "midnight"}:
        hour = 12 if clock == "noon" else 0
        return datetime.combine(day, time(hour), tzinfo=calendar.zone)
    match = CLOCK.match(clock) or CLOCK_12.match(clock)
    if not match:
        raise DateError(clock)
    parts = match.groupdict()
    hour = int(parts["hour"])
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise DateError(clock)
        hour = hour % 12 + (12 if parts["half"] == "pm" else 0)
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    zone = _zone(parts.get("zone")) or calendar.zone
    return datetime.combine(day, time(hour, minute, second), tzinfo=zone)


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in {"z", "utc", "gmt"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(sign * timedelta(minutes=minutes))


def _day(words: str, calendar: Calendar) -> date:
    named = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if words in named:
        return calendar.today + timedelta(days=named[words])
    weekday = WEEKDAY_BEFORE.match(words)
    if weekday and _weekday(weekday[1]) is not None:
        words = words[weekday.end() :]
    for reader in DAY_READERS:
        found = reader(words, calendar)
        if found is not None:
            return found
    raise DateError(words)


def _iso_day(words: str, _calendar: Calendar) -> date | None:
    match = ISO.match(words)
    return date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _numeric_day(words: str, calendar: Calendar) -> date | None:
    match = NUMERIC.match(words)
    if not match:
        return None
    first, second = int(match[1]), int(match[2])
    year = int(match[3]) if match[3] else calendar.today.year
    if match[3] and len(match[3]) == 2:
        year += 2000 if year < 70 else 1900
    is_day_first = calendar.is_day_first if second <= 12 else False
    if first > 12:
        is_day_first = True
    day, month = (first, second) if is_day_first else (second, first)
    return date(year, month, day)


def _written_day(words: str, calendar: Calendar) -> date | None:
    if match := DAY_MONTH.match(words):
        day, month, year = match[1], match[2], match[3]
    elif match := MONTH_DAY.match(words):
        month, day, year = match[1], match[2], match[3]
    else:
        return None
    return date(int(year or calendar.today.year), _month(month), int(day))


def _weekday_day(words: str, calendar: Calendar) -> date | None:
    match = NEXT_LAST.match(words)
    wanted = _weekday(match[2] if match else words)
    if wanted is None:
        return None
    direction = match[1] if match else "this"
    ahead = (wanted - calendar.today.weekday()) % 7
    if direction == "next" and ahead == 0:
        ahead = 7
    if direction == "last":
        ahead = ahead - 7
    return calendar.today + timedelta(days=ahead)


DAY_READERS: tuple[Callable[[str, Calendar], date | None], ...] = (
    _iso_day,
    _numeric_day,
    _weekday_day,
    _written_day,
)


def _month(word: str) -> int:
    return _index_of(word, MONTHS) + 1


def _weekday(word: str) -> int | None:
    try:
        return _index_of(word, WEEKDAYS)
    except DateError:
        return None


def _index_of(word: str, names: Sequence[str]) -> int:
    for index, name in enumerate(names):
        if len(word) >= 3 and name.startswith(word):
            return index
    raise DateError(word)


def _unit(word: str) -> str | None:
    for name in (word, word.removesuffix("s")):
        unit = UNITS.get(name, name)
        if unit in SECONDS or unit in DAYS or unit in CALENDAR_MONTHS:
            return unit
    return None


def _moved(moment: datetime, count: int, unit: str) -> datetime:
    if abs(count) > MOST_UNITS:
        raise OverflowError(count)
    if unit in SECONDS:
        shifted = moment.astimezone(UTC) + timedelta(seconds=count * SECONDS[unit])
        return shifted.astimezone(moment.tzinfo)
    if unit in DAYS:
        return moment + timedelta(days=count * DAYS[unit])
    months = moment.year * 12 + moment.month - 1 + count * CALENDAR_MONTHS[unit]
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _start_of(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if unit == "year":
        return day.replace(month=1, day=1)
    return day
