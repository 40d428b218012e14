"""The form of a saved search."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tickets.commands import SearchContent
from tickets.forms.choices import Choices, set_choices
from tickets.forms.fields import Choice, WholeNumber
from tickets.models import SavedSearch, SearchKind
from tickets.models.places import LONGEST_NAME
from tickets.models.searches import MOST_ROWS

LONGEST_QUERY = 100_000
# Names of custom fields stand in braces and may have commas.
_BETWEEN_KEYS = re.compile(r"[,|](?![^{}]*\})")
_CODE = {"class": "mono low", "rows": 2, "spellcheck": "false"}


class SaveSearch(forms.Form):
    """Name, privacy, and what is searched; ``chart`` is carried along unseen."""

    name = forms.CharField(max_length=LONGEST_NAME)
    description = forms.CharField(max_length=255, required=False)
    privacy = Choice(label="Saved for", required=True)
    query = forms.CharField(
        label="Query in TicketSQL",
        max_length=LONGEST_QUERY,
        widget=forms.Textarea(attrs=_CODE),
    )
    order = forms.CharField(
        label="Order",
        max_length=1000,
        required=False,
        help_text="Fields, separated by commas; a minus sorts downwards: "
        "-Priority, Created",
    )
    rows = WholeNumber(
        label="Rows per page",
        min_value=0,
        max_value=MOST_ROWS,
        required=True,
        help_text="0 shows all of them.",
    )
    format = forms.CharField(
        label="Columns",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs=_CODE),
        help_text="A format string of RT; empty for the usual columns.",
    )
    kind = forms.ChoiceField(
        choices=SearchKind, widget=forms.HiddenInput, required=False
    )
    chart = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)

    def __init__(self, *args: Any, privacies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, privacy=privacies)
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_chart(self) -> dict[str, Any]:
        """Read the chart's settings, which the chart page wrote."""
        try:
            chart = json.loads(self.cleaned_data["chart"] or "{}")
        except ValueError as error:
            raise ValidationError("The chart cannot be read.", code="chart") from error
        if not isinstance(chart, dict):
            raise ValidationError("The chart cannot be read.", code="chart")
        return chart

    def content(self) -> SearchContent:
        """Return the valid form's search as the commands take it."""
        fields = self.cleaned_data
        return SearchContent(
            query=fields["query"],
            format=fields["format"],
            order_by=split_order(fields["order"]),
            rows=fields["rows"],
            kind=fields["kind"] or SearchKind.TICKET,
            chart=fields["chart"],
        )


def split_order(text: str) -> tuple[str, ...]:
    """Return the keys of an order typed in one line; RT's bar parts them too."""
    return tuple(key.strip() for key in _BETWEEN_KEYS.split(text) if key.strip())


def saved_fields(search: SavedSearch) -> dict[str, Any]:
    """Return a saved search as the form shows it, all but its privacy."""
    return content_fields(
        SearchContent(
            query=search.query,
            format=search.format,
            order_by=tuple(search.order_by),
            rows=search.rows,
            kind=search.kind,
            chart=search.chart,
        )
    ) | {"name": search.name, "description": search.description}


def content_fields(content: SearchContent) -> dict[str, Any]:
    """Return what is searched as the form shows it."""
    return {
        "query": content.query,
        "format": content.format,
        "order": ", ".join(content.order_by),
        "rows": content.rows,
        "kind": str(content.kind),
        "chart": json.dumps(dict(content.chart)) if content.chart else "",
    }
