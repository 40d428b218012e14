"""Whom a dashboard is mailed to, and with whose rights each mail is made."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Group, User
from scrips.models import DashboardSubscription, RunAs
from tickets.people import addresses, principal

MOST_RECIPIENTS = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address, the name that goes with it, and who reads there, if that is known."""

    address: str
    name: str = ""
    user: User | None = None


@dataclass(frozen=True)
class Named:
    """Recipients as they are stored: users, groups and bare addresses."""

    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    addresses: tuple[str, ...] = ()


def named(texts: Iterable[str]) -> Named:
    """Return who is meant by what was typed; nobody is made a user by that.

    Raises:
        ValidationError: a name nobody has, or what is no address, or is one of ours.
    """
    users: dict[int, User] = {}
    groups: dict[int, Group] = {}
    bare: list[str] = []
    for text in texts:
        if text.lower().startswith("group:"):
            group = principal(text)
            groups[group.pk] = group  # type: ignore[assignment]  # as it was asked for
            continue
        (address,) = addresses([text])
        user = User.objects.by_name_or_email(address)
        if user is not None:
            users[user.pk] = user
        elif address not in bare:
            bare.append(address)
    return Named(tuple(users.values()), tuple(groups.values()), tuple(bare))


def typed(subscription: DashboardSubscription) -> str:
    """Return the stored recipients as one would type them. Two queries."""
    entries = [user.email or user.name for user in _users(subscription)]
    groups = subscription.to_groups.order_by("name", "pk")
    entries += [f"group:{group.name}" for group in groups]
    return ", ".join([*entries, *subscription.to_addresses])


def recipients_of(subscription: DashboardSubscription) -> list[Recipient]:
    """Return everybody who gets a mail, each address once. At most three queries.

    With nobody named it is the subscriber. Disabled users and groups are left out, and
    with each recipient's rights also addresses that belong to nobody.
    """
    people = list(_users(subscription))
    members = User.objects.filter(
        groups__in=subscription.to_groups.filter(disabled=False).values("pk")
    )
    people += members.order_by("name", "pk").distinct()
    found = [
        Recipient(user.email, user.display_name, user)
        for user in people
        if user.email and not user.disabled
    ]
    if subscription.run_as == RunAs.SUBSCRIBER:
        found += [Recipient(address) for address in subscription.to_addresses]
    else:
        found += _known(subscription.to_addresses)
    if not (found or _names_somebody(subscription)) and subscription.user.email:
        user = subscription.user
        found = [Recipient(user.email, user.display_name, user)]
    by_address = {each.address.lower(): each for each in reversed(found)}
    once = {each.address.lower(): each for each in found}
    return [by_address[address] for address in once][:MOST_RECIPIENTS]


def _users(subscription: DashboardSubscription) -> Iterable[User]:
    return subscription.to_users.order_by("name", "pk")


def _known(texts: Iterable[str]) -> list[Recipient]:
    """Return the bare addresses that have become somebody's meanwhile."""
    people = (User.objects.by_name_or_email(text) for text in texts)
    return [
        Recipient(user.email, user.display_name, user)
        for user in people
        if user is not None and user.email and not user.disabled
    ]


def _names_somebody(subscription: DashboardSubscription) -> bool:
    return (
        bool(subscription.to_addresses)
        or subscription.to_users.exists()
        or subscription.to_groups.exists()
    )
