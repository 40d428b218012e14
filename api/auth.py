"""Who calls: a logged-in browser's cookie, or HTTP Basic.

Hashing a password costs more than everything else in a request. So a password that
was right is remembered for some minutes, in this process only, under a keyed digest;
the user is still read each time, so that a new password or `disabled` counts at once.
"""

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts import throttle
from accounts.backends import PasswordBackend
from accounts.models import User
from api.errors import ApiError

REMEMBER_SECONDS = 300
MOST_REMEMBERED = 1_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})


def authenticated(request: HttpRequest) -> User:
    """Return who calls.

    Raises:
        ApiError: 401 if nobody can be made out (302 to the front page for browsers),
            403 for a browser sent by another site or before a password was chosen,
            429 after too many failures.
    """
    user = _by_cookie(request) or _by_basic(request)
    if user is None:
        raise _unauthorized(request)
    if user.must_change_password:
        raise ApiError(403, "Log in on the web and choose a new password first.")
    return user


def _by_cookie(request: HttpRequest) -> User | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    if request.method not in SAFE_METHODS and not _is_own_site(request):
        raise ApiError(403, "A request from another site was refused.")
    return user


def _is_own_site(request: HttpRequest) -> bool:
    """Say whether a browser's request comes from a page of ours.

    Browsers always say where a POST comes from; what says nothing is no browser.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        return False
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return True
    parts = urlsplit(source)
    here = f"{request.scheme}://{request.get_host()}"
    origins = {here, *settings.CSRF_TRUSTED_ORIGINS}
    return f"{parts.scheme}://{parts.netloc}" in origins


def _by_basic(request: HttpRequest) -> User | None:
    credentials = _credentials(request.headers.get("Authorization", ""))
    if credentials is None:
        return None
    name, password = credentials
    user = _remembered.user(name, password)
    if user is not None:
        return user
    address = request.META.get("REMOTE_ADDR", "")
    if throttle.is_throttled(name, address=address):
        raise ApiError(429, "Too many failed logins. Try again later.")
    user = PasswordBackend().authenticate(request, username=name, password=password)
    if user is None:
        throttle.record_failure(name, address=address)
        return None
    throttle.clear(name, address=address)
    _remembered.add(name, password, user)
    return user


def _credentials(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, password) if colon and "\x00" not in text else None


class _Remembered:
    """Passwords that were right lately, as digests under a key of this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[bytes, tuple[int, str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def user(self, name: str, password: str) -> User | None:
        """Return the user as stored now, if the password is still theirs. One query."""
        entry = self._entries.get(self._digest(name, password))
        if entry is None or entry[2] < time.monotonic():
            return None
        user = PasswordBackend().get_user(entry[0])
        return user if user is not None and user.password == entry[1] else None

    def add(self, name: str, password: str, user: User) -> None:
        """Remember that the password was right just now."""
        expires = time.monotonic() + REMEMBER_SECONDS
        with self._lock:
            digest = self._digest(name, password)
            self._entries[digest] = (user.pk, user.password, expires)
            self._entries.move_to_end(digest)
            while len(self._entries) > MOST_REMEMBERED:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def _digest(self, name: str, password: str) -> bytes:
        message = f"{name.lower()}\0{password}".encode()
        return hmac.digest(self._key, message, "sha256")


_remembered = _Remembered()
forget_passwords = _remembered.clear


def _unauthorized(request: HttpRequest) -> ApiError:
    """Return 401, but for browsers the way to the login page, as RT does."""
    is_browser = "Mozilla" in request.headers.get("User-Agent", "")
    if is_browser or request.COOKIES:
        return ApiError(302, "Unauthorized", Location=f"{settings.WEB_PATH}/")
    return ApiError(401)
