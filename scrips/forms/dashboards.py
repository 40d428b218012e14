"""The form by which a dashboard is mailed."""

from typing import Any

from django import forms

from accounts.models import User
from scrips.dashboards.commands import MOST_WEEKS, ROWS, MailWishes
from scrips.dashboards.schedule import WEEKDAY_NAMES, Times
from scrips.forms.subscriptions import HOURS, WEEKDAYS
from scrips.models import DashboardSubscription, Frequency, RunAs
from tickets.people import split

_DAYS = tuple((str(day), name) for day, name in enumerate(WEEKDAY_NAMES))


class MailDashboard(forms.Form):
    """When, how much of it, with whose rights, to whom. What does not apply is kept."""

    frequency = forms.ChoiceField(
        label="How often", choices=Frequency, widget=forms.RadioSelect
    )
    weekdays = forms.MultipleChoiceField(
        label="Days of a daily mail",
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    weekday = forms.ChoiceField(label="Day of a weekly mail", choices=_DAYS)
    every_weeks = forms.IntegerField(
        label="Every so many weeks", min_value=1, max_value=MOST_WEEKS
    )
    monthday = forms.IntegerField(
        label="Day of a monthly mail",
        min_value=1,
        max_value=31,
        help_text="The last day of months that are shorter.",
    )
    hour = forms.ChoiceField(label="Hour", choices=HOURS)
    rows = forms.TypedChoiceField(
        label="Rows of each list",
        choices=[(str(rows), str(rows) if rows else "All") for rows in ROWS],
        coerce=int,
    )
    skip_empty = forms.BooleanField(
        label="No mail when all lists are empty", required=False
    )
    run_as = forms.ChoiceField(
        label="Searches are run as", choices=RunAs, widget=forms.RadioSelect
    )
    to = forms.CharField(
        label="To",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "low", "rows": 2}),
        help_text="Addresses, user names or group:NAME, separated by commas. "
        "Empty: to me.",
    )
    enabled = forms.BooleanField(label="Enabled", required=False)

    def wishes(self) -> MailWishes:
        """Return the valid form as the commands take it."""
        fields = self.cleaned_data
        return MailWishes(
            times=Times(
                frequency=fields["frequency"],
                weekdays=tuple(map(int, fields["weekdays"])),
                weekday=int(fields["weekday"]),
                every_weeks=fields["every_weeks"],
                monthday=fields["monthday"],
                hour=int(fields["hour"]),
            ),
            rows=fields["rows"],
            skip_empty=fields["skip_empty"],
            run_as=fields["run_as"],
            to=tuple(split(fields["to"])),
            enabled=fields["enabled"],
        )


def as_typed(subscription: DashboardSubscription, *, to: str) -> dict[str, Any]:
    """Return a subscription as the form shows it."""
    return {
        "frequency": subscription.frequency,
        "weekdays": list(map(str, subscription.weekdays)),
        "weekday": str(subscription.weekday),
        "every_weeks": subscription.every_weeks,
        "monthday": subscription.monthday,
        "hour": str(subscription.hour),
        "rows": subscription.rows,
        "skip_empty": subscription.skip_empty,
        "run_as": subscription.run_as,
        "to": to,
        "enabled": subscription.enabled,
    }


def at_first(user: User) -> dict[str, Any]:
    """Return what an empty form proposes: working days at six, to oneself."""
    usual = Times()
    return {
        "frequency": usual.frequency,
        "weekdays": list(map(str, usual.weekdays)),
        "weekday": str(usual.weekday),
        "every_weeks": usual.every_weeks,
        "monthday": usual.monthday,
        "hour": str(usual.hour),
        "rows": 20,
        "run_as": RunAs.SUBSCRIBER,
        "to": user.email,
        "enabled": True,
    }
