"""The forms of the set-up page."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from accounts.models import Group, GroupKind, User
from queues.models import Queue
from queues.setup import NewPerson, NewQueue, WhoMayWhat

OFFERED_QUEUES = (
    ("Networking", "Switches, routers, lines, wireless"),
    ("Services", "Mail, web, name service, accounts"),
    ("Security", "Incidents, abuse, certificates"),
    ("Systems", "Servers, storage, backup"),
    ("Help Desk", "Everything people ask for"),
)
MOST_ROWS = 100


class Site(forms.Form):
    """Whose help desk this is."""

    organization = forms.CharField(
        label="Organisation",
        max_length=100,
        help_text="Shown in the head of every page.",
    )
    real_name = forms.CharField(label="Your name", max_length=200)
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="Mail from it is taken as yours, and mail for you goes there.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_email(self) -> str:
        """Refuse an address that another user has."""
        email: str = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email).exclude(pk=self._user.pk)
        if others.exists():
            raise ValidationError("Another user has this address.", code="taken")
        return email


class QueueRow(forms.Form):
    """One queue to create, if ticked."""

    use = forms.BooleanField(label="Create", required=False)
    name = forms.CharField(max_length=200, required=False)
    description = forms.CharField(max_length=255, required=False)
    correspond_address = forms.EmailField(
        label="Reply address", max_length=254, required=False
    )
    comment_address = forms.EmailField(
        label="Comment address", max_length=254, required=False
    )

    def clean_name(self) -> str:
        """Ask for a name if there is to be a queue, and for a new one."""
        name: str = self.cleaned_data["name"].strip()
        if not self.cleaned_data.get("use"):
            return name
        if not name:
            raise ValidationError("A queue needs a name.", code="required")
        if name.isdigit():
            raise ValidationError(
                "A name of digits only would be taken for a number.", code="digits"
            )
        if Queue.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is a queue of this name already.")
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse one address for two purposes, and a row that would be ignored."""
        data = super().clean() or {}
        if not data.get("use"):
            if data.get("name") and data["name"] not in dict(OFFERED_QUEUES):
                self.add_error("use", "Tick the box to create this queue.")
            return data
        first, second = data.get("correspond_address"), data.get("comment_address")
        if first and second and first.lower() == second.lower():
            self.add_error(
                "comment_address", "Replies and comments need different addresses."
            )
        return data

    def queue(self) -> NewQueue | None:
        """Return the queue to create, if it was ticked."""
        if not self.cleaned_data.get("use"):
            return None
        return NewQueue(
            **{key: value for key, value in self.cleaned_data.items() if key != "use"}
        )


class PersonRow(forms.Form):
    """One person to create; an empty row is left out."""

    name = forms.CharField(
        label="Login name",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    real_name = forms.CharField(label="Name", max_length=200, required=False)
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
    is_staff = forms.BooleanField(label="Staff", required=False, initial=True)

    def clean_name(self) -> str:
        """Refuse a name somebody has."""
        name: str = self.cleaned_data["name"].strip()
        if name and User.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is a user of this name already.")
        return name

    def clean_email(self) -> str:
        """Refuse an address somebody has."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exists():
            raise ValidationError("There is a user with this address already.")
        return email

    def clean(self) -> dict[str, Any]:
        """Ask for what a user cannot do without, if anything was typed at all."""
        data = super().clean() or {}
        typed = any(data.get(field) for field in ("name", "real_name", "email"))
        if typed and not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Choose a login name.")
        if typed and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "An address is needed: notices go there.")
        return data

    def person(self) -> NewPerson | None:
        """Return the person to create, unless the row was left empty."""
        return NewPerson(**self.cleaned_data) if self.cleaned_data.get("name") else None


class NoTwins(BaseFormSet[Any]):
    """Rows in which certain values may occur once only."""

    once: tuple[str, ...] = ()

    def clean(self) -> None:
        """Put an error beside every value that an earlier row has."""
        seen: set[str] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data.get("use") is False:
                continue
            for field in self.once:
                value = str(data.get(field) or "").lower()
                # Reply and comment addresses share one space, names have their own.
                key = f"{'address' if 'address' in field else field}:{value}"
                if value and key in seen:
                    form.add_error(field, "This is in a row above already.")
                seen.add(key)


class _QueueRows(NoTwins):
    once = ("name", "correspond_address", "comment_address")


class _PersonRows(NoTwins):
    once = ("name", "email")


class Rights(forms.Form):
    """Who may do what, in plain sentences."""

    anyone_writes = forms.BooleanField(
        label="Anyone may open tickets and answer by mail",
        required=False,
        initial=True,
        help_text="Everyone: CreateTicket, ReplyToTicket. Without it, mail from "
        "people who are not staff is refused.",
    )
    requestors_see_their_own = forms.BooleanField(
        label="Requestors see their own tickets",
        required=False,
        initial=True,
        help_text="Requestor: ShowTicket, ReplyToTicket. Comments stay hidden.",
    )
    staff_does_the_rest = forms.BooleanField(
        label="The staff group does the rest",
        required=False,
        initial=True,
        help_text="Reads everything, comments, takes and owns tickets, changes them.",
    )
    staff_gets_mail = forms.BooleanField(
        label="The staff group is told by mail of new tickets and answers",
        required=False,
        initial=True,
        help_text="Makes the group AdminCc of the queues.",
    )
    includes_general = forms.BooleanField(
        label="This goes for the queue General too", required=False
    )
    staff_group = forms.CharField(label="Name of the staff group", max_length=150)
    joins_staff = forms.BooleanField(
        label="I am in the staff group too", required=False, initial=True
    )

    def clean_staff_group(self) -> str:
        """Refuse the names of groups that have no members."""
        name: str = self.cleaned_data["staff_group"].strip()
        other = Group.objects.filter(name__iexact=name).exclude(
            kind=GroupKind.USER_DEFINED
        )
        if other.exists():
            raise ValidationError("That name stands for a group of the system.")
        return name

    def rights(self) -> WhoMayWhat:
        """Return the sentences that were ticked."""
        names = WhoMayWhat.__dataclass_fields__
        return WhoMayWhat(**{name: self.cleaned_data[name] for name in names})


QueueRows = formset_factory(
    QueueRow, formset=_QueueRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)
PersonRows = formset_factory(
    PersonRow, formset=_PersonRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


def offered_queues() -> list[dict[str, Any]]:
    """Return the rows of queues to offer: those that do not exist yet, unticked."""
    existing = {name.lower() for name in Queue.objects.values_list("name", flat=True)}
    return [
        {
            "use": False,
            "name": name,
            "description": description,
            "correspond_address": f"{_local(name)}@{settings.RTNAME}",
            "comment_address": f"{_local(name)}-comment@{settings.RTNAME}",
        }
        for name, description in OFFERED_QUEUES
        if name.lower() not in existing
    ]


def _local(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())
