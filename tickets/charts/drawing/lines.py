"""Lines over a series of days, weeks or months."""

import math

from django.utils.safestring import SafeString

from tickets.charts.drawing.figure import Figure, Series
from tickets.charts.drawing.frame import Frame, axes, frame
from tickets.charts.drawing.svg import colour, element, linked, picture, spoken

MOST_POINTS = 400
# Beyond this many points a line shows its dots only when they are pointed at.
MOST_DOTS = 70
RADIUS = 3.5


def lines(figure: Figure) -> SafeString:
    """Draw a line for each series, with a dot of its own shape at each value."""
    place = frame(figure)
    drawn = axes(figure, place)
    is_crowded = len(figure.categories) > MOST_DOTS
    for number, series in enumerate(figure.series):
        drawn += [_line(points, series) for points in _stretches(series, place)]
        css = f"mark dot {colour(series)}" + (" faint" if is_crowded else "")
        for index, mark in enumerate(series.marks):
            if mark.value is None:
                continue
            x, y = place.x(index + 0.5), place.y(mark.value)
            dot = element("path", class_=css, d=_shape(number, x, y))
            # A finger is wider than a dot.
            r = min(12.0, max(4.0, place.band / 2))
            reach = element("circle", class_="reach", cx=x, cy=y, r=r)
            drawn.append(linked(mark, spoken(figure, series, index), reach, dot))
    return picture(figure, *drawn, width=place.width, height=place.height)


def _stretches(series: Series, place: Frame) -> list[list[tuple[float, float]]]:
    """Return the points between the gaps, where there is no value."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for index, mark in enumerate(series.marks):
        if mark.value is None:
            stretches.append([])
        else:
            stretches[-1].append((place.x(index + 0.5), place.y(mark.value)))
    return [points for points in stretches if len(points) > 1]


def _line(points: list[tuple[float, float]], series: Series) -> str:
    written = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("polyline", class_=f"line {colour(series)}", points=written)


def _shape(number: int, x: float, y: float) -> str:
    """Return a circle or a polygon: shapes tell lines apart where colours do not."""
    corners = (0, 4, 3, 6, 5)[number % 5]
    if not corners:
        r = RADIUS
        arc = f"a{r} {r} 0 1 0"
        return f"M{x - r:.1f} {y:.1f}{arc} {2 * r} 0{arc} {-2 * r} 0Z"
    r = RADIUS + 1
    points = [
        (
            x + r * math.sin(2 * math.pi * i / corners),
            y - r * math.cos(2 * math.pi * i / corners),
        )
        for i in range(corners)
    ]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"
