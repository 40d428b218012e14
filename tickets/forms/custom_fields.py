"""Custom fields on forms: one input for each, by type and render type."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone

from queues.models import CustomField, RenderType
from tickets.commands import FieldChange
from tickets.custom_values.cleaning import IMAGE_TYPES, entered_default, is_mandatory
from tickets.custom_values.entered import Entered, FileValue
from tickets.forms.custom_widgets import (
    Area,
    Chooser,
    Files,
    OneLine,
    OneTick,
    SeveralLines,
    Suggesting,
    Ticks,
    ValuesInput,
)
from tickets.forms.uploads import KeptFile
from tickets.models.custom_values import CustomValue

# Which custom fields a form showed, so that what it did not show is left alone.
SHOWN_NAME = "custom_fields"


class Values(forms.Field):
    """The values of one custom field; whether they fit is for the command to say."""

    def __init__(
        self, custom: CustomField, *, current: Sequence[CustomValue] = ()
    ) -> None:
        self.custom = custom
        stored = [_as_typed(custom, row) for row in current]
        super().__init__(
            label=custom.name,
            required=False,
            widget=widget_for(custom),
            initial=stored,
            help_text=custom.entry_hint or custom.description,
        )
        pairs = zip(stored, current, strict=True)
        self._stored = {str(typed): row for typed, row in pairs}

    @property
    def is_mandatory(self) -> bool:
        """Whether there must be a value."""
        return is_mandatory(self.custom)

    def clean(self, value: Any) -> Any:
        """Return the values as the commands take them; empty ones are left out."""
        if self.custom.holds_files:
            if getattr(self.widget, "is_too_big", False):
                limit = settings.MAX_MAIL_SIZE // 1024 // 1024
                raise ValidationError(f"At most {limit} MB together.", code="size")
            return tuple(_file_value(file) for file in value)
        typed = [text for text in value if text.strip()]
        limit = self.custom.limit
        if limit and len(typed) > limit:
            raise ValidationError(f"At most {limit} values.", code="too_many")
        return tuple(self._entered(text) for text in typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists; the order of files and ticks is nobody's wish."""
        before = [str(each) for each in initial or []]
        return sorted(before) != sorted(str(each) for each in data if str(each).strip())

    def _entered(self, text: str) -> str:
        """Return a value that was there as it is stored, to its last second."""
        row = self._stored.get(text)
        if row is None or self.custom.kind != "DateTime":
            return text
        return f"{row.text}Z"


