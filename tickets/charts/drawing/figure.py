"""What a picture shows, whatever is drawn of it."""

from dataclasses import dataclass

from tickets.charts.units import Unit

# Drawn in grey: what belongs to no series of its own.
REST = -1


@dataclass(frozen=True, slots=True)
class Mark:
    """One value, and the TicketSQL of the tickets behind it, if it has any.

    ``is_rt`` says that the query is to be read as RT reads AND and OR.
    """

    value: float | None
    query: str = ""
    is_rt: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values for each category, in one of eight colours or, as the rest, in grey."""

    name: str
    marks: tuple[Mark, ...]
    colour: int = 0
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Categories along one axis, values of series along the other.

    ``is_series`` says that the categories follow each other in time: their labels
    may be thinned out. Width and height of 0 are chosen by what is drawn.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    style: str = "bar"
    is_stacked: bool = False
    is_series: bool = False
    width: int = 0
    height: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not any(m.value for series in self.series for m in series.marks)

    @property
    def has_legend(self) -> bool:
        """Say whether colours need explaining."""
        return len(self.series) > 1

    @property
    def low(self) -> float:
        """Return the smallest value drawn, at most 0."""
        return min(self._extremes)

    @property
    def high(self) -> float:
        """Return the largest value drawn, at least 0."""
        return max(self._extremes)

    @property
    def _extremes(self) -> tuple[float, ...]:
        columns = [
            [series.marks[i].value or 0 for series in self.series]
            for i in range(len(self.categories))
        ]
        if self.is_stacked:
            return (0, *(sum(column) for column in columns))
        return (0, *(value for column in columns for value in column))
