"""A ring of slices: parts of a whole."""

import math

from django.utils.safestring import SafeString

from tickets.charts.drawing.figure import REST, Figure
from tickets.charts.drawing.svg import element, linked, picture, text, title
from tickets.charts.units import plain

SIZE = 300.0
OUTER, INNER = 140.0, 84.0
LEAST_LABELLED = 0.05


def pie(figure: Figure) -> SafeString:
    """Draw the first series as slices, clockwise from the top, around their sum."""
    size = float(figure.height or figure.width or SIZE)
    centre, scale = size / 2, size / SIZE
    marks = figure.series[0].marks
    values = [max(0.0, mark.value or 0) for mark in marks]
    whole = sum(values) or 1.0
    drawn, start = [], 0.0
    for index, mark in enumerate(marks):
        share = values[index] / whole
        if not share:
            continue
        css = slice_colour(figure, index)
        words = f"{figure.categories[index]}: {figure.unit.text(mark.value)}"
        shape = _slice(centre, scale, start, share, css)
        parts = [shape]
        if share >= LEAST_LABELLED:
            parts.append(_label(centre, scale, start + share / 2, share))
        drawn.append(linked(mark, f"{words} ({percent(share)})", *parts))
        start += share
    total = figure.unit.text(sum(values))
    drawn.append(
        element(
            "g",
            title(f"Together: {total}"),
            text(total, class_="whole middle", x=centre, y=centre + 7),
        )
    )
    return picture(figure, *drawn, width=size, height=size)


def slice_colour(figure: Figure, index: int) -> str:
    """Return the class of a slice; what is left over has none of its own."""
    is_rest = figure.series[0].colour == REST and index == len(figure.categories) - 1
    return "rest" if is_rest else f"c{index % 8}"


def percent(share: float) -> str:
    """Return a share as a percentage, as short as it can be."""
    return f"{plain(share * 100)} %"


def _slice(centre: float, scale: float, start: float, share: float, css: str) -> str:
    if share > 0.9999:
        ring = _ring(centre, OUTER * scale) + _ring(centre, INNER * scale)
        return element("path", class_=f"mark {css}", d=ring, fill_rule="evenodd")
    outer, inner = OUTER * scale, INNER * scale
    is_large = 1 if share > 0.5 else 0
    a, b = _point(centre, outer, start), _point(centre, outer, start + share)
    c, d = _point(centre, inner, start + share), _point(centre, inner, start)
    path = (
        f"M{a}A{outer:.1f} {outer:.1f} 0 {is_large} 1 {b}"
        f"L{c}A{inner:.1f} {inner:.1f} 0 {is_large} 0 {d}Z"
    )
    return element("path", class_=f"mark {css}", d=path)


def _ring(centre: float, radius: float) -> str:
    arc = f"a{radius:.1f} {radius:.1f} 0 1 0"
    start = f"M{centre - radius:.1f} {centre:.1f}"
    return f"{start}{arc} {2 * radius:.1f} 0{arc} {-2 * radius:.1f} 0Z"


def _point(centre: float, radius: float, turn: float) -> str:
    angle = 2 * math.pi * turn
    x = centre + radius * math.sin(angle)
    return f"{x:.1f} {centre - radius * math.cos(angle):.1f}"


def _label(centre: float, scale: float, turn: float, share: float) -> str:
    x, y = _point(centre, (OUTER + INNER) / 2 * scale, turn).split()
    words = f"{round(share * 100)}%"
    return text(words, class_="share middle", x=x, y=float(y) + 4, aria_hidden="true")
