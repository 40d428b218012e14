"""Text and controls stand out enough (WCAG 2.2 AA) in the light and the dark theme."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
TEXT = 4.5
CONTROL = 3.0
PAIRS = [
    ("ink", "bg", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "surface-2", TEXT),
    ("ink", "internal-bg", TEXT),
    ("ink", "internal-line", TEXT),
    ("ink", "stalled-bg", TEXT),
    ("ink", "danger-bg", TEXT),
    ("ink", "open-bg", TEXT),
    ("ink", "new-bg", TEXT),
    ("ink-2", "bg", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "surface-2", TEXT),
    ("ink-2", "internal-bg", TEXT),
    ("accent", "bg", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "internal-bg", TEXT),
    ("accent-ink", "accent", TEXT),
    ("new", "new-bg", TEXT),
    ("open", "open-bg", TEXT),
    ("stalled", "stalled-bg", TEXT),
    ("stalled", "bg", TEXT),
    ("done", "done-bg", TEXT),
    ("danger", "danger-bg", TEXT),
    ("danger", "surface", TEXT),
    ("control-line", "surface", CONTROL),
    ("control-line", "bg", CONTROL),
    ("accent", "surface-2", CONTROL),
]


def tokens() -> dict[str, tuple[str, str]]:
    """Return token -> (light colour, dark colour) as variables.css names them."""
    found = re.findall(
        r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)",
        (CSS / "variables.css").read_text(),
    )
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_of_tokens(front: str, back: str, least: float, theme: str) -> None:
    """The pairs of colours used together are far enough apart."""
    index = ["light", "dark"].index(theme)
    colours = tokens()
    assert contrast(colours[front][index], colours[back][index]) >= least


def test_contrast_of_avatars() -> None:
    """White initials can be read on each of the twelve colours."""
    hues = re.findall(
        r"\.hue-\d+ \{ background: (#[0-9a-f]{6});", (CSS / "tables.css").read_text()
    )
    assert len(hues) == 12
    assert all(contrast("#ffffff", hue) >= TEXT for hue in hues)
