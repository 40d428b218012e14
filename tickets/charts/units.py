"""Numbers of charts as people read them, and the ticks of their axes."""

import math
from collections.abc import Callable
from dataclasses import dataclass

# Steps that read well on an axis of time, in seconds; above them days.
_TIME_STEPS = (
    *(1, 5, 10, 15, 30),
    *(60, 300, 600, 900, 1_800),
    *(3_600, 7_200, 14_400, 28_800, 43_200),
    *(86_400, 172_800, 432_000, 604_800, 1_209_600),
)
_DAY = 86_400
_WORK_STEPS = (1, 5, 10, 15, 30, 60, 120, 240, 480, 600)


@dataclass(frozen=True, slots=True)
class Unit:
    """How numbers of a kind are written, in words and for programs."""

    name: str
    written: Callable[[float], str]
    step: Callable[[float], float]

    def text(self, value: float | None) -> str:
        """Return a value for people; nothing where there is none."""
        return "" if value is None else self.written(value)


def plain(value: float) -> str:
    """Return a number with thousands apart and at most one digit after the point."""
    rounded = round(value, 1)
    if rounded == int(rounded):
        return f"{int(rounded):,}"
    return f"{rounded:,.1f}"


def hours_and_minutes(minutes: float) -> str:
    """Return working time: "1 h 25 m", never days, which are not 24 hours long."""
    whole = round(abs(minutes))
    sign = "−" if minutes < 0 and whole else ""
    hours, rest = divmod(whole, 60)
    parts = [f"{hours:,} h"] if hours else []
    if rest:
        parts.append(f"{rest} m")
    return sign + (" ".join(parts) or "0")


def time_passed(seconds: float) -> str:
    """Return the time between two moments by its two largest units: "3 d 4 h"."""
    whole = round(abs(seconds))
    sign = "−" if seconds < 0 and whole else ""
    units = (("d", _DAY), ("h", 3_600), ("m", 60), ("s", 1))
    for index, (name, length) in enumerate(units):
        count, rest = divmod(whole, length)
        if not count:
            continue
        text = f"{count:,} {name}"
        if index + 1 < len(units):
            smaller, size = units[index + 1]
            if rest // size:
                text += f" {rest // size} {smaller}"
        return sign + text
    return "0"


def percent(value: float) -> str:
    """Return a share of a hundred."""
    return f"{plain(value)} %"


def decimal_step(rough: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 … at or above a step."""
    if rough <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough * 0.999_999)


def ticks(unit: Unit, *, low: float, high: float, most: int = 5) -> list[float]:
    """Return the marks of an axis that holds all values and zero."""
    low, high = min(0.0, low), max(0.0, high)
    step = unit.step((high - low) / most or 1)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


def _whole_step(rough: float) -> float:
    return max(1.0, decimal_step(rough))


def _time_step(rough: float) -> float:
    for step in _TIME_STEPS:
        if step >= rough:
            return step
    return decimal_step(rough / _DAY) * _DAY


def _work_step(rough: float) -> float:
    for step in _WORK_STEPS:
        if step >= rough:
            return step
    return decimal_step(rough / 60) * 60


COUNT = Unit("", plain, _whole_step)
MINUTES = Unit("minutes", hours_and_minutes, _work_step)
SECONDS = Unit("seconds", time_passed, _time_step)
PERCENT = Unit("%", percent, decimal_step)