class WithCustomFields(forms.Form):
    """A form with inputs for custom fields after its own fields."""

    def __init__(
        self,
        *args: Any,
        custom_fields: Sequence[CustomField] = (),
        current: Mapping[int, Sequence[CustomValue]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._custom = list(custom_fields)
        for custom in self._custom:
            values = Values(custom, current=(current or {}).get(custom.pk, ()))
            if current is None and not custom.holds_files:
                values.initial = list(entered_default(custom))
            self.fields[custom.key] = values
        self._given = {custom.pk for custom in self._custom if self._is_given(custom)}
        if self.is_bound:
            self._fill_in()

    @property
    def custom_inputs(self) -> list[BoundField]:
        """The inputs, in order."""
        return [self[custom.key] for custom in self._custom]

    @property
    def custom_boxes(self) -> list[tuple[str, list[BoundField]]]:
        """The inputs by the box they belong to."""
        boxes: dict[str, list[BoundField]] = {}
        for custom in self._custom:
            boxes.setdefault(custom.box, []).append(self[custom.key])
        return list(boxes.items())

    def custom_values(self) -> tuple[tuple[CustomField, tuple[Entered, ...]], ...]:
        """Return the values of the valid form, of the fields it showed."""
        return tuple(
            (custom, self.cleaned_data[custom.key])
            for custom in self._custom
            if custom.pk in self._given
        )

    def custom_changes(self) -> tuple[FieldChange, ...]:
        """Return what the valid form changes; what it left as it was is no change."""
        changed = set(self.changed_data)
        return tuple(
            FieldChange(field=custom, values=values)
            for custom, values in self.custom_values()
            if custom.key in changed
        )

    def prefill(self, values: Mapping[str, Sequence[str]]) -> None:
        """Begin with these values, by key of the field, instead of the defaults."""
        for custom in self._custom:
            if custom.key in values and not custom.holds_files:
                self.fields[custom.key].initial = list(values[custom.key])

    def _is_given(self, custom: CustomField) -> bool:
        if not self.is_bound:
            return False
        sent = [*self.data, *self.files]
        if hasattr(self.data, "getlist"):
            sent += self.data.getlist(SHOWN_NAME)
        return custom.key in sent

    def _fill_in(self) -> None:
        """Let inputs that the form did not show before begin with their defaults."""
        missing = [custom for custom in self._custom if custom.pk not in self._given]
        if not missing or not isinstance(self.data, QueryDict):
            return
        data = self.data.copy()
        for custom in missing:
            values = self.fields[custom.key]
            widget = values.widget
            if isinstance(widget, ValuesInput) and not custom.holds_files:
                data.setlist(custom.key, widget.as_sent(values.initial or []))
        self.data = data


def widget_for(field: CustomField) -> ValuesInput:
    """Return the input for a field."""
    return WIDGETS.get(field.kind, _freeform)(field)


def _select(field: CustomField) -> ValuesInput:
    options = list(field.choices.all())
    options.sort(key=lambda each: (each.sort_order, each.name.casefold()))
    based_on = f"cf_{field.based_on_id}" if field.based_on_id else ""
    render_type, is_multiple = field.render_type, not field.is_single
    if render_type == RenderType.CHECKBOX and 1 <= len(options) <= 2:
        return OneTick(options)
    if render_type in {RenderType.LIST, RenderType.CHECKBOX}:
        return Ticks(options, is_multiple=is_multiple, based_on=based_on)
    return Chooser(
        options,
        is_multiple=is_multiple,
        is_box=is_multiple or render_type == RenderType.SELECT_BOX,
        based_on=based_on,
    )


def _freeform(field: CustomField) -> ValuesInput:
    if field.is_single:
        return OneLine()
    return Area(is_split=True, attrs={"rows": 3, "class": "low"})


def _long(field: CustomField) -> ValuesInput:
    is_editor = field.kind == "HTML"
    return Area(is_split=False, is_editor=is_editor, attrs={"rows": 5})


def _combobox(field: CustomField) -> ValuesInput:
    based_on = f"cf_{field.based_on_id}" if field.based_on_id else ""
    return Suggesting(OneLine(), list(field.choices.all()), based_on=based_on)


def _autocomplete(field: CustomField) -> ValuesInput:
    line = OneLine() if field.is_single else SeveralLines(limit=field.limit)
    return Suggesting(line, (), ask=field.pk)


def _dates(kind: str) -> Callable[[CustomField], ValuesInput]:
    def widget(field: CustomField) -> ValuesInput:
        if field.is_single:
            return OneLine(kind, {"class": "auto"})
        return SeveralLines(kind, limit=field.limit, attrs={"class": "auto"})

    return widget


def _files(field: CustomField) -> ValuesInput:
    accept = ",".join(sorted(IMAGE_TYPES)) if field.kind == "Image" else ""
    return Files(
        is_multiple=not field.is_single,
        accept=accept,
        largest=settings.MAX_MAIL_SIZE,
    )


WIDGETS: dict[str, Callable[[CustomField], ValuesInput]] = {
    "Select": _select,
    "Text": _long,
    "HTML": _long,
    "Wikitext": _long,
    "Combobox": _combobox,
    "Autocomplete": _autocomplete,
    "Date": _dates("date"),
    "DateTime": _dates("datetime-local"),
    "Image": _files,
    "Binary": _files,
}


def _as_typed(field: CustomField, row: CustomValue) -> Any:
    """Return a stored value as its input shows it."""
    if row.blob is not None:
        return KeptFile(row.blob.sha256, row.content, row.content_type, row.blob.size)
    if field.kind == "DateTime":
        try:
            moment = datetime.fromisoformat(row.text).replace(tzinfo=UTC)
        except ValueError:
            return row.text
        return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"
    return row.text


def _file_value(file: KeptFile) -> FileValue:
    return FileValue(file.sha256, file.filename, file.content_type)
