"""Who wrote a mail: from its headers to a user."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.commands import user_for_address
from accounts.models import NOBODY, RT_SYSTEM, User
from mail.loops import is_own_address
from mail.parsing import Address, ParsedMail


@dataclass(frozen=True, slots=True)
class Sender:
    """The user who counts as the author. Ours: the address leads back to us."""

    user: User
    address: str
    is_ours: bool = False


def sender_of(mail: ParsedMail, *, own: Collection[str]) -> Sender | None:
    """Return the first usable of Reply-To, From, Sender; a new user if unknown.

    An address of our own is taken only where there is no other.
    """
    ours = None
    for address in mail.senders:
        is_ours = is_own_address(address.address, own)
        if is_ours:
            ours = ours or address
            continue
        user = _user(address)
        if user is not None:
            return Sender(user, user.email or address.address)
    user = _user(ours) if ours else None
    return Sender(user, ours.address, is_ours=True) if user and ours else None


def _user(address: Address) -> User | None:
    if address.is_bare_word:
        user = User.objects.by_name_or_email(address.address)
    else:
        try:
            user = user_for_address(address.address, real_name=address.name)
        except ValidationError:
            return None
    return None if user is None or user.name in {NOBODY, RT_SYSTEM} else user
