"""Addresses of feeds: who may read what, without logging in.

An address carries a signature over what it shows, made with a secret of the user's own.
It opens that one search and nothing else.
"""

import hashlib
import hmac
import secrets

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.crypto import constant_time_compare

from accounts.models import FeedSecret, User

SIGNATURE_LENGTH = 32  # hexadecimal digits: 128 bits


def feed_signature(user: User, *, parts: tuple[str, ...]) -> str:
    """Sign what a feed shows; the user's secret is made if there is none yet."""
    row, _ = FeedSecret.objects.get_or_create(
        user=user, defaults={"secret": _new_secret()}
    )
    return _signature(row.secret, parts)


def feed_reader(name: str, signature: str, *, parts: tuple[str, ...]) -> User | None:
    """Return the user whose feed this is; None for a wrong name or signature.

    Disabled users have no feeds. One query.
    """
    if "\x00" in name:
        return None
    row = (
        FeedSecret.objects.select_related("user")
        .annotate(key=Lower("user__name"))
        .filter(key=Lower(Value(name)), user__disabled=False)
        .first()
    )
    # The same work whether or not there is such a user.
    expected = _signature(row.secret if row else _new_secret(), parts)
    is_right = constant_time_compare(signature, expected)
    return row.user if row is not None and is_right else None


def reset_feeds(user: User) -> None:
    """Give a user a new secret: every address given out before shows nothing more."""
    FeedSecret.objects.update_or_create(user=user, defaults={"secret": _new_secret()})


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _signature(secret: str, parts: tuple[str, ...]) -> str:
    # The length of each part stands before it, so that parts cannot flow together.
    message = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hmac.new(
        secret.encode(), message.encode("utf-8", "replace"), hashlib.sha256
    )
    return digest.hexdigest()[:SIGNATURE_LENGTH]
