"""The boxes at the side of a ticket: each a form of its own."""

from typing import Any

from django import forms

from accounts.models import RoleName
from tickets.forms.choices import Choices, set_choices
from tickets.forms.create import LINK_FIELDS
from tickets.forms.fields import Choice, Duration, Moment, References, WholeNumber
from tickets.forms.fields import People as PeopleField


class Basics(forms.Form):
    """Subject, queue, owner, status, priorities, times."""

    subject = forms.CharField(max_length=200, required=False)
    queue = Choice(required=False)
    owner = Choice(required=False)
    status = Choice(required=False)
    priority = WholeNumber(required=True)
    final_priority = WholeNumber(label="Final priority", required=True)
    time_estimated = Duration(label="Time estimated")
    time_worked = Duration(label="Time worked")
    time_left = Duration(label="Time left")

    PROPERTIES = (
        "subject",
        "priority",
        "final_priority",
        "time_estimated",
        "time_worked",
        "time_left",
    )

    def __init__(
        self,
        *args: Any,
        queues: Choices,
        owners: Choices,
        statuses: Choices,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "basics_%s")
        super().__init__(*args, **kwargs)
        set_choices(self, queue=queues, owner=owners, status=statuses)
        if not statuses:
            del self.fields["status"]

    def properties(self) -> dict[str, Any]:
        """Return the properties of the valid form as the command takes them."""
        return {name: self.cleaned_data[name] for name in self.PROPERTIES}


class People(forms.Form):
    """People to add; those to remove are boxes named ``remove``."""

    requestors = PeopleField(label="Add requestors")
    cc = PeopleField(label="Add Cc")
    admin_cc = PeopleField(label="Add AdminCc")

    ROLES = {
        "requestors": RoleName.REQUESTOR,
        "cc": RoleName.CC,
        "admin_cc": RoleName.ADMIN_CC,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "people_%s")
        super().__init__(*args, **kwargs)

    def added(self) -> list[tuple[RoleName, str]]:
        """Return role and name of each person to add."""
        return [
            (role, text)
            for name, role in self.ROLES.items()
            for text in self.cleaned_data[name]
        ]

    @property
    def removed(self) -> list[str]:
        """The values of the ticked boxes."""
        return _ticked(self)


class Dates(forms.Form):
    """The dates a person may set."""

    starts = Moment()
    started = Moment()
    told = Moment(label="Last contact")
    due = Moment()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "dates_%s")
        super().__init__(*args, **kwargs)


class Links(forms.Form):
    """Links to add, by direction; those to remove are boxes named ``remove``."""

    depends_on = References(label="Depends on")
    depended_on_by = References(label="Depended on by")
    member_of = References(label="Parents")
    has_member = References(label="Children")
    refers_to = References(label="Refers to")
    referred_to_by = References(label="Referred to by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "links_%s")
        super().__init__(*args, **kwargs)

    def added(self) -> list[tuple[str, str]]:
        """Return direction and far end of each link to add."""
        return [
            (direction, text)
            for name, direction in LINK_FIELDS.items()
            for text in self.cleaned_data[name]
        ]

    @property
    def removed(self) -> list[str]:
        """The values of the ticked boxes."""
        return _ticked(self)


class NewReminder(forms.Form):
    """What to be reminded of, who, when."""

    subject = forms.CharField(max_length=200)
    owner = Choice(required=False)
    due = Moment()
    form_token = forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, owners: Choices, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "reminder_%s")
        super().__init__(*args, **kwargs)
        set_choices(self, owner=owners)


def _ticked(form: forms.Form) -> list[str]:
    if not form.is_bound or not hasattr(form.data, "getlist"):
        return []
    return list(form.data.getlist("remove"))
