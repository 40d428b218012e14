"""What is calculated of the tickets of a group: RT's names, read and listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Expression, F

from tickets.charts.groupings import DURATION_LABELS
from tickets.charts.units import COUNT, MINUTES, SECONDS, Unit
from tickets.search.errors import nearest
from tickets.search.moments import duration

AGGREGATES = {
    "SUM": "Total",
    "AVG": "Average",
    "MIN": "Minimum",
    "MAX": "Maximum",
}
SUMMARY = "ALL"
TIMES = {
    "TimeWorked": "time_worked",
    "TimeEstimated": "time_estimated",
    "TimeLeft": "time_left",
}
MEASURES = (*TIMES, *DURATION_LABELS)
_WRITTEN = re.compile(r"(\w+)\s*\((.*)\)", re.DOTALL)
_PAIR = re.compile(r"\s*(?:->|→|-|\bto\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Function:
    """``COUNT``, or an aggregate of what is measured of each ticket."""

    aggregate: str
    measure: str = ""

    @property
    def name(self) -> str:
        """Return it as URLs and RT write it: ``AVG(TimeWorked)``."""
        if not self.measure:
            return self.aggregate
        return f"{self.aggregate}({DURATION_LABELS.get(self.measure, self.measure)})"

    @property
    def label(self) -> str:
        """Return the heading of its column."""
        if not self.measure:
            return "Tickets"
        of = DURATION_LABELS.get(self.measure, self.measure)
        return f"{AGGREGATES.get(self.aggregate, 'Summary of')} {of}"

    @property
    def unit(self) -> Unit:
        """Say what its numbers count."""
        if not self.measure:
            return COUNT
        return MINUTES if self.measure in TIMES else SECONDS

    @property
    def is_sum(self) -> bool:
        """Say whether the values of parts add up to that of the whole."""
        return self.aggregate in {"COUNT", "SUM"}

    @property
    def columns(self) -> tuple["Function", ...]:
        """Return the functions that a table shows for it: a summary is four."""
        if self.aggregate != SUMMARY:
            return (self,)
        order = ("MIN", "AVG", "MAX", "SUM")
        return tuple(Function(aggregate, self.measure) for aggregate in order)

    @property
    def drawn(self) -> "Function":
        """Return the one function that a picture shows for it."""
        return Function("AVG", self.measure) if self.aggregate == SUMMARY else self


def function_named(text: str) -> Function:
    """Return the function of a name such as ``AVG(Created to Resolved)``.

    Raises:
        ValidationError: no such function, with the nearest there is.
    """
    if text.strip().upper() == "COUNT":
        return Function("COUNT")
    if match := _WRITTEN.fullmatch(text.strip()):
        aggregate = match[1].upper()
        measure = _measure_named(match[2].strip())
        if measure and aggregate in {SUMMARY, *AGGREGATES}:
            return Function(aggregate, measure)
    known = [function.name for _, functions in offered() for function in functions]
    near = nearest(text, known=known)
    hint = f" Did you mean {near}?" if near else ""
    raise ValidationError(f"There is no function “{text[:60]}”.{hint}", code="function")


def measure_expression(measure: str) -> Expression | F:
    """Return what is measured of one ticket: minutes, or seconds of a duration."""
    return F(TIMES[measure]) if measure in TIMES else duration(measure)


def offered() -> Iterator[tuple[str, list[Function]]]:
    """Yield the functions a form offers, by the heading of their group."""
    yield "", [Function("COUNT")]
    for measure in MEASURES:
        heading = DURATION_LABELS.get(measure, measure)
        yield heading, [Function(a, measure) for a in (*AGGREGATES, SUMMARY)]


def _measure_named(text: str) -> str:
    by_name = {name.lower(): name for name in MEASURES}
    return by_name.get(text.lower()) or by_name.get(
        _PAIR.sub("to", text, count=1).lower(), ""
    )
