"""What a chart shows and how: read from and written to URLs and saved searches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tickets.charts.functions import function_named
from tickets.charts.groupings import grouping_named

STYLES = {
    "bar": "Bars",
    "horizontal": "Horizontal bars",
    "line": "Line",
    "pie": "Pie",
    "table": "Table only",
}
ORDERS = {"label": "Label", "value": "Value"}
LIMIT_TYPES = {"top": "Top", "bottom": "Bottom"}
MOST_LEVELS = 3
MOST_FUNCTIONS = 3
MOST_SHOWN = 100
LEAST_SIZE, MOST_SIZE = 200, 2_000
# Our parameter -> RT's, whose URLs are read as well.
RT_NAMES = {
    "group_by": "GroupBy",
    "function": "ChartFunction",
    "style": "ChartStyle",
    "order_by": "ChartOrderBy",
    "direction": "ChartOrder",
    "limit": "ChartLimit",
    "limit_type": "ChartLimitType",
    "width": "Width",
    "height": "Height",
}
Read = TypeVar("Read")


class ChartError(ValidationError):
    """A chart that cannot be: which parameter is wrong, and why.

    ``chosen`` is the chart without what was wrong, for a form to show.
    """

    def __init__(self, errors: dict[str, list[str]], chosen: "ChartSpec") -> None:
        super().__init__(errors)
        self.chosen = chosen


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """Up to three groupings and functions, by RT's names; the style and the order.

    Order and limit count for the first grouping: ``limit`` keeps the groups with the
    largest (top) or smallest (bottom) values and sums the tickets of the others up.
    """

    group_by: tuple[str, ...] = ("Status",)
    functions: tuple[str, ...] = ("COUNT",)
    style: str = "bar"
    order_by: str = "label"
    is_descending: bool = False
    limit: int = 0
    limit_type: str = "top"
    width: int = 0
    height: int = 0

    @classmethod
    def from_query(cls, query: QueryDict | MultiValueDict[str, str]) -> "ChartSpec":
        """Read URL parameters, ours or RT's.

        ``by`` beside ``group_by`` is the part chosen for the grouping of the same
        place, as forms send it; a part that the field does not have is left out.

        Raises:
            ChartError: with a message for each parameter that is wrong.
        """
        return _Reader(query).spec()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ChartSpec":
        """Read what ``to_json`` wrote.

        Raises:
            ChartError: what was stored names something that there is no longer.
        """
        query: MultiValueDict[str, str] = MultiValueDict()
        for name in RT_NAMES:
            values = stored.get(name, [])
            query.setlist(
                name,
                [str(v) for v in (values if isinstance(values, list) else [values])],
            )
        return cls.from_query(query)

    def to_query(self) -> list[tuple[str, str]]:
        """Return URL parameters, only those that differ from a new chart's."""
        pairs = [("group_by", name) for name in self.group_by]
        if self.functions != ChartSpec.functions_of_a_new_chart():
            pairs += [("function", name) for name in self.functions]
        plain = asdict(self)
        for field in fields(self):
            if field.name in {"group_by", "functions", "is_descending"}:
                continue
            if plain[field.name] != field.default:
                pairs.append((field.name, str(plain[field.name])))
        if self.is_descending:
            pairs.append(("direction", "desc"))
        return pairs

    def to_json(self) -> dict[str, Any]:
        """Return what a saved search keeps of the chart."""
        stored: dict[str, Any] = {}
        for name, value in self.to_query():
            if name in {"group_by", "function"}:
                stored.setdefault(name, []).append(value)
            else:
                stored[name] = int(value) if value.isdigit() else value
        return stored

    @staticmethod
    def functions_of_a_new_chart() -> tuple[str, ...]:
        """Return what a chart calculates unless told."""
        return ("COUNT",)


class _Reader:
    """Reads one parameter after the other and keeps the complaints."""

    def __init__(self, query: QueryDict | MultiValueDict[str, str]) -> None:
        self.query = query
        self.errors: dict[str, list[str]] = {}

    def spec(self) -> ChartSpec:
        spec = ChartSpec(
            group_by=self._groups() or ("Status",),
            functions=self._functions() or ChartSpec.functions_of_a_new_chart(),
            style=self._style(),
            order_by=self._choice("order_by", ORDERS, "label"),
            is_descending=self._choice("direction", {"asc": "", "desc": ""}, "asc")
            == "desc",
            limit=self._number("limit", 0, MOST_SHOWN),
            limit_type=self._choice("limit_type", LIMIT_TYPES, "top"),
            width=self._number("width", LEAST_SIZE, MOST_SIZE),
            height=self._number("height", LEAST_SIZE, MOST_SIZE),
        )
        if self.errors:
            raise ChartError(self.errors, spec)
        return spec

    def _all(self, name: str) -> list[str]:
        texts = self.query.getlist(name) or self.query.getlist(RT_NAMES[name])
        return [text.strip() for text in texts]

    def _one(self, name: str) -> str:
        return next((text for text in reversed(self._all(name)) if text), "")

    def _groups(self) -> tuple[str, ...]:
        texts = self._all("group_by")
        parts = self.query.getlist("by")
        if len(parts) == len(texts):
            pairs = zip(texts, parts, strict=True)
            groupings = (
                self._tried("group_by", grouping_named, text, part=part)
                for text, part in pairs
                if text
            )
        else:
            groupings = (
                self._tried("group_by", grouping_named, text) for text in texts if text
            )
        names = [grouping.name for grouping in groupings if grouping]
        return self._few("group_by", names, MOST_LEVELS)

    def _functions(self) -> tuple[str, ...]:
        read = (
            self._tried("function", function_named, t)
            for t in self._all("function")
            if t
        )
        return self._few("function", [f.name for f in read if f], MOST_FUNCTIONS)

    def _few(self, name: str, names: Iterable[str], most: int) -> tuple[str, ...]:
        unique = tuple(dict.fromkeys(names))
        if len(unique) > most:
            self._complain(name, f"Not more than {most} at once.")
        return unique[:most]

    def _style(self) -> str:
        """Read one style, or RT's several joined by plus: the table is always there."""
        words = self._one("style").lower().replace("+", " ").replace(",", " ").split()
        words = [word for word in words if word != "sql"]
        if unknown := [word for word in words if word not in STYLES]:
            self._complain("style", f"There is no style “{unknown[0][:40]}”.")
        drawn = [word for word in words if word in STYLES and word != "table"]
        if drawn:
            return drawn[0]
        return "table" if "table" in words else "bar"

    def _choice(self, name: str, known: Mapping[str, str], default: str) -> str:
        text = self._one(name).lower()
        if text and text not in known:
            self._complain(name, f"Choose one of {', '.join(known)}.")
        return text if text in known else default

    def _number(self, name: str, least: int, most: int) -> int:
        text = self._one(name).removesuffix("px")
        if not text or text == "0":
            return 0
        number = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        )
        if not least <= number <= most:
            self._complain(name, f"Enter a number from {max(1, least)} to {most}.")
            return 0
        return number

    def _tried(
        self, name: str, read: Callable[..., Read], text: str, **more: str
    ) -> Read | None:
        try:
            return read(text, **more)
        except ValidationError as error:
            self._complain(name, error.messages[0])
            return None

    def _complain(self, name: str, message: str) -> None:
        messages = self.errors.setdefault(name, [])
        if message not in messages:
            messages.append(message)
