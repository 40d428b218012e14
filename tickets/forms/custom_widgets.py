"""Inputs of custom fields: each shows a list of values and reads one.

They work without script; ``fields.js`` narrows what depends on another field and adds
further lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from queues.models import CustomFieldChoice
from tickets.forms.uploads import KeptFile, Upload

# A list this long is shown as a box with as many rows.
BOX_ROWS = 6
BLANK = ("", "(no value)")
Options = Sequence[CustomFieldChoice]


class ValuesInput(forms.Widget):
    """An input whose value is a list of texts."""

    in_fieldset = False
    is_editor = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was sent under the name."""
        if hasattr(data, "getlist"):
            return data.getlist(name)
        value = data.get(name, [])
        return [value] if isinstance(value, str) else list(value)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Browsers leave out what is not ticked, so nothing sent is a value too."""
        return False

    def as_sent(self, values: Sequence[str]) -> list[str]:
        """Return values as a browser would send them."""
        return list(values)

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """Return the HTML of the input."""
        return self.draw(name, list(value or []), self.build_attrs(self.attrs, attrs))

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the HTML for some values."""
        raise NotImplementedError


class OneLine(ValuesInput):
    """One input line, perhaps with suggestions."""

    def __init__(self, kind: str = "text", attrs: Any = None) -> None:
        super().__init__(attrs)
        self._kind = kind

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the line."""
        return _line(name, self._kind, values[0] if values else "", attrs)


class SeveralLines(ValuesInput):
    """A line for each value, and an empty one; the script adds more."""

    in_fieldset = True

    def __init__(self, kind: str = "text", *, limit: int = 0, attrs: Any = None):
        super().__init__(attrs)
        self._kind = kind
        self._limit = limit

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the lines."""
        shown = [value for value in values if value]
        if not self._limit or len(shown) < self._limit:
            shown.append("")
        first = str(attrs.get("id", name))
        lines = [
            _line(
                name,
                self._kind,
                value,
                {**attrs, "id": f"{first}_{number}" if number else first}
                | {"aria-label": f"Value {number + 1}"},
            )
            for number, value in enumerate(shown)
        ]
        return format_html(
            '<div class="lines" data-lines="{}">{}</div>',
            self._limit,
            format_html_join("", "{}", ((line,) for line in lines)),
        )


class Area(ValuesInput):
    """A text area: one long value, or one value a line."""

    def __init__(
        self, *, is_split: bool, is_editor: bool = False, attrs: Any = None
    ) -> None:
        super().__init__(attrs)
        self._is_split = is_split
        self.is_editor = is_editor

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the whole text, or its lines."""
        sent = super().value_from_datadict(data, files, name)
        if not self._is_split:
            return [text.replace("\r\n", "\n") for text in sent]
        return [line for text in sent for line in text.splitlines() if line.strip()]

    def as_sent(self, values: Sequence[str]) -> list[str]:
        """Join the lines."""
        return ["\n".join(values)] if self._is_split else list(values)

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the area."""
        # A browser drops the first line end inside.
        return format_html(
            '<textarea name="{}"{}>\n{}</textarea>',
            name,
            flatatt(dict(attrs)),
            "\n".join(values),
        )


class Chooser(ValuesInput):
    """A drop-down or a box of values, in groups by their category."""

    def __init__(
        self,
        options: Options,
        *,
        is_multiple: bool = False,
        is_box: bool = False,
        based_on: str = "",
    ) -> None:
        super().__init__({"data-based-on": based_on} if based_on else None)
        self._options = options
        self._is_multiple = is_multiple
        self._is_box = is_box

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the element with its options."""
        attributes = dict(attrs)
        if self._is_box:
            attributes["size"] = min(max(len(self._options) + 1, 2), BOX_ROWS)
        if self._is_multiple:
            attributes["multiple"] = True
        chosen = {value.casefold() for value in values}
        parts = [] if self._is_multiple else [_option(*BLANK, is_chosen=not chosen)]
        for category, entries in _by_category(self._options, values):
            drawn = format_html_join(
                "",
                "{}",
                (
                    (_option(value, label, is_chosen=value.casefold() in chosen),)
                    for value, label in entries
                ),
            )
            parts.append(
                format_html('<optgroup label="{}">{}</optgroup>', category, drawn)
                if category
                else drawn
            )
        options = format_html_join("", "{}", ((part,) for part in parts))
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(attributes), options
        )


class Ticks(ValuesInput):
    """Radio buttons, or check boxes for several values."""

    in_fieldset = True

    def __init__(
        self, options: Options, *, is_multiple: bool = False, based_on: str = ""
    ) -> None:
        super().__init__({"data-based-on": based_on} if based_on else None)
        self._options = options
        self._kind = "checkbox" if is_multiple else "radio"

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return a labelled button for each value."""
        chosen = {value.casefold() for value in values}
        base = str(attrs.get("id", name))
        entries = [("", *BLANK)] if self._kind == "radio" else []
        for category, group in _by_category(self._options, values):
            entries += [(category, value, label) for value, label in group]
        buttons = format_html_join(
            "",
            '<label{}><input type="{}" name="{}" value="{}" id="{}"{}> {}</label>',
            (
                (
                    format_html(' data-category="{}"', category) if category else "",
                    self._kind,
                    name,
                    value,
                    f"{base}_{number}" if number else base,
                    _checked(value.casefold() in chosen if value else not chosen),
                    label,
                )
                for number, (category, value, label) in enumerate(entries)
            ),
        )
        based_on = attrs.get("data-based-on", "")
        return format_html(
            '<div class="ticks"{}>{}</div>',
            format_html(' data-based-on="{}"', based_on) if based_on else "",
            buttons,
        )


