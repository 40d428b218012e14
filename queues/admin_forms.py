"""Forms of the admin pages of queues and lifecycles."""

import json
from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from queues.lifecycles import DEFAULT_DEFINITION, Definition
from queues.models import Lifecycle, Queue, QueueWatcher
from queues.models.queues import QUEUE_ROLES


class QueueForm(forms.ModelForm[Queue]):
    """A queue without its rights."""

    class Meta:
        model = Queue
        fields = (
            "name",
            "description",
            "correspond_address",
            "comment_address",
            "subject_tag",
            "lifecycle",
            "sort_order",
            "initial_priority",
            "final_priority",
            "default_due_in",
            "disabled",
        )

    def clean_name(self) -> str:
        """Refuse a name that differs from another's by capitals only."""
        name: str = self.cleaned_data["name"].strip()
        others = Queue.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(f"There is a queue named '{name}' already.")
        return name


class QueueWatcherForm(forms.ModelForm[QueueWatcher]):
    """One standing watcher: a user or a group."""

    # RT's spelling of the roles.
    role = forms.ChoiceField(choices=[(role.value, role.value) for role in QUEUE_ROLES])

    class Meta:
        model = QueueWatcher
        fields = ("role", "user", "group")

    def clean(self) -> dict[str, Any]:
        """Refuse both or neither."""
        data = super().clean() or {}
        if bool(data.get("user")) == bool(data.get("group")) and not self.errors:
            raise ValidationError("Choose a user or a group.", code="one")
        return data


class PrettyJSON(json.JSONEncoder):
    """Writes JSON over several lines, for people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 2, "sort_keys": False})


class LifecycleForm(forms.ModelForm[Lifecycle]):
    """A lifecycle as the text of its definition."""

    definition = forms.JSONField(
        encoder=PrettyJSON,
        widget=forms.Textarea(
            attrs={"rows": 30, "class": "code", "spellcheck": "false"}
        ),
        help_text="JSON with initial, active and inactive statuses, defaults, create, "
        "transitions (status to list of statuses), rights ('old -> new' to right), "
        "actions (from, to, label, update).",
    )

    class Meta:
        model = Lifecycle
        fields = ("name", "definition")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.definition is None:
            # Something to begin with, and something valid while the input is not.
            self.instance.definition = deepcopy(DEFAULT_DEFINITION)
            if self.initial.get("definition") is None:
                self.initial["definition"] = self.instance.definition

    def clean_definition(self) -> dict[str, Any]:
        """Refuse what is JSON but no lifecycle, with the reason."""
        definition = self.cleaned_data["definition"]
        if not isinstance(definition, dict):
            raise ValidationError("A lifecycle is a JSON object: { … }.")
        try:
            Definition.parse(definition)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        except (AttributeError, KeyError, TypeError) as error:
            raise ValidationError(
                f"Some part does not have the expected shape: {error}."
            ) from error
        return definition
