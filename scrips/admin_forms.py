"""Forms of the admin pages of scrips and templates."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from scrips.actions import ACTIONS
from scrips.conditions import CONDITIONS
from scrips.models import Scrip, ScripTemplate, TemplateType
from scrips.templating import check

BLANK = "Blank"


class ScripForm(forms.ModelForm[Scrip]):
    """A scrip put together from the conditions, actions and templates there are."""

    condition = forms.ChoiceField(choices=lambda: _names(CONDITIONS))
    action = forms.ChoiceField(choices=lambda: _names(ACTIONS))
    template = forms.ChoiceField(choices=lambda: _template_names())

    class Meta:
        model = Scrip
        fields = (
            "description",
            "disabled",
            "condition",
            "condition_argument",
            "stage",
            "action",
            "action_argument",
            "template",
            "is_global",
            "queues",
            "sort_order",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What an import brought and this version does not know stays choosable.
        for name in ("condition", "action", "template"):
            self._keep(name)

    def clean(self) -> dict[str, Any]:
        """Refuse an action that sends mail without a template to send."""
        data = super().clean() or {}
        action = ACTIONS.get(data.get("action", ""))
        if action and action.needs_template and data.get("template") == BLANK:
            self.add_error("template", "This action needs a template.")
        if not data.get("is_global") and not data.get("queues") and not self.errors:
            self.add_error("queues", "Choose queues, or let it apply to all of them.")
        return data

    def _keep(self, name: str) -> None:
        current = getattr(self.instance, name)
        field = self.fields.get(name)
        if not isinstance(field, forms.ChoiceField) or not current:
            return
        known: list[Any] = [*cast("Any", field.choices)]
        if current not in {value for value, _ in known}:
            field.choices = [*known, (current, f"{current} (not known here)")]


class TemplateForm(forms.ModelForm[ScripTemplate]):
    """A template: header lines, an empty line, a body."""

    class Meta:
        model = ScripTemplate
        fields = ("name", "queue", "description", "type", "content")
        widgets = {
            "content": forms.Textarea(
                attrs={"rows": 24, "class": "code", "spellcheck": "false"}
            )
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what could not be filled in later, saying where it is wrong."""
        data = super().clean() or {}
        kind = data.get("type") or TemplateType.NATIVE
        try:
            check(data.get("content") or "", kind=kind)
        except ValidationError as error:
            self.add_error("content", error)
        return data


def _names(registry: dict[str, Any]) -> list[tuple[str, str]]:
    return [("", "---------"), *((name, name) for name in sorted(registry))]


def _template_names() -> list[tuple[str, str]]:
    names = ScripTemplate.objects.values_list("name", flat=True).distinct()
    return [(name, name) for name in sorted({BLANK, *names})]
