"""Elements of SVG as text, escaped; colours and sizes of type come from charts.css."""

from functools import cache
from html import escape
from urllib.parse import quote_plus

from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe

from tickets.charts.drawing.figure import REST, Figure, Mark, Series

# The mean width of a letter at the size of charts.css, for want of a browser.
LETTER = 6.9
WIDTH = 720


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; ``class_`` is class and an underscore within is a hyphen."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>"


def text(words: str, **attributes: object) -> str:
    """Return a text element."""
    return element("text", escape(words), **attributes)


def title(words: str) -> str:
    """Return what a mark says when pointed at, and to those who do not see it."""
    return element("title", escape(words))


def picture(figure: Figure, *children: str, width: float, height: float) -> SafeString:
    """Return the whole drawing, which scales down to the room there is."""
    # Parts that touch need a line between them.
    is_joined = figure.is_stacked or figure.style == "pie"
    drawn = element(
        "svg",
        *children,
        class_="chart joined" if is_joined else "chart",
        viewBox=f"0 0 {_text(width)} {_text(height)}",
        width=width,
        height=height,
        role="group",
        aria_label=figure.title,
    )
    return mark_safe(drawn)  # noqa: S308 - every text and attribute is escaped above


def linked(mark: Mark, words: str, *shapes: str) -> str:
    """Put shapes into a link to their tickets, with the words that say what it is."""
    inner = title(words) + "".join(shapes)
    if not mark.query:
        return element("g", inner)
    return element("a", inner, href=results_url(mark.query, is_rt=mark.is_rt))


def results_url(query: str, *, is_rt: bool = False) -> str:
    """Return where the tickets of a query are listed, in RT's reading or ours.

    What is added to a query stands in parentheses, where both readings agree.
    """
    reading = "&reading=rt" if is_rt else ""
    return f"{_results(get_script_prefix())}?query={quote_plus(query)}{reading}"


@cache
def _results(prefix: str) -> str:
    return reverse("tickets:search")


def colour(series: Series) -> str:
    """Return the class that colours a series."""
    return "rest" if series.colour == REST else f"c{series.colour % 8}"


def spoken(figure: Figure, series: Series, index: int) -> str:
    """Return what a mark is: category, series and value."""
    value = (series.unit or figure.unit).text(series.marks[index].value)
    names = [figure.categories[index]]
    if figure.has_legend:
        names.append(series.name)
    return f"{', '.join(names)}: {value}"


def wide(words: str) -> float:
    """Return about how wide a text is."""
    return len(words) * LETTER


def cut(words: str, width: float) -> str:
    """Return a text that fits, with an ellipsis if it had to be cut."""
    most = max(3, int(width / LETTER))
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".")
    return str(value)
