"""One form for many tickets; what is left empty stays as it is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import RoleName
from tickets.bulk_change import BulkChange
from tickets.forms.choices import Choices, set_choices
from tickets.forms.create import LINK_FIELDS
from tickets.forms.fields import (
    Choice,
    Duration,
    Moment,
    People,
    References,
    WholeNumber,
)
from tickets.forms.reply import LONGEST_TEXT
from tickets.models import TransactionType

UNCHANGED: Choices = [("", "–")]
MESSAGES: Choices = [
    ("", "No message"),
    (TransactionType.COMMENT.value, "Comment (not sent to requestors)"),
    (TransactionType.CORRESPOND.value, "Reply to requestors"),
]
ROLES = {
    "requestor": RoleName.REQUESTOR,
    "cc": RoleName.CC,
    "admin_cc": RoleName.ADMIN_CC,
}
PROPERTIES = ("subject", "priority", "starts", "started", "due", "told")


class BulkUpdate(forms.Form):
    """Everything that can be changed on many tickets at once."""

    owner = Choice(label="Make owner", required=False)
    force_owner = forms.BooleanField(label="Force the change of owner", required=False)
    status = Choice(label="Make status", required=False)
    queue = Choice(label="Move to queue", required=False)
    priority = WholeNumber(label="Make priority")
    subject = forms.CharField(label="Make subject", max_length=200, required=False)
    due = Moment(label="Make due")
    starts = Moment(label="Make starts")
    started = Moment(label="Make started")
    told = Moment(label="Make last contact")
    add_requestor = People(label="Add requestors")
    remove_requestor = People(label="Remove requestors")
    add_cc = People(label="Add Cc")
    remove_cc = People(label="Remove Cc")
    add_admin_cc = People(label="Add AdminCc")
    remove_admin_cc = People(label="Remove AdminCc")
    depends_on = References(label="Depends on")
    depended_on_by = References(label="Depended on by")
    member_of = References(label="Parents")
    has_member = References(label="Children")
    refers_to = References(label="Refers to")
    referred_to_by = References(label="Referred to by")
    message_type = Choice(label="Message", required=False)
    message_subject = forms.CharField(
        label="Subject of the message", max_length=200, required=False
    )
    content = forms.CharField(
        label="Text",
        max_length=LONGEST_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    worked = Duration(label="Time worked on each")
    form_token = forms.CharField(max_length=64, required=True, widget=forms.HiddenInput)

    BASICS = ("owner", "force_owner", "status", "queue", "priority", "subject")
    DATES = ("due", "starts", "started", "told")
    PEOPLE = tuple(f"{act}_{role}" for role in ROLES for act in ("add", "remove"))
    LINKS = tuple(LINK_FIELDS)
    MESSAGE = ("message_type", "message_subject", "content", "worked")

    def __init__(
        self,
        *args: Any,
        owners: Choices,
        statuses: Choices,
        queues: Choices,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "bulk_%s")
        super().__init__(*args, **kwargs)
        set_choices(
            self,
            owner=UNCHANGED + owners,
            status=UNCHANGED + statuses,
            queue=UNCHANGED + queues,
            message_type=MESSAGES,
        )

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page arranges them."""
        named = (
            ("Basics", self.BASICS),
            ("Message", self.MESSAGE),
            ("Dates", self.DATES),
            ("People", self.PEOPLE),
            ("Links to add", self.LINKS),
        )
        return [(title, [self[name] for name in names]) for title, names in named]

    def clean(self) -> dict[str, Any]:
        """Refuse a message of no kind, and a kind without a message."""
        fields = super().clean() or {}
        text, kind = fields.get("content", ""), fields.get("message_type", "")
        if text.strip() and not kind:
            self.add_error("message_type", ValidationError("Reply or comment?"))
        if kind and not text.strip():
            self.add_error("content", ValidationError("Write a message."))
        if self.is_valid() and self.change().is_empty:
            raise ValidationError("Choose something to change.", code="nothing")
        return fields

    def change(self) -> BulkChange:
        """Return what the valid form wants."""
        fields = self.cleaned_data
        return BulkChange(
            owner=int(fields["owner"]) if fields["owner"] else None,
            force_owner=fields["force_owner"],
            status=fields["status"],
            queue=int(fields["queue"]) if fields["queue"] else None,
            properties={
                name: fields[name]
                for name in PROPERTIES
                if fields[name] not in ("", None)
            },
            add_watchers=self._watchers("add"),
            remove_watchers=self._watchers("remove"),
            links=tuple(
                (direction, text)
                for name, direction in LINK_FIELDS.items()
                for text in fields[name]
            ),
            message_type=fields["message_type"],
            subject=fields["message_subject"],
            text=fields["content"].replace("\r\n", "\n").strip("\n"),
            time_worked=fields["worked"],
        )

    def _watchers(self, act: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (role.value, text)
            for name, role in ROLES.items()
            for text in self.cleaned_data[f"{act}_{name}"]
        )
