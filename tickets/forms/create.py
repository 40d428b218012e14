"""Creating tickets: the full page and the quick form at a glance."""

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from queues.models import Queue
from tickets.forms.choices import Choices, has_choices, queue_choices, set_choices
from tickets.forms.custom_fields import WithCustomFields
from tickets.forms.fields import (
    Choice,
    Duration,
    Moment,
    People,
    References,
    WholeNumber,
)
from tickets.forms.reply import LONGEST_TEXT
from tickets.forms.uploads import WithFiles

# Field of the form -> direction of the link as seen from the new ticket.
LINK_FIELDS = {
    "depends_on": "DependsOn",
    "depended_on_by": "DependedOnBy",
    "member_of": "MemberOf",
    "has_member": "HasMember",
    "refers_to": "RefersTo",
    "referred_to_by": "ReferredToBy",
}


class Create(WithFiles, WithCustomFields):
    """All that a ticket can be created with."""

    queue = Choice()
    status = Choice(required=False)
    owner = Choice(required=False)
    requestors = People(help_text="E-mail addresses, user names or group:NAME.")
    cc = People(label="Cc")
    admin_cc = People(label="AdminCc")
    subject = forms.CharField(max_length=200, required=False)
    content = forms.CharField(
        label="Describe the issue",
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    content_html = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.HiddenInput(attrs={"data-html": ""}),
    )
    priority = WholeNumber(help_text="0 to 100; empty for the queue's own.")
    final_priority = WholeNumber(label="Final priority")
    time_estimated = Duration(label="Time estimated")
    time_worked = Duration(label="Time worked")
    time_left = Duration(label="Time left")
    starts = Moment()
    due = Moment()
    depends_on = References(label="Depends on")
    depended_on_by = References(label="Depended on by")
    member_of = References(label="Parents")
    has_member = References(label="Children")
    refers_to = References(label="Refers to")
    referred_to_by = References(label="Referred to by")

    def __init__(
        self,
        *args: Any,
        queues: list[Queue],
        owners: Choices,
        statuses: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, queue=queue_choices(queues), owner=owners, status=statuses)

    def links(self) -> tuple[tuple[str, str], ...]:
        """Return the links of the valid form as the command takes them."""
        return tuple(
            (direction, text)
            for name, direction in LINK_FIELDS.items()
            for text in self.cleaned_data[name]
        )

    @property
    def has_details(self) -> bool:
        """Whether one of the folded fields has something in it, or is wrong."""
        names = [
            name
            for name in self.fields
            if name.startswith(("time_", "final_")) or name in LINK_FIELDS
        ]
        return any(self[name].value() or self[name].errors for name in names)


class QuickCreate(forms.Form):
    """Subject, queue, owner, requestors, content; nothing else."""

    subject = forms.CharField(max_length=200)
    queue = Choice()
    owner = Choice(choices=[("me", "Me"), ("nobody", "Nobody")])
    requestors = People()
    content = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    form_token = forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        queues: list[Queue],
        me: User,
        token: str = "",
    ) -> None:
        initial = {"requestors": me.email or me.name, "form_token": token}
        super().__init__(data, auto_id="quick_%s", initial=initial)
        set_choices(self, queue=queue_choices(queues))

    @property
    def has_queues(self) -> bool:
        """Whether there is a queue to create in."""
        return has_choices(self, "queue")
