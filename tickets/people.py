"""From what people type into watcher boxes to users and groups."""

import re
from collections.abc import Iterable
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.commands import user_for_address
from accounts.models import NOBODY, Group, GroupKind, User
from queues.addresses import own_addresses

Principal = User | Group
PrincipalText = User | Group | str
LONGEST_GROUP_NAME = 150
# The standard library's parser goes one call deeper for each of these.
_MOST_PARENTHESES = 20
_GROUP = re.compile(r"(?i)(?:^|,)\s*group:[^,]*")


class UnknownPrincipalError(ValidationError):
    """Nobody goes by that name."""

    def __init__(self, text: str) -> None:
        super().__init__(f"There is no user or group '{text}'.", code="unknown")


class OwnAddressError(ValidationError):
    """An address the help desk receives mail at would make mail run in circles."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is an address this help desk receives mail at. "
            "Adding it would create a mail loop.",
            code="own_address",
        )


def split(text: str) -> list[str]:
    """Split a watcher box into its entries: commas or line ends between them.

    ``Ann Lee <ann@example.org>`` stays one entry, commas in quotes included.
    """
    entries: list[str] = []
    for line in re.split(r"[\n;]", text):
        # An address header would read "group:" as the start of a list of members.
        groups = _GROUP.findall(line)
        rest = _GROUP.sub("", line)
        pairs = _pairs(rest) if rest.strip(" ,") else []
        for name, address in pairs:
            is_named = name and "@" in address
            entries.append(f"{name} <{address}>" if is_named else address or name)
        entries += [group.strip(" ,") for group in groups]
    return [entry.strip() for entry in entries if entry.strip()]


def principal(text: PrincipalText, *, ours: frozenset[str] | None = None) -> Principal:
    """Return the user or group meant: an address, a user name or ``group:NAME``.

    An unknown address becomes an unprivileged user.

    Raises:
        UnknownPrincipalError: no such name.
        OwnAddressError: the address is one of ours.
    """
    if not isinstance(text, str):
        return text
    text = text.strip()
    if text.lower().startswith("group:"):
        return _group(text[len("group:") :].strip(), shown=text)
    name, address = _name_and_address(text)
    if address:
        if address.lower() in (own_addresses() if ours is None else ours):
            raise OwnAddressError(address)
        return user_for_address(address, real_name=name)
    user = User.objects.by_name_or_email(text)
    if user is None or user.name == NOBODY:
        raise UnknownPrincipalError(text)
    return user


def principals(
    texts: Iterable[PrincipalText],
) -> tuple[list[Principal], list[ValidationError]]:
    """Return those that could be found, each once, and what was wrong with others."""
    ours = own_addresses()
    found: list[Principal] = []
    errors: list[ValidationError] = []
    for text in texts:
        try:
            one = principal(text, ours=ours)
        except ValidationError as error:
            errors.append(error)
        else:
            if one not in found:
                found.append(one)
    return found, errors


def addresses(texts: Iterable[str]) -> list[str]:
    """Return the address of each entry, for mail that makes nobody a watcher.

    An entry is an address or the name of a user who has one.

    Raises:
        ValidationError: every entry that no mail can go to.
    """
    ours = own_addresses()
    found: list[str] = []
    errors: list[ValidationError] = []
    for text in texts:
        try:
            found.append(_address(text.strip(), ours))
        except ValidationError as error:
            errors.append(error)
    if errors:
        raise ValidationError(errors)
    return list(dict.fromkeys(found))


def _address(text: str, ours: frozenset[str]) -> str:
    _, address = _name_and_address(text)
    if not address:
        user = User.objects.by_name_or_email(text)
        if user is None or not user.email:
            raise ValidationError(
                f"'{text}' is neither an e-mail address nor a user who has one.",
                code="no_address",
            )
        address = user.email
    try:
        validate_email(address)
    except ValidationError as error:
        message = f"'{address}' is no e-mail address."
        raise ValidationError(message, code="no_address") from error
    if address.lower() in ours:
        raise OwnAddressError(address)
    return address


def _name_and_address(text: str) -> tuple[str, str]:
    pairs = _pairs(text)
    name, address = pairs[0] if len(pairs) == 1 else ("", text)
    return (name, address) if "@" in address else ("", "")


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return name and address of each entry of an address header."""
    if text.count("(") > _MOST_PARENTHESES:
        return [("", text.replace("(", " ").replace(")", " "))]
    return getaddresses([text])


def _group(name: str, *, shown: str) -> Group:
    group = None
    if len(name) <= LONGEST_GROUP_NAME and "\x00" not in name:
        group = Group.objects.filter(
            name__iexact=name, kind=GroupKind.USER_DEFINED, disabled=False
        ).first()
    if group is None:
        raise UnknownPrincipalError(shown)
    return group
