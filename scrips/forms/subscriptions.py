"""The form of a subscription."""

from typing import Any

from django import forms

from mail.models.webhooks import LONGEST_URL
from scrips.models import Channel, Subscription, What
from scrips.subscriptions.commands import INTERVALS, Wishes

WEEKDAYS = (
    ("0", "Mon"), ("1", "Tue"), ("2", "Wed"), ("3", "Thu"), ("4", "Fri"),
    ("5", "Sat"), ("6", "Sun"),
)  # fmt: skip
HOURS = tuple((str(hour), f"{hour:02}:00") for hour in range(24))
_INTERVAL_WORDS = {1: "At once (within a minute)", 60: "Every hour"}


def _intervals() -> list[tuple[str, str]]:
    return [
        (str(minutes), _INTERVAL_WORDS.get(minutes, f"Every {minutes} minutes"))
        for minutes in INTERVALS
    ]


class Subscribe(forms.Form):
    """What to tell, how, and when. What does not apply is ignored."""

    what = forms.ChoiceField(label="Tell me of", choices=What, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label="By", choices=Channel, widget=forms.RadioSelect)
    url = forms.CharField(
        label="Webhook URL",
        max_length=LONGEST_URL,
        required=False,
        help_text="Only for a webhook: the program to call.",
        widget=forms.URLInput(
            attrs={"placeholder": "https://example.org/hook", "autocomplete": "off"}
        ),
    )
    interval = forms.ChoiceField(
        label="How often",
        choices=_intervals,
        required=False,
        help_text="For changes. Whatever happens in between is one message.",
    )
    weekdays = forms.MultipleChoiceField(
        label="Days of a digest",
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.MultipleChoiceField(
        label="Hours of a digest, in your time zone",
        choices=HOURS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skip_empty = forms.BooleanField(
        label="No digest when the search finds nothing", required=False
    )

    def wishes(self) -> Wishes:
        """Return the valid form as the commands take it."""
        fields = self.cleaned_data
        return Wishes(
            what=fields["what"],
            channel=fields["channel"],
            url=fields["url"].strip(),
            interval_minutes=int(fields["interval"] or 1),
            weekdays=tuple(map(int, fields["weekdays"])),
            hours=tuple(map(int, fields["hours"])),
            skip_empty=fields["skip_empty"],
        )


def as_typed(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription as the form shows it."""
    webhook = subscription.webhook
    return {
        "what": subscription.what,
        "channel": subscription.channel,
        "url": webhook.url if webhook else "",
        "interval": str(subscription.interval_minutes),
        "weekdays": list(map(str, subscription.weekdays)),
        "hours": list(map(str, subscription.hours)),
        "skip_empty": subscription.skip_empty,
    }


def at_first(*, has_address: bool) -> dict[str, Any]:
    """Return what an empty form proposes."""
    usual = Wishes(channel=Channel.MAIL if has_address else Channel.FEED)
    return {
        "what": usual.what,
        "channel": usual.channel,
        "interval": str(usual.interval_minutes),
        "weekdays": list(map(str, usual.weekdays)),
        "hours": list(map(str, usual.hours)),
        "skip_empty": usual.skip_empty,
    }
