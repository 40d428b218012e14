"""Actions that change the ticket itself."""

import re

from django.conf import settings

from accounts.models import User
from queues.models import Queue
from scrips.actions.base import Action, Commit, NothingToDoError
from scrips.context import ScripContext
from scrips.models import Scrip
from tickets.commands import set_properties, set_status

_TAG = re.compile(r"\[[^\[\]\r\n#]{1,120} #\d{1,15}\]")


def _open_inactive(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
    """Move a ticket that is new or closed to the first active status it can reach."""
    rules = context.queue.lifecycle.rules
    status = context.ticket.status
    if "no-autoopen" in context.header("RT-Control").lower():
        raise NothingToDoError("The message asks not to open the ticket.")
    if context.is_auto_generated and rules.is_inactive(status):
        raise NothingToDoError("Auto-generated mail does not reopen a ticket.")
    if status in rules.active:
        raise NothingToDoError(f"The ticket is active: {status}.")
    target = rules.first_active_from(status)
    if target is None:
        raise NothingToDoError(f"No active status can follow {status}.")

    def commit() -> str:
        set_status(context.ticket, actor=User.objects.system(), status=target)
        return f"{status} → {target}"

    return commit


def _extract_subject_tag(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
    """Keep other trackers' tags in our subject, so that they recognise our answers."""
    subject = context.header("Subject")
    foreign = [
        tag
        for tag in _TAG.findall(subject)
        if tag.lower() not in context.ticket.subject.lower() and not _is_ours(tag)
    ]
    if not foreign:
        raise NothingToDoError("The subject has no tag of another tracker.")

    def commit() -> str:
        tagged = " ".join([context.ticket.subject, *foreign])
        set_properties(context.ticket, actor=User.objects.system(), subject=tagged)
        return f"Added {', '.join(foreign)}"

    return commit


def _is_ours(tag: str) -> bool:
    name = tag[1:].rpartition(" #")[0].removeprefix("http://").removeprefix("https://")
    if name.lower() == settings.RTNAME.lower():
        return True
    return Queue.objects.filter(subject_tag__iexact=name).exists()


ACTIONS = (
    Action("Open Inactive Tickets", _open_inactive),
    Action("Extract Subject Tag", _extract_subject_tag),
)
