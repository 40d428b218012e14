"""Forms of the admin pages of users and groups."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.containment import groups_containing
from accounts.models import Group, GroupKind, Membership, User


class UserForm(forms.ModelForm[User]):
    """A user; the password can be set but never seen."""

    new_password = forms.CharField(
        label="New password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to change nothing. The person has to choose another "
        "one at the next login.",
    )

    class Meta:
        model = User
        exclude = (  # noqa: DJ006 - the admin page names the fields it shows
            "password",
            "groups",
            "user_permissions",
        )

    def clean_name(self) -> str:
        """Refuse a name that differs from another's by capitals only."""
        name: str = self.cleaned_data["name"].strip()
        _refuse_taken(User, self.instance.pk, "name", name)
        return name

    def clean_email(self) -> str:
        """Refuse an address that another user has: mail could not be told apart."""
        email: str = self.cleaned_data["email"]
        if email:
            _refuse_taken(User, self.instance.pk, "email", email)
        return email

    def clean_new_password(self) -> str:
        """Apply the password policy."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class GroupForm(forms.ModelForm[Group]):
    """A user-defined group without its members."""

    class Meta:
        model = Group
        fields = ("name", "description", "disabled")

    def clean_name(self) -> str:
        """Refuse a name that differs from another's by capitals only."""
        name: str = self.cleaned_data["name"].strip()
        _refuse_taken(Group, self.instance.pk, "name", name)
        return name


class MembershipForm(forms.ModelForm[Membership]):
    """One new member: a user or a group."""

    class Meta:
        model = Membership
        fields = ("user", "member_group")

    def clean(self) -> dict[str, Any]:
        """Refuse both or neither, groups without members, and circles."""
        data = super().clean() or {}
        user, member = data.get("user"), data.get("member_group")
        if bool(user) == bool(member) and not self.errors:
            raise ValidationError("Choose a user or a group.", code="one")
        if member is not None:
            self._check_group(member)
        return data

    def _check_group(self, member: Group) -> None:
        group = Group.objects.filter(pk=self.instance.group_id).first()
        if member.kind != GroupKind.USER_DEFINED:
            self.add_error("member_group", f"{member.name} cannot be a member.")
        elif group is not None and member.pk in groups_containing(group):
            self.add_error(
                "member_group",
                f"{member.name} contains {group.name} already, or is the same group.",
            )


def _refuse_taken(
    model: type[User] | type[Group], own_id: int | None, field: str, value: str
) -> None:
    others = model._default_manager.filter(**{f"{field}__iexact": value})
    if own_id is not None:
        others = others.exclude(pk=own_id)
    if others.exists():
        label = model._meta.verbose_name
        raise ValidationError(f"Another {label} has this already.", code="taken")
