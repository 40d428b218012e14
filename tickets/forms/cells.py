"""One value of one ticket, changed inside a list."""

from typing import Any

from django import forms

from tickets.forms.choices import Choices, set_choices
from tickets.forms.fields import Choice, WholeNumber


class _Cell(forms.Form):
    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"cell_{number}_%s")
        super().__init__(*args, **kwargs)


class StatusCell(_Cell):
    """Where the lifecycle leads from here."""

    value = Choice(label="Status", required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, value=choices)


class OwnerCell(_Cell):
    """Who may own it."""

    value = Choice(label="Owner")

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, value=choices)


class PriorityCell(_Cell):
    """Any whole number."""

    value = WholeNumber(label="Priority", required=True)
