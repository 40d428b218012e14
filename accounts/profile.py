"""What users may say about themselves."""

from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.rights import Right

THEMES = ("", "light", "dark")


class AddressTakenError(ValidationError):
    """Two users cannot share an address: mail from it could not be told apart."""

    def __init__(self) -> None:
        super().__init__(
            {"email": "Another user has this e-mail address."}, code="taken"
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """The fields of a user that are the user's own business."""

    real_name: str
    email: str
    timezone: str
    signature: str
    theme: str


def may_modify_self(user: User) -> bool:
    """Say whether a user may change their own profile and password."""
    return any(
        user.has_perm(f"accounts.{right.value}")
        for right in (Right.MODIFY_SELF, Right.SUPER_USER)
    )


def set_profile(user: User, *, profile: Profile) -> None:
    """Change what a user says about themselves.

    Raises:
        PermissionDenied: the user lacks ModifySelf.
        ValidationError: the address is none, or somebody else's.
    """
    if not may_modify_self(user):
        raise PermissionDenied(f"You need the right {Right.MODIFY_SELF}.")
    if profile.email:
        validate_email(profile.email)
        others = User.objects.exclude(pk=user.pk)
        if others.filter(email__iexact=profile.email).exists():
            raise AddressTakenError
    changes = asdict(profile)
    for field, value in changes.items():
        setattr(user, field, value)
    try:
        with transaction.atomic():
            user.save(update_fields=[*changes, "last_updated"])
    except IntegrityError as error:  # somebody took the address just now
        raise AddressTakenError from error
