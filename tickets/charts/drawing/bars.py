"""Vertical bars, side by side or stacked."""

from django.utils.safestring import SafeString

from tickets.charts.drawing.figure import Figure
from tickets.charts.drawing.frame import Frame, axes, frame
from tickets.charts.drawing.svg import (
    colour,
    element,
    linked,
    picture,
    spoken,
    text,
    wide,
)

MOST_BARS = 120
WIDEST = 56.0


def bars(figure: Figure) -> SafeString:
    """Draw vertical bars."""
    place = frame(figure)
    width = min(WIDEST, place.band * (0.9 if place.band < 12 else 0.7))
    has_numbers = _numbers_fit(figure, place.band)
    drawn = axes(figure, place)
    for index in range(len(figure.categories)):
        left = place.x(index) + (place.band - width) / 2
        if figure.is_stacked:
            drawn += _stack(figure, place, index, left, width)
        else:
            drawn += _beside(figure, place, index, left, width)
        if has_numbers:
            drawn.append(_number(figure, index, left + width / 2, place))
    return picture(figure, *drawn, width=place.width, height=place.height)


def _stack(
    figure: Figure, place: Frame, index: int, left: float, width: float
) -> list[str]:
    drawn, base = [], 0.0
    for series in figure.series:
        mark = series.marks[index]
        if not mark.value:
            continue
        top = base + mark.value
        shape = _bar(left, place.y(top), width, place.y(base), colour(series))
        drawn.append(linked(mark, spoken(figure, series, index), shape))
        base = top
    return drawn


def _beside(
    figure: Figure, place: Frame, index: int, left: float, width: float
) -> list[str]:
    drawn = []
    each = width / len(figure.series)
    for number, series in enumerate(figure.series):
        mark = series.marks[index]
        if not mark.value:
            continue
        start = left + each * number
        gap = 1 if len(figure.series) > 1 and each > 4 else 0
        y, zero = place.y(mark.value), place.y(0)
        shape = _bar(start, min(y, zero), each - gap, max(y, zero), colour(series))
        drawn.append(linked(mark, spoken(figure, series, index), shape))
    return drawn


def _bar(x: float, top: float, width: float, bottom: float, css: str) -> str:
    # What is there must be seen, however little it is.
    height = max(2.0, bottom - top)
    radius = 2 if width > 6 and height > 4 else None
    return element(
        "rect",
        class_=f"mark {css}",
        x=x,
        y=bottom - height,
        width=max(1.0, width),
        height=height,
        rx=radius,
    )


def _whole(figure: Figure, index: int) -> float:
    return sum(series.marks[index].value or 0 for series in figure.series)


def _numbers_fit(figure: Figure, room: float) -> bool:
    """Say whether every value finds room at the end of its bar; else none is shown."""
    if len(figure.series) > 1 and not figure.is_stacked:
        return False
    wholes = (_whole(figure, index) for index in range(len(figure.categories)))
    return all(wide(figure.unit.text(value)) + 4 <= room for value in wholes)


def _number(figure: Figure, index: int, x: float, place: Frame) -> str:
    value = _whole(figure, index)
    if not value:
        return ""
    y = place.y(value) + (-5 if value >= 0 else 14)
    words = figure.unit.text(value)
    return text(words, class_="value middle", x=x, y=y, aria_hidden="true")
