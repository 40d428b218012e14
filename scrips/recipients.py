"""Who gets a notification: gathered by role, promoted, filtered, each once.

The order of the steps and who each filter spares are RT's; every address left out is
kept with the reason.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from accounts.models import RoleName, User
from scrips.context import ScripContext

OTHER_RECIPIENTS = "OtherRecipients"
EVERYONE = "All"
ALWAYS_NOTIFY_ACTOR = "AlwaysNotifyActor"
NEVER_NOTIFY_ACTOR = "NeverNotifyActor"


@dataclass
class Recipients:
    """Addresses by header, and those left out with the rule that did it."""

    to: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    bcc: list[str] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.to or self.cc or self.bcc)

    def keep(self, test: Callable[[str], bool], *, reason: str) -> None:
        """Drop the addresses that fail a test, noting why."""
        for header in (self.to, self.cc, self.bcc):
            for address in list(header):
                if not test(address):
                    header.remove(address)
                    self.dropped[address] = reason


def words(argument: str) -> set[str]:
    """Split an action's argument, ``Owner, AdminCc``, into its words."""
    found = {word.strip() for word in argument.replace(" ", ",").split(",")} - {""}
    if EVERYONE in found:
        found |= {role.value for role in RoleName}
    return found


def recipients(context: ScripContext, argument: str) -> Recipients:
    """Return who is to be notified of a transaction."""
    wanted = words(argument)
    gathered = _gather(context, wanted)
    for header in (gathered.to, gathered.cc, gathered.bcc):
        header[:] = _once(header)
    _filter_normal(context, gathered, wanted)
    if OTHER_RECIPIENTS in wanted:
        gathered.cc = _once([*gathered.cc, *context.addresses_in("RT-Send-CC")])
        gathered.bcc = _once([*gathered.bcc, *context.addresses_in("RT-Send-BCC")])
    ours = context.own_addresses
    gathered.keep(lambda a: a.lower() not in ours, reason="an address of our own")
    return gathered


def _gather(context: ScripContext, wanted: set[str]) -> Recipients:
    found = Recipients()
    if RoleName.REQUESTOR in wanted:
        found.to += _addresses(context.requestors)
    if RoleName.CC in wanted:
        found.cc += _addresses(context.people.get(RoleName.CC, ()))
        of_queue = _addresses(context.queue_people.get(RoleName.CC, ()))
        (found.cc if found.to else found.to).extend(of_queue)
    if RoleName.OWNER in wanted and context.owner and not context.owner.disabled:
        (found.bcc if found.to else found.to).extend(_addresses([context.owner]))
    if RoleName.ADMIN_CC in wanted:
        found.bcc += _addresses(context.people.get(RoleName.ADMIN_CC, ()))
        found.bcc += _addresses(context.queue_people.get(RoleName.ADMIN_CC, ()))
    return found


def _filter_normal(context: ScripContext, found: Recipients, wanted: set[str]) -> None:
    """Apply the filters that one-time recipients are spared."""
    actor = context.actor.email.lower()
    if ALWAYS_NOTIFY_ACTOR not in wanted:
        found.keep(lambda a: a.lower() != actor, reason="did it")
    if context.is_auto_generated:
        staff = {
            user.email.lower() for user in _everybody(context) if user.is_privileged
        }
        found.keep(
            lambda a: a.lower() in staff,
            reason="auto-generated mail goes to staff only",
        )
    senders = {a.lower() for a in context.addresses_in("RT-Squelch-Replies-To")}
    found.keep(lambda a: a.lower() not in senders, reason="sent the automatic mail")
    once = {a.lower() for a in context.addresses_in("RT-Squelch-Recipients")}
    found.keep(lambda a: a.lower() not in once, reason="left out of this message")
    never = {address.lower() for address in context.ticket.squelched}
    found.keep(lambda a: a.lower() not in never, reason="left out of this ticket")


def _everybody(context: ScripContext) -> Iterable[User]:
    for people in (context.people, context.queue_people):
        for users in people.values():
            yield from users
    if context.owner is not None:
        yield context.owner


def _addresses(users: Iterable[User]) -> list[str]:
    return [user.email for user in users if user.email]


def _once(addresses: Iterable[str]) -> list[str]:
    first: dict[str, str] = {}
    for address in addresses:
        first.setdefault(address.lower(), address)
    return list(first.values())
