"""Who may log in with what."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User


class PasswordBackend(ModelBackend):
    """Log in with name or e-mail address and password, in constant time."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user, or None for any reason at all, without telling which."""
        name = username or kwargs.get(User.USERNAME_FIELD)
        if not name or not password:
            return None
        user = User.objects.by_name_or_email(name)
        if user is None:
            # As much work as for a real user: the answer's time must not tell.
            User().set_password(password)
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse disabled users and the two that no person is."""
        return user.is_active and not user.is_system_user

    def get_user(self, user_id: int) -> User | None:
        """Return the enabled user of a session, or None."""
        user = User.objects.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
