"""What the set-up page does: a working help desk in one database transaction."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.commands import add_member, create_group, create_user
from accounts.models import Group, GroupKind, RoleName, User
from accounts.profile import Profile, set_profile
from queues.addresses import comment_address, correspond_address
from queues.defaults import DEFAULT_LIFECYCLE, GENERAL
from queues.models import Lifecycle, Queue, QueueWatcher
from queues.right_sets import (
    let_anyone_write,
    let_requestors_see_their_own,
    let_staff_do_the_rest,
)
from queues.rights import rights_of
from queues.site import note_set_up

# Without letters and digits that look alike: people read these out.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_LENGTH = 14


@dataclass(frozen=True, slots=True)
class NewQueue:
    """A queue to create."""

    name: str
    description: str = ""
    correspond_address: str = ""
    comment_address: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A user to create."""

    name: str
    email: str = ""
    real_name: str = ""
    is_staff: bool = True


@dataclass(frozen=True, slots=True)
class WhoMayWhat:
    """The ready-made right sets that were chosen."""

    anyone_writes: bool = True
    requestors_see_their_own: bool = True
    staff_does_the_rest: bool = True
    staff_gets_mail: bool = True
    includes_general: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was chosen on the set-up page."""

    organization: str
    real_name: str
    email: str
    staff_group: str = "Staff"
    joins_staff: bool = True
    queues: Sequence[NewQueue] = ()
    people: Sequence[NewPerson] = ()
    rights: WhoMayWhat = field(default_factory=WhoMayWhat)


@dataclass(frozen=True, slots=True)
class Account:
    """A user that was created and the password to hand over; kept nowhere."""

    user: User
    password: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was set up."""

    group: Group
    queues: list[Queue]
    accounts: list[Account]


@dataclass(frozen=True, slots=True)
class Aliases:
    """The two lines of a mail server's alias file that bring a queue its mail."""

    queue: Queue
    lines: tuple[str, str]


@transaction.atomic
def set_up(plan: Plan, *, actor: User) -> Done:
    """Do all of the plan or nothing; what exists already is kept.

    Raises:
        PermissionDenied: the actor is no superuser.
        ValidationError: a name or an address is taken.
    """
    if not rights_of(actor).is_superuser:
        raise PermissionDenied("Setting up the site is for superusers.")
    _introduce(actor, plan)
    group = _staff_group(plan.staff_group)
    accounts = [_create_person(person, group) for person in plan.people]
    if plan.joins_staff:
        add_member(group, actor)
    queues = [_create_queue(new) for new in plan.queues]
    for queue in [*queues, *_general(plan.rights)]:
        _open(queue, plan.rights, group)
    note_set_up(organization=plan.organization)
    return Done(group, queues, accounts)


def aliases(queues: Sequence[Queue]) -> list[Aliases]:
    """Return what to put into the mail server's alias file, queue by queue."""
    return [
        Aliases(
            queue,
            (
                _alias(queue, correspond_address(queue), "correspond"),
                _alias(queue, comment_address(queue), "comment"),
            ),
        )
        for queue in queues
    ]


def _introduce(user: User, plan: Plan) -> None:
    profile = Profile(
        real_name=user.real_name,
        email=user.email,
        timezone=user.timezone,
        signature=user.signature,
        theme=user.theme,
    )
    profile = replace(profile, real_name=plan.real_name, email=plan.email)
    set_profile(user, profile=profile)


def _staff_group(name: str) -> Group:
    found = Group.objects.filter(name__iexact=name, kind=GroupKind.USER_DEFINED)
    return found.first() or create_group(name, description="Works on tickets")


def _create_person(person: NewPerson, group: Group) -> Account:
    password = get_random_string(PASSWORD_LENGTH, PASSWORD_LETTERS)
    user = create_user(
        person.name,
        email=person.email,
        real_name=person.real_name,
        is_privileged=person.is_staff,
        password=password,
    )
    user.must_change_password = True
    user.save(update_fields=["must_change_password", "last_updated"])
    if person.is_staff:
        add_member(group, user)
    return Account(user, password)


def _create_queue(new: NewQueue) -> Queue:
    queue = Queue(
        name=new.name,
        description=new.description,
        correspond_address=new.correspond_address,
        comment_address=new.comment_address,
        lifecycle=Lifecycle.objects.get(name=DEFAULT_LIFECYCLE),
    )
    queue.full_clean()
    queue.save(force_insert=True)
    return queue


def _general(rights: WhoMayWhat) -> list[Queue]:
    if not rights.includes_general:
        return []
    return list(Queue.objects.filter(name=GENERAL, disabled=False))


def _open(queue: Queue, rights: WhoMayWhat, group: Group) -> None:
    """Apply the chosen right sets to a queue."""
    if rights.anyone_writes:
        let_anyone_write(queue)
    if rights.requestors_see_their_own:
        let_requestors_see_their_own(queue)
    if rights.staff_does_the_rest:
        let_staff_do_the_rest(queue, group=group)
    if rights.staff_gets_mail:
        QueueWatcher.objects.get_or_create(
            queue=queue, role=RoleName.ADMIN_CC, group=group
        )


def _alias(queue: Queue, address: str, action: str) -> str:
    command = shlex.join(
        [
            "/usr/bin/rt-mailgate",
            "--queue",
            queue.name,
            "--action",
            action,
            "--url",
            settings.WEB_URL,
        ]
    )
    quoted = command.replace("\\", "\\\\").replace('"', '\\"')
    return f'{address.partition("@")[0]}: "|{quoted}"'
