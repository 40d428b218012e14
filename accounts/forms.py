"""Forms for logging in and for what users may say about themselves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.profile import Profile


class Login(forms.Form):
    """A login name or address, and the password."""

    username = forms.CharField(
        label="User name or e-mail",
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChoosePassword(forms.Form):
    """A new password, twice; and the current one, unless it was set by others."""

    current = forms.CharField(
        label="Current password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="New password",
        strip=False,
        help_text="At least 8 characters, not only digits, not easily guessed.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="New password, again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if user.must_change_password:
            del self.fields["current"]

    def clean_current(self) -> str:
        """Refuse a stranger at an unlocked screen."""
        current: str = self.cleaned_data["current"]
        if not self._user.check_password(current):
            raise ValidationError("That is not your current password.", code="wrong")
        return current

    def clean_new(self) -> str:
        """Apply the password policy, and refuse the password there is."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self._user)
        if self._user.check_password(new):
            raise ValidationError("That is the password you have now.", code="same")
        return new

    def clean_again(self) -> str:
        """Refuse a slip of the finger."""
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("new") not in {None, again}:
            raise ValidationError("The two passwords differ.", code="differ")
        return again


def _timezones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name)
    return [("", "The site's time zone"), ("UTC", "UTC"), *((n, n) for n in names)]


class Preferences(forms.Form):
    """The profile."""

    real_name = forms.CharField(label="Name", max_length=200, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    timezone = forms.ChoiceField(label="Time zone", choices=_timezones, required=False)
    theme = forms.ChoiceField(
        choices=[
            ("", "Follow the system"),
            ("light", "Light"),
            ("dark", "Dark"),
        ],
        required=False,
    )
    signature = forms.CharField(
        max_length=10_000,
        required=False,
        help_text="Put below your replies and comments, after a line with two dashes.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def profile(self) -> Profile:
        """Return the valid form's fields as the command takes them."""
        return Profile(**self.cleaned_data)
