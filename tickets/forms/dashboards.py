"""The forms of a dashboard: its name, its parts, its rows."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tickets.dashboards.kinds import (
    COMPONENTS,
    FACTS,
    MOST_PORTLET_ROWS,
    Kind,
)
from tickets.dashboards.layout import LARGEST_KEY, LONGEST_TITLE, Direction, Shape
from tickets.forms.choices import Choices, set_choices
from tickets.forms.fields import Choice, WholeNumber
from tickets.models import Dashboard, SavedSearch
from tickets.models.places import LONGEST_NAME

_WHAT = re.compile(r"(Search|Chart|Dashboard):([1-9]\d{0,17})")
_WHERE = re.compile(r"([1-9]\d{0,5})-([0-3])")
SHAPES: Choices = [(shape.value, shape.label) for shape in Shape]


class DashboardForm(forms.Form):
    """Name, description, and for whom it is."""

    name = forms.CharField(max_length=LONGEST_NAME)
    description = forms.CharField(max_length=255, required=False)
    privacy = Choice(label="Saved for", required=True)

    def __init__(self, *args: Any, privacies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, privacy=privacies)


class AddPart(forms.Form):
    """What is added, and in which column of which row."""

    what = forms.CharField(max_length=40)
    where = forms.CharField(max_length=10)

    def clean_what(self) -> tuple[Kind, int | None]:
        """Return the kind and, for something saved, its number."""
        text = self.cleaned_data["what"]
        if saved := _WHAT.fullmatch(text):
            return Kind(saved[1]), int(saved[2])
        if text in COMPONENTS:
            return Kind(text), None
        raise ValidationError("There is no such part.", code="what")

    def clean_where(self) -> tuple[int, int]:
        """Return the key of the row and the column."""
        found = _WHERE.fullmatch(self.cleaned_data["where"])
        if found is None:
            raise ValidationError("There is no such column.", code="where")
        return int(found[1]), int(found[2])


class OnePart(forms.Form):
    """Which part is meant."""

    key = WholeNumber(min_value=1, max_value=LARGEST_KEY, required=True)


class MovePart(OnePart):
    """One place on in a direction."""

    to = forms.ChoiceField(choices=[(each.value, each.value) for each in Direction])


class PlacePart(OnePart):
    """To a place, counted from 0 without the part itself."""

    row = WholeNumber(min_value=0, max_value=100, required=True)
    column = WholeNumber(min_value=0, max_value=3, required=True)
    position = WholeNumber(min_value=0, max_value=100, required=True)


class PartSettings(OnePart):
    """A title of its own, and how many rows are shown."""

    title = forms.CharField(max_length=LONGEST_TITLE, required=False)
    rows = WholeNumber(min_value=1, max_value=MOST_PORTLET_ROWS)


class RowShape(forms.Form):
    """How wide the columns of a row are."""

    shape = forms.ChoiceField(choices=SHAPES)


class ReshapeRow(RowShape):
    """Other columns for a row that is there."""

    key = WholeNumber(min_value=1, max_value=LARGEST_KEY, required=True)


class MoveRow(OnePart):
    """A row, up or down."""

    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


def part_choices(
    searches: list[SavedSearch], dashboards: list[Dashboard]
) -> list[tuple[str, Choices]]:
    """Return what can be added, in groups."""
    parts = [(kind.value, FACTS[kind].label) for kind in COMPONENTS]
    lists = [(f"{Kind.SEARCH}:{s.pk}", s.name) for s in searches if not s.is_chart]
    charts = [(f"{Kind.CHART}:{s.pk}", s.name) for s in searches if s.is_chart]
    inner = [(f"{Kind.DASHBOARD}:{d.pk}", d.name) for d in dashboards]
    groups = [
        ("Parts", parts),
        ("Saved searches", lists),
        ("Saved charts", charts),
        ("Dashboards", inner),
    ]
    return [(label, choices) for label, choices in groups if choices]
