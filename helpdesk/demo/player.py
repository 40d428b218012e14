"""Puts the example site into the database."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Group, User
from accounts.rights import Right
from helpdesk.demo.at_hand import BOOKMARKS
from helpdesk.demo.people import (
    GROUPS,
    LEADS,
    NETWORK_OPERATIONS,
    QUEUES,
    SERVICE_DESK,
    STAFF,
)
from helpdesk.demo.script import lines, numbers
from queues.models import Queue, QueueWatcher
from queues.right_sets import (
    let_anyone_write,
    let_requestors_see_their_own,
    let_staff_do_the_rest,
)
from queues.rights import grant
from tickets.bulk import Report, import_lines
from tickets.commands import set_bookmark
from tickets.models import Ticket

FIRST_NUMBER = 1001


def is_there() -> bool:
    """Say whether the example site is in this database."""
    return (
        Group.objects.filter(name=NETWORK_OPERATIONS).exists()
        and User.objects.filter(name=STAFF[0].name).exists()
    )


@transaction.atomic
def play(*, password: str) -> Report:
    """Write the example site; everybody of the staff gets the password."""
    highest = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
    numbered = numbers(first=max(highest + 1, FIRST_NUMBER))
    now = timezone.now()
    report = import_lines(
        lines(now=now, password_hash=make_password(password), numbered=numbered)
    )
    _grant_rights()
    staff = {user.name: user for user in User.objects.filter(is_privileged=True)}
    for name, keys in BOOKMARKS.items():
        for ticket in Ticket.objects.filter(pk__in=[numbered[key] for key in keys]):
            set_bookmark(ticket, actor=staff[name], on=True)
    return report


def _grant_rights() -> None:
    groups = {group.name: group for group in Group.objects.filter(name__in=GROUPS)}
    queues = {queue.name: queue for queue in Queue.objects.all()}
    for place in QUEUES:
        queue = queues[place.name]
        let_anyone_write(queue)
        let_requestors_see_their_own(queue)
        for name in place.groups:
            let_staff_do_the_rest(queue, group=groups[name])
        first = SERVICE_DESK if SERVICE_DESK in place.groups else place.groups[0]
        QueueWatcher.objects.get_or_create(
            queue=queue, role="AdminCc", group=groups[first], user=None
        )
        for name in LEADS:
            grant(User.objects.get(name=name), Right.REASSIGN_TICKET, queue=queue)