class OneTick(ValuesInput):
    """A check box: unticked is the first of two values, or none."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._unticked = options[0].name if len(options) > 1 else ""
        self._ticked = options[-1].name

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the box and, before it, what it stands for when it is not ticked."""
        is_ticked = any(v.casefold() == self._ticked.casefold() for v in values)
        return format_html(
            '<span class="row"><input type="hidden" name="{0}" value="{1}">'
            '<input type="checkbox" name="{0}" value="{2}"{3}{4}> {2}</span>',
            name,
            self._unticked,
            self._ticked,
            flatatt(dict(attrs)),
            _checked(is_ticked),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the last: the box stands behind what it overrides."""
        return super().value_from_datadict(data, files, name)[-1:]


class Suggesting(ValuesInput):
    """Adds a list of suggestions to another input: the browser's own, or asked for."""

    def __init__(
        self, inner: ValuesInput, options: Options, *, ask: int = 0, based_on: str = ""
    ) -> None:
        super().__init__()
        self._inner = inner
        self._options = () if ask else options
        self._ask = ask
        self._based_on = based_on
        self.in_fieldset = inner.in_fieldset

    def draw(
        self, name: str, values: list[str], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the input and its list."""
        listing = f"{attrs.get('id', name)}_values"
        attributes: dict[str, Any] = {**attrs, "list": listing, "autocomplete": "off"}
        if self._ask:
            attributes |= {
                "hx-get": reverse("tickets:field_choices", args=[self._ask]),
                "hx-trigger": "input changed delay:150ms, focus once",
                "hx-target": f"#{listing}",
                "hx-sync": "this:replace",
            }
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (
                    each.name,
                    format_html(' data-category="{}"', each.category)
                    if each.category
                    else "",
                    each.description,
                )
                for each in self._options
            ),
        )
        based_on = (
            format_html(' data-based-on="{}"', self._based_on) if self._based_on else ""
        )
        return format_html(
            '{}<datalist id="{}"{}>{}</datalist>',
            self._inner.draw(name, values, attributes),
            listing,
            based_on,
            options,
        )


class Files(ValuesInput):
    """Uploads; what is there already is a ticked box that can be unticked.

    Its value is a list of ``KeptFile``. The bytes of new ones are stored when they are
    read, so that a form that must be corrected keeps them.
    """

    needs_multipart_form = True
    in_fieldset = True

    def __init__(self, *, is_multiple: bool, accept: str, largest: int) -> None:
        super().__init__()
        self._is_multiple = is_multiple
        self._accept = accept
        self._largest = largest
        self._read: list[KeptFile] | None = None
        self.is_too_big = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the files that stay and the new ones."""
        if self._read is None:
            tokens = data.getlist(name) if hasattr(data, "getlist") else []
            stay = [KeptFile.from_token(token) for token in tokens]
            new: list[Upload] = files.getlist(name) if hasattr(files, "getlist") else []
            self.is_too_big = sum(file.size or 0 for file in new) > self._largest
            stored = [] if self.is_too_big else [KeptFile.store(file) for file in new]
            self._read = [*(file for file in stay if file is not None), *stored]
            if not self._is_multiple:
                self._read = self._read[-1:]
        return self._read

    def draw(
        self, name: str, values: list[Any], attrs: Mapping[str, Any]
    ) -> SafeString:
        """Return the boxes and the input."""
        kept = format_html_join(
            "",
            '<label class="file"><input type="checkbox" name="{}" value="{}" checked> '
            "{}</label>",
            ((name, file.token, file.filename) for file in values),
        )
        listing = format_html('<div class="filelist">{}</div>', kept) if kept else ""
        return format_html(
            '{}<input type="file" name="{}"{}{}{}>',
            listing,
            name,
            flatatt(dict(attrs)),
            mark_safe(" multiple") if self._is_multiple else "",
            format_html(' accept="{}"', self._accept) if self._accept else "",
        )


def _line(name: str, kind: str, value: str, attrs: Mapping[str, Any]) -> SafeString:
    return format_html(
        '<input type="{}" name="{}" value="{}"{}>',
        kind,
        name,
        value,
        flatatt({**attrs}),
    )


def _option(value: str, label: str, *, is_chosen: bool) -> SafeString:
    selected = mark_safe(" selected") if is_chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


def _checked(is_checked: bool) -> SafeString:
    return mark_safe(" checked") if is_checked else mark_safe("")


def _by_category(
    options: Options, values: Iterable[str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return category -> value and label; a value that is no longer offered last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in options:
        label = each.name
        if each.description and each.description != each.name:
            label = f"{each.name} ({each.description})"
        groups.setdefault(each.category, []).append((each.name, label))
    known = {each.name.casefold() for each in options}
    for value in values:
        if value and value.casefold() not in known:
            groups.setdefault("", []).append((value, value))
    return list(groups.items())
