"""Replying and commenting, with a change of status in the same breath."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tickets.forms.choices import Choices, set_choices
from tickets.forms.custom_fields import WithCustomFields
from tickets.forms.fields import Choice, Duration, People, Select
from tickets.forms.uploads import WithFiles
from tickets.people import addresses

LONGEST_TEXT = 2_000_000


class Reply(WithFiles, WithCustomFields):
    """A message, to the requestors or to colleagues only."""

    action = Choice(error_messages={"required": "Reply or comment?"})
    content = forms.CharField(
        label="Message",
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "Write a message"}),
    )
    content_html = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.HiddenInput(attrs={"data-html": ""}),
    )
    subject = forms.CharField(max_length=200, required=False)
    cc = People(label="Cc")
    bcc = People(label="Bcc")
    status = Choice(required=False, widget=Select(attrs={"class": "auto"}))
    worked = Duration(widget=forms.TextInput(attrs={"class": "short"}))
    quoting = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, actions: Choices, statuses: Choices, **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", "reply_%s")
        super().__init__(*args, **kwargs)
        set_choices(self, action=actions, status=statuses)
        self._allowed = [value for value, _ in actions]

    @property
    def chosen_action(self) -> str:
        """The tab to show: what was sent or asked for, else the first allowed."""
        wanted = self["action"].value()
        if wanted in self._allowed:
            return str(wanted)
        return next(iter(self._allowed), "")

    @property
    def shows_more(self) -> bool:
        """Whether one of the folded fields has something in it."""
        return any(self[name].value() for name in ("subject", "cc", "bcc"))

    def clean_cc(self) -> list[str]:
        """Return addresses: these people get this one message."""
        return addresses(self.cleaned_data["cc"])

    def clean_bcc(self) -> list[str]:
        """Return addresses, as for Cc."""
        return addresses(self.cleaned_data["bcc"])

    def clean(self) -> dict[str, Any]:
        """Refuse a form that would do nothing at all."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        says_nothing = not (
            cleaned.get("content", "").strip()
            or cleaned.get("content_html", "").strip()
            or self.kept_files
        )
        changes_nothing = not (cleaned.get("status") or cleaned.get("worked"))
        if says_nothing and changes_nothing and not self.errors:
            raise ValidationError("Write a message or attach a file.", code="empty")
        return cleaned
