"""Fields that read what people type: addresses, durations, tickets, moments."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tickets.people import split

LONGEST_DURATION = 60 * 24 * 365
_UNITS = {"": 1, "m": 1, "min": 1, "minute": 1, "h": 60, "hour": 60, "d": 1440}
_DURATION = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*")
_CLOCK = re.compile(r"(\d+):([0-5]\d)")
_REFERENCE = re.compile(r"#?\d{1,18}|[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)


class Select(forms.Select):
    """A drop-down drawn at once; Django's renders a template for every option."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        """Return the element with its options, in one flat list."""
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, attributes, options)


class Choice(forms.ChoiceField):
    """A choice from a flat list, drawn as a drop-down."""

    widget = Select


class People(forms.CharField):
    """Addresses, user names or ``group:NAME``, separated by commas or lines.

    The clean value is a list; who they are is for the command to find out.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 10_000)
        kwargs.setdefault("help_text", "")
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", "name@example.org, …")
        self.widget.attrs.setdefault("autocapitalize", "none")
        self.widget.attrs.setdefault("spellcheck", "false")

    def clean(self, value: Any) -> Any:
        """Split into entries, each once."""
        return list(dict.fromkeys(split(super().clean(value))))


class Duration(forms.CharField):
    """Minutes, typed as ``15``, ``15 m``, ``1 h 30 m``, ``1.5 h`` or ``1:30``."""

    def __init__(self, *, may_be_negative: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self._may_be_negative = may_be_negative
        self.widget.attrs.setdefault("placeholder", "15 m")
        self.widget.attrs.setdefault("autocomplete", "off")

    def prepare_value(self, value: Any) -> Any:
        """Show minutes as they would be typed."""
        if not isinstance(value, int):
            return value
        hours, minutes = divmod(abs(value), 60)
        parts = [f"{hours} h"] if hours else []
        parts += [f"{minutes} m"] if minutes else []
        return ("-" if value < 0 else "") + " ".join(parts)

    def clean(self, value: Any) -> Any:
        """Return the minutes, 0 for nothing typed."""
        text = super().clean(value).strip().lower()
        sign = -1 if text.startswith("-") and self._may_be_negative else 1
        minutes = self._minutes(text.lstrip("-") if sign < 0 else text)
        if minutes > LONGEST_DURATION:
            raise ValidationError("That is more than a year.", code="too_long")
        return sign * minutes

    def _minutes(self, text: str) -> int:
        if clock := _CLOCK.fullmatch(text):
            return int(clock[1]) * 60 + int(clock[2])
        total, position = 0.0, 0
        while position < len(text):
            match = _DURATION.match(text, position)
            unit = match[2].rstrip("s") if match else None
            if match is None or unit not in _UNITS:
                raise ValidationError(
                    "Type a time like 15 m, 1 h 30 m or 1:30.", code="duration"
                )
            total += float(match[1].replace(",", ".")) * _UNITS[unit]
            position = match.end()
        return round(total)


class References(forms.CharField):
    """Ticket numbers and URLs, separated by blanks; the clean value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 2_000)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", "1042 https://…")

    def clean(self, value: Any) -> Any:
        """Split, and refuse what is neither a number nor an address."""
        words = re.split(r"[\s,]+", super().clean(value).strip())
        words = [word for word in words if word]
        for word in words:
            if not _REFERENCE.fullmatch(word):
                raise ValidationError(
                    f"'{word}' is neither a ticket number nor a URL.", code="reference"
                )
        return list(dict.fromkeys(word.lstrip("#") for word in words))


class Moment(forms.DateTimeField):
    """A date and time in the user's zone, by the browser's own control."""

    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)


class WholeNumber(forms.IntegerField):
    """A number of the database's size."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("min_value", -2_147_483_648)
        kwargs.setdefault("max_value", 2_147_483_647)
        super().__init__(**kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric"})
