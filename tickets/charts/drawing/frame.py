"""The frame of pictures with a vertical axis: grid, ticks and labels below."""

import math
from dataclasses import dataclass

from tickets.charts.drawing.figure import Figure
from tickets.charts.drawing.svg import WIDTH, cut, element, text, wide
from tickets.charts.units import ticks

HEIGHT = 320
TOP, RIGHT = 20, 14
TURNED = 35
LONGEST_TURNED = 150.0
LABEL_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things are: the plot's edges, the scale, and the labels that fit."""

    width: float
    height: float
    left: float
    bottom: float
    marks: tuple[float, ...]
    is_turned: bool
    every: int
    count: int

    @property
    def band(self) -> float:
        """Return the room of one category."""
        return (self.width - self.left - RIGHT) / max(1, self.count)

    def x(self, index: float) -> float:
        """Return the left edge of a category."""
        return self.left + self.band * index

    def y(self, value: float) -> float:
        """Return the height of a value."""
        low, high = self.marks[0], self.marks[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - TOP)


def frame(figure: Figure) -> Frame:
    """Measure a picture: the labels decide how much room they take."""
    width, height = float(figure.width or WIDTH), float(figure.height or HEIGHT)
    marks = tuple(ticks(figure.unit, low=figure.low, high=figure.high))
    left = max(wide(figure.unit.text(mark)) for mark in marks) + 16
    count = len(figure.categories)
    band = (width - left - RIGHT) / max(1, count)
    longest = max((wide(label) for label in figure.categories), default=0)
    is_turned = not figure.is_series and longest + 6 > band
    if is_turned:
        every = math.ceil(16 / band)
        room = min(longest, LONGEST_TURNED) * math.sin(math.radians(TURNED)) + 16
    else:
        crowded = math.ceil((longest + LABEL_GAP) / band)
        every = max(1, crowded) if figure.is_series else 1
        room = 16
    bottom = max(TOP + 60.0, height - room - 10)
    return Frame(width, height, left, bottom, marks, is_turned, every, count)


def axes(figure: Figure, place: Frame) -> list[str]:
    """Draw the grid with its ticks, and the names of the categories."""
    drawn = []
    for mark in place.marks:
        y = place.y(mark)
        drawn.append(
            element(
                "line",
                class_="zero" if mark == 0 else "grid",
                x1=place.left,
                x2=place.width - RIGHT,
                y1=y,
                y2=y,
            )
        )
        label = figure.unit.text(mark)
        drawn.append(text(label, class_="tick end", x=place.left - 8, y=y + 4))
    shown = range(0, place.count, place.every)
    drawn += [_label(figure.categories[index], index, place) for index in shown]
    # What is drawn here is for the eye; the marks and the table say the same.
    return [element("g", *drawn, aria_hidden="true")]


def _label(words: str, index: int, place: Frame) -> str:
    x, y = place.x(index + 0.5), place.bottom + 18
    if not place.is_turned:
        inside = min(x, place.width - wide(words) / 2)
        # Pushed further than the gap between two labels, it would touch the other.
        if x - inside > LABEL_GAP:
            return ""
        return text(words, class_="middle", x=inside, y=y)
    turn = f"rotate(-{TURNED} {x + 4:.1f} {y:.1f})"
    short = cut(words, LONGEST_TURNED)
    return text(short, class_="end", x=x + 4, y=y - 4, transform=turn)
