"""The user: everybody who ever wrote to the help desk, staff or not."""

from typing import ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from guardian.mixins import GuardianUserMixin

from accounts.rights import SYSTEM_RIGHTS

RT_SYSTEM = "RT_System"
NOBODY = "Nobody"


class UserManager(BaseUserManager["User"]):
    """Look users up the way people type them: by name or address, in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user of that login name, case-insensitively."""
        return self.get(name__iexact=username)

    def by_name_or_email(self, text: str) -> "User | None":
        """Return the user whose address, else whose name, is ``text``, or None.

        One query for an address, two for a name, each through its unique index.
        """
        # Without a text it would find whoever has no address; NUL no database takes.
        if not text or "\x00" in text:
            return None
        wanted = Lower(models.Value(text))
        by_email = self.annotate(key=Lower("email")).exclude(email="")
        by_name = self.annotate(key=Lower("name"))
        return (
            by_email.filter(key=wanted).order_by("pk").first()
            or by_name.filter(key=wanted).order_by("pk").first()
        )

    def system(self) -> "User":
        """Return ``RT_System``, who holds all rights and runs the scrips."""
        return self.get(name=RT_SYSTEM)

    def create_superuser(self, name: str, password: str) -> "User":
        """Create a privileged superuser (Django's ``createsuperuser``)."""
        user = self.model(name=name, is_privileged=True, is_superuser=True)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin, GuardianUserMixin):
    """One person or machine, identified by ``name`` and, when known, ``email``.

    ``groups`` holds the *effective* membership: the system groups and every enabled
    group reached directly or through nesting. ``accounts.commands`` keeps it; nothing
    else may write it.
    """

    name = models.CharField("login name", max_length=200, unique=True)
    email = models.EmailField("e-mail address", blank=True, default="")
    real_name = models.CharField(max_length=200, blank=True, default="")
    nickname = models.CharField(max_length=100, blank=True, default="")
    organization = models.CharField(max_length=200, blank=True, default="")
    gecos = models.CharField("unix login", max_length=100, blank=True, default="")
    lang = models.CharField("language", max_length=16, blank=True, default="")
    timezone = models.CharField("time zone", max_length=64, blank=True, default="")
    theme = models.CharField(max_length=8, blank=True, default="")
    signature = models.TextField(blank=True, default="")
    comments = models.TextField("notes about the user", blank=True, default="")
    freeform_contact_info = models.TextField(blank=True, default="")
    home_phone = models.CharField(max_length=50, blank=True, default="")
    work_phone = models.CharField(max_length=50, blank=True, default="")
    mobile_phone = models.CharField(max_length=50, blank=True, default="")
    pager_phone = models.CharField(max_length=50, blank=True, default="")
    address1 = models.CharField(max_length=200, blank=True, default="")
    address2 = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=100, blank=True, default="")
    zip = models.CharField(max_length=16, blank=True, default="")
    country = models.CharField(max_length=50, blank=True, default="")
    is_privileged = models.BooleanField(
        "may be given rights",
        default=False,
        help_text="Staff. Others see the portal only and get rights through roles.",
    )
    disabled = models.BooleanField(
        default=False, help_text="Cannot log in, gets no mail and has no rights."
    )
    must_change_password = models.BooleanField(default=False)
    created = models.DateTimeField(default=now, editable=False)
    last_updated = models.DateTimeField(auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        default_permissions = ()
        permissions = tuple((right.value, right.value) for right in SYSTEM_RIGHTS)
        indexes = (
            # Colleagues, who are few among all who ever wrote. How names and addresses
            # begin is indexed on PostgreSQL alone: see the migration.
            models.Index(
                fields=["name"], name="user_staff", condition=Q(is_privileged=True)
            ),
        )
        constraints = (
            models.UniqueConstraint(Lower("name"), name="user_name_ci_unique"),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_ci_unique",
                condition=~Q(email=""),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # read-only: see disabled
        """Say whether the user may act at all (Django's name for it)."""
        return not self.disabled

    @property
    def display_name(self) -> str:
        """Return the name people know this user by."""
        return self.real_name or self.nickname or self.name

    @property
    def is_system_user(self) -> bool:
        """Say whether this is one of the two users no person logs in as."""
        return self.name in {RT_SYSTEM, NOBODY}

    def get_full_name(self) -> str:
        """Return the display name (Django's name for it)."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the login name."""
        return self.name
