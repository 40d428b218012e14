"""Forms of the admin pages of custom fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from queues.models import CustomField, CustomFieldPlace, CustomFieldType, RenderType
from queues.models.custom_fields import BUILT_IN_GROUPINGS
from queues.patterns import PatternError, check_pattern

# RT's ready-made patterns, offered while typing.
STOCK_PATTERNS = (
    r"(?#Mandatory).",
    r"(?#Digits)^[\d.]+$",
    r"(?#Year)^[12]\d{3}$",
)
# How each type of select can be drawn besides its usual way.
RENDER_TYPES: dict[str, frozenset[RenderType]] = {
    CustomFieldType.SELECT_SINGLE: frozenset(RenderType),
    CustomFieldType.SELECT_MULTIPLE: frozenset(
        {RenderType.SELECT_BOX, RenderType.LIST}
    ),
}
LINK_BEGINNINGS = ("https://", "http://", "mailto:", "/", "__")
PLACEHOLDERS = "__CustomField__ is the value, __id__ the number of the ticket."


class WithSuggestions(forms.TextInput):
    """A text input with entries to choose from."""

    def __init__(self, *suggestions: str) -> None:
        super().__init__({"class": "vTextField"})
        self._suggestions = suggestions

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """Return the input and its list."""
        listing = f"{name}-suggestions"
        shown = super().render(
            name, value, {**(attrs or {}), "list": listing}, renderer
        )
        options = format_html_join(
            "", '<option value="{}"></option>', ((text,) for text in self._suggestions)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', shown, listing, options)


class CustomFieldForm(forms.ModelForm[CustomField]):
    """A custom field's definition."""

    class Meta:
        model = CustomField
        fields = (
            "name",
            "description",
            "type",
            "lookup_type",
            "disabled",
            "is_global",
            "render_type",
            "max_values",
            "pattern",
            "entry_hint",
            "validation_hint",
            "canonicalizer",
            "unique_values",
            "based_on",
            "default_value",
            "link_value_to",
            "include_content_for_value",
            "grouping",
            "sort_order",
        )
        widgets = {
            "pattern": WithSuggestions(*STOCK_PATTERNS),
            "grouping": WithSuggestions(*BUILT_IN_GROUPINGS),
            "default_value": forms.Textarea(attrs={"rows": 2}),
            "entry_hint": forms.TextInput(attrs={"class": "vTextField"}),
        }
        help_texts = {
            "pattern": "A regular expression that values must match; "
            "(?#Digits) in it is shown to people as the reason. "
            "One that an empty value does not match makes the field mandatory.",
            "entry_hint": "A few words beside the field.",
            "validation_hint": "Shown when a value does not match, instead of what "
            "the pattern says.",
            "render_type": "Of select fields. A checkbox has one or two values: "
            "unticked is the first of two, or nothing.",
            "default_value": "What new ones begin with; several values one a line.",
            "grouping": "Basics, People, Dates, Links, Times, or a box of its own.",
            "link_value_to": f"An address. {PLACEHOLDERS}",
            "include_content_for_value": f"An address whose page is shown in a frame. "
            f"{PLACEHOLDERS}",
        }

    def clean_pattern(self) -> str:
        """Refuse a pattern that cannot be compiled."""
        pattern: str = self.cleaned_data["pattern"]
        try:
            check_pattern(pattern)
        except PatternError as error:
            raise ValidationError(str(error)) from error
        return pattern

    def clean_link_value_to(self) -> str:
        """Refuse an address that a browser would run."""
        return _address(self.cleaned_data["link_value_to"])

    def clean_include_content_for_value(self) -> str:
        """Refuse an address that a browser would run."""
        return _address(self.cleaned_data["include_content_for_value"])

    def clean(self) -> dict[str, Any]:
        """Refuse what does not fit the type."""
        data = super().clean() or self.cleaned_data
        kind = data.get("type") or self.instance.type
        render_type = data.get("render_type")
        if render_type and render_type not in RENDER_TYPES.get(kind, ()):
            self.add_error("render_type", "Fields of this type are not drawn so.")
        if kind and kind.endswith("Single") and data.get("max_values", 0) > 1:
            self.add_error("max_values", "A field of this type has one value.")
        if data.get("based_on"):
            self._check_based_on(data["based_on"], kind)
        return data

    def _check_based_on(self, parent: CustomField, kind: str) -> None:
        lookup_type = self.cleaned_data.get("lookup_type") or self.instance.lookup_type
        offers = kind.startswith(("Select", "Combobox", "Autocomplete"))
        if not offers or not parent.offers_values:
            self.add_error("based_on", "Both fields need a list of values.")
        elif parent.lookup_type != lookup_type:
            self.add_error("based_on", "That field belongs to something else.")
        elif self.instance.pk and self._leads_back(parent):
            self.add_error("based_on", "That field is based on this one.")

    def _leads_back(self, parent: CustomField) -> bool:
        seen: set[int] = set()
        above: CustomField | None = parent
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk:
                return True
            seen.add(above.pk)
            above = above.based_on
        return False


class PlaceForm(forms.ModelForm[CustomFieldPlace]):
    """A queue a field is applied to."""

    class Meta:
        model = CustomFieldPlace
        fields = ("queue", "sort_order", "grouping", "default_value")
        widgets = {"default_value": forms.Textarea(attrs={"rows": 1})}


def _address(text: str) -> str:
    text = text.strip()
    if text and not text.lower().startswith(LINK_BEGINNINGS):
        raise ValidationError("An address begins with https://, http:// or /.")
    return text
