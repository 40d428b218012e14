"""The users and groups every site begins with."""

from django.conf import settings

from accounts.commands import create_user, ensure_builtin_groups
from accounts.models import NOBODY, RT_SYSTEM, User

ROOT = "root"
ROOT_PASSWORD = "password"  # noqa: S105 - RT's own; it has to be changed to be let in


def ensure_users_and_groups() -> None:
    """Create the built-in groups, RT_System, Nobody and root where missing."""
    ensure_builtin_groups()
    if not User.objects.filter(name=RT_SYSTEM).exists():
        system = create_user(RT_SYSTEM, real_name="The help desk itself")
        system.is_superuser = True
        system.save(update_fields=["is_superuser"])
    if not User.objects.filter(name=NOBODY).exists():
        create_user(NOBODY, real_name="Nobody in particular")
    if not User.objects.filter(name=ROOT).exists():
        password = settings.ROOT_PASSWORD
        root = create_user(
            ROOT,
            email="root@localhost",
            real_name="Administrator",
            is_privileged=True,
            password=password or ROOT_PASSWORD,
        )
        root.is_superuser = True
        root.must_change_password = not password
        root.save(update_fields=["is_superuser", "must_change_password"])


def default_password_stands() -> bool:
    """Say whether anybody could log in as root with the password of the manual."""
    root = User.objects.filter(name=ROOT, must_change_password=True).first()
    return root is not None and root.check_password(ROOT_PASSWORD)
