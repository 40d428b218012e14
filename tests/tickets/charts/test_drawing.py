"""Pictures: well-formed, escaped, linked, without styles or scripts."""

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.utils.safestring import SafeString

from tests.test_contrast import contrast, tokens
from tests.tickets.search.conftest import NOW, World
from tickets.charts import ChartSpec, compute
from tickets.charts.drawing import Figure, Mark, Series, Shown, bars, lines, shown_chart
from tickets.charts.drawing.table import csv_lines
from tickets.charts.units import COUNT, MINUTES, SECONDS, ticks
from tickets.search import search

STYLES = ("bar", "horizontal", "line", "pie")
SVG = "{http://www.w3.org/2000/svg}"


def shown(world: World, *names: str, style: str = "bar", **more: object) -> Shown:
    """Draw what Bob sees."""
    spec = ChartSpec(group_by=names, style=style, **more)  # type: ignore[arg-type]
    return shown_chart(compute("id > 0", spec, user=world.named("bob"), now=NOW))


def marks(svg: str) -> dict[str, str]:
    """Return title -> query of every link, read as a browser would."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    found = {}
    for link in root.iter("a"):
        title = link.find("title")
        assert title is not None
        assert title.text
        query = parse_qs(urlsplit(link.attrib["href"]).query)["query"][0]
        found[title.text] = query
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("style", STYLES)
def test_every_mark_says_what_it_is_and_leads_there(world: World, style: str) -> None:
    found = marks(str(shown(world, "Queue", style=style).svg))
    assert {title.partition(" (")[0] for title in found} == {
        "Alerts: 2", "Help Desk: 3", "Network: 4",
    }  # fmt: skip
    for title, query in found.items():
        count = int(title.split(": ")[1].split()[0])
        assert search(query, user=world.named("bob"), now=NOW).count() == count


@pytest.mark.django_db
@pytest.mark.parametrize("style", [*STYLES, "table"])
@pytest.mark.parametrize(
    "names",
    [
        ("CF.{Tags}",),
        ("Owner.RealName", "CF.{Tags}"),
        ("Created.Time", "Queue", "Status"),
    ],
)
def test_nothing_is_inline(world: World, style: str, names: tuple[str, ...]) -> None:
    """And every text is escaped: the XML can be read."""
    svg = str(shown(world, *names, style=style).svg)
    assert not re.search(r"<script|<style|style=|on\w+=|javascript:", svg)
    assert style == "table" or marks(svg) or style == "pie"


@pytest.mark.django_db
def test_stacked_parts_have_a_legend(world: World) -> None:
    chart = shown(world, "Queue", "Status")
    assert [entry.name for entry in chart.legend] == [
        "cleared", "new", "open", "raised", "rejected", "resolved", "stalled"
    ]  # fmt: skip
    assert "Network, stalled: 1" in marks(str(chart.svg))


@pytest.mark.django_db
def test_lines_are_as_high_as_they_are(world: World) -> None:
    """They cross instead of standing on each other, and so does the scale."""
    bars, line = (
        shown(world, "Created.Daily", "Queue", style=style) for style in ("bar", "line")
    )
    ticks = [
        max(
            int(n)
            for n in re.findall(r'class="[^"]*tick[^"]*"[^>]*>(\d+)<', str(x.svg))
        )
        for x in (bars, line)
    ]
    assert ticks[1] < ticks[0]


@pytest.mark.django_db
def test_the_table_has_it_all(world: World) -> None:
    """Two levels across each other; what is not there is a dash."""
    table = shown(world, "Queue", "Status").table
    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows[0] == ["Alerts", "1", "–", "–", "1", "–", "–", "–", "2"]
    assert [cell.text for cell in table.total] == ["Total", *"1221111", "9"]


@pytest.mark.django_db
def test_several_functions_have_columns(world: World) -> None:
    functions = ("COUNT", "AVG(Created to Resolved)")
    table = shown(world, "Queue", "Status", functions=functions).table
    assert [h.text for h in table.headings] == [
        "Queue", "Status", "Tickets", "Average Created to Resolved"
    ]  # fmt: skip
    resolved = next(row for row in table.rows if row[1].text == "resolved")
    assert [cell.text for cell in resolved] == ["Help Desk", "resolved", "1", "1 d 9 h"]


@pytest.mark.django_db
def test_notes(world: World) -> None:
    """What a reader might wonder about is said."""
    chart = shown(world, "Requestor.Name", style="pie", functions=("AVG(TimeWorked)",))
    assert chart.notes == (
        "A pie shows parts of a whole; averages are shown as bars.",
        "A ticket can be in several groups; the total counts it once.",
    )


@pytest.mark.django_db
def test_nothing_found_draws_nothing(world: World) -> None:
    spec = ChartSpec(group_by=("Created.Daily",))
    chart = compute("id = 99999", spec, user=world.bob, now=NOW)
    assert shown_chart(chart).svg == ""
    assert shown_chart(chart).table.rows == ()


@pytest.mark.django_db
def test_files_hold_no_formulas(world: World) -> None:
    """A value that a spreadsheet would calculate is text; numbers are bare."""
    world.bob.__class__.objects.filter(name="bob").update(nickname="=1+1")
    spec = ChartSpec(group_by=("Owner.Nickname",), functions=("SUM(TimeWorked)",))
    chart = compute("id > 0", spec, user=world.named("bob"), now=NOW)
    lines = list(csv_lines(shown_chart(chart).table))
    assert lines[0] == "\ufeffOwner (Nickname),Total TimeWorked (minutes)\r\n"
    assert lines[1] == "'=1+1,0\r\n"
    assert lines[-1] == "Total,135\r\n"


def figure(*values: float | None, **more: object) -> Figure:
    """Return one series of values."""
    series = (Series("Time", tuple(Mark(value) for value in values)),)
    names = tuple(str(index) for index in range(len(values)))
    return Figure("Times", names, series, COUNT, **more)  # type: ignore[arg-type]


def heights(svg: SafeString) -> list[float]:
    """Return the heights of the bars."""
    return [
        float(rect.attrib["height"])
        for rect in ET.fromstring(svg).iter("rect")  # noqa: S314 - our own
    ]


def test_bars_are_as_long_as_their_values() -> None:
    """Below zero too; what is little is still to be seen."""
    tall, half, below, little = heights(bars(figure(100, 50, -50, 0.001)))
    assert tall == pytest.approx(2 * half, abs=0.2)
    assert half == pytest.approx(below, abs=0.2)
    assert little == 2


def test_a_line_has_gaps() -> None:
    """Where there is no value there is none drawn."""
    svg = str(lines(figure(1, 2, None, 4, 5, style="line")))
    assert svg.count("<polyline") == 2
    assert svg.count("<circle") == 4


@pytest.mark.parametrize(
    ("unit", "high", "texts"),
    [
        (COUNT, 1, ["0", "1"]),
        (COUNT, 7, ["0", "2", "4", "6", "8"]),
        (COUNT, 23_456, ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]),
        (MINUTES, 200, ["0", "1 h", "2 h", "3 h", "4 h"]),
        (SECONDS, 86_400 * 9, ["0", "2 d", "4 d", "6 d", "8 d", "10 d"]),
        (SECONDS, 3_600 * 5, ["0", "1 h", "2 h", "3 h", "4 h", "5 h"]),
    ],
)
def test_axes_have_round_numbers(unit: object, high: float, texts: list[str]) -> None:
    assert [unit.text(t) for t in ticks(unit, low=0, high=high)] == texts  # type: ignore[attr-defined,arg-type]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0"),
        (59, "59 s"),
        (3_660, "1 h 1 m"),
        (-90_000, "−1 d 1 h"),
        (864_000, "10 d"),
    ],
)
def test_times_in_words(seconds: int, words: str) -> None:
    assert SECONDS.text(seconds) == words


# Machado, Oliveira and Fernandes: what the colour-blind see, for linear RGB.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# In the even colour space of Oklab, where 0.02 can just be told apart.
LEAST_APART = 0.1


def oklab(colour: str, blindness: str) -> tuple[float, ...]:
    """Return where a colour is for somebody in a space of even differences."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    r, g, b = (
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear, strict=True))))
        for row in BLINDNESS[blindness]
    )
    long, medium, short = (
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    )
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_can_be_told_apart(blindness: str, theme: int) -> None:
    known = tokens()
    colours = [known[f"chart-{number}"][theme] for number in range(1, 9)]
    seen = [oklab(colour, blindness) for colour in colours]
    for index, one in enumerate(seen):
        for other in seen[:index]:
            distance = sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
            assert distance**0.5 > LEAST_APART


@pytest.mark.parametrize("theme", [0, 1])
def test_colours_stand_out_from_the_page(theme: int) -> None:
    known = tokens()
    for number in range(1, 9):
        colour = known[f"chart-{number}"][theme]
        assert contrast(colour, known["surface"][theme]) >= 3
