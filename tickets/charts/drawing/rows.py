"""Horizontal bars, which leave room for long names."""

from django.utils.safestring import SafeString

from tickets.charts.drawing.figure import Figure, Series
from tickets.charts.drawing.svg import (
    WIDTH,
    colour,
    cut,
    element,
    linked,
    picture,
    spoken,
    text,
    wide,
)
from tickets.charts.units import ticks

MOST_ROWS = 60
ROW = 26.0
BAR = 17.0
BOTTOM = 26.0
WIDEST_LABEL = 230.0


def rows(figure: Figure) -> SafeString:
    """Draw horizontal bars, one below the other."""
    return _Rows(figure).drawn()


class _Rows:
    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.width = float(figure.width or WIDTH)
        longest = max((wide(label) for label in figure.categories), default=0.0)
        self.left = min(longest, WIDEST_LABEL, self.width / 3) + 12
        self.right = self.width - 64
        grouped = 1 if figure.is_stacked else len(figure.series)
        self.row = ROW if grouped == 1 else 8 + 13.0 * grouped
        self.height = max(1, len(figure.categories)) * self.row + BOTTOM
        self.marks = ticks(figure.unit, low=figure.low, high=figure.high)

    def x(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def drawn(self) -> SafeString:
        parts = [element("g", *self._axis(), aria_hidden="true")]
        for index, label in enumerate(self.figure.categories):
            middle = self.row * (index + 0.5)
            parts.append(self._name(label, middle))
            draw = self._stack if self.figure.is_stacked else self._beside
            parts += draw(index, middle)
        return picture(self.figure, *parts, width=self.width, height=self.height)

    def _name(self, label: str, middle: float) -> str:
        words = cut(label, self.left - 12)
        place = {"x": self.left - 8, "y": middle + 4}
        return text(words, class_="end", aria_hidden="true", **place)

    def _axis(self) -> list[str]:
        end = self.height - BOTTOM
        drawn = []
        for mark in self.marks:
            x = self.x(mark)
            css = "zero" if mark == 0 else "grid"
            drawn.append(element("line", class_=css, x1=x, x2=x, y1=0, y2=end))
            label = self.figure.unit.text(mark)
            drawn.append(text(label, class_="tick middle", x=x, y=end + 17))
        return drawn

    def _stack(self, index: int, middle: float) -> list[str]:
        drawn, base = [], 0.0
        for series in self.figure.series:
            value = series.marks[index].value
            if not value:
                continue
            y = middle - BAR / 2
            drawn.append(self._bar(series, index, base=base, y=y, height=BAR))
            base += value
        if base:
            drawn.append(self._number(base, middle))
        return drawn

    def _beside(self, index: int, middle: float) -> list[str]:
        drawn = []
        count = len(self.figure.series)
        height = BAR if count == 1 else 12.0
        for number, series in enumerate(self.figure.series):
            value = series.marks[index].value
            if not value:
                continue
            top = middle - BAR / 2 if count == 1 else middle + 13 * (number - count / 2)
            drawn.append(self._bar(series, index, base=0, y=top, height=height))
            if count == 1:
                drawn.append(self._number(value, middle))
        return drawn

    def _bar(
        self, series: Series, index: int, *, base: float, y: float, height: float
    ) -> str:
        value = series.marks[index].value or 0
        start, end = sorted((self.x(base), self.x(base + value)))
        shape = element(
            "rect",
            class_=f"mark {colour(series)}",
            x=start,
            y=y,
            width=max(1.0, end - start),
            height=height,
            rx=2 if end - start > 4 else None,
        )
        return linked(series.marks[index], spoken(self.figure, series, index), shape)

    def _number(self, value: float, middle: float) -> str:
        words = self.figure.unit.text(value)
        x = self.x(max(value, 0)) + 6
        return text(words, class_="value", x=x, y=middle + 4, aria_hidden="true")
