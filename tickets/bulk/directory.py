"""Who and what exists, by name: what lines of a file refer to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from secrets import token_urlsafe

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.commands import AUTOCREATED, refresh_membership
from accounts.models import NOBODY, RT_SYSTEM, Group, GroupKind, User
from queues.addresses import own_addresses
from queues.lifecycles import Definition
from queues.models import CustomField, LookupType, Queue
from tickets.bulk.fields import BadRecordError
from tickets.bulk.tables import Ids, Row, Table

USERS_AT_ONCE = 2_000
USER_COLUMNS = (
    "id",
    "name",
    "email",
    "real_name",
    "is_privileged",
    "disabled",
    "password",
    "comments",
    "last_updated",
)
_GROUP = "group:"


@dataclass(frozen=True, slots=True)
class Place:
    """A queue and the lifecycle of its tickets."""

    pk: int
    name: str
    lifecycle: str
    rules: Definition


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field and where it applies; no queues means everywhere."""

    pk: int
    name: str
    is_single: bool
    queues: frozenset[int] | None
    definition: CustomField


@dataclass
class Directory:
    """Everything that can be named, in lower case, loaded once.

    New users wait here until ``write_users``; they have their ids at once. Memory
    grows with the number of people, not of tickets.
    """

    users: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    queues: dict[str, Place] = field(default_factory=dict)
    fields: dict[str, list[Field]] = field(default_factory=lambda: defaultdict(list))
    _waiting: list[Row] = field(default_factory=list)
    _own: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Load what is there."""
        self._ids = Ids(User, ahead=200)
        self._table = Table(User, *USER_COLUMNS)
        self._now = timezone.now()
        for pk, name, email in User.objects.values_list("pk", "name", "email"):
            self._remember(pk, name, email)
        self.system = self.users[RT_SYSTEM.lower()]
        self.nobody = self.users[NOBODY.lower()]
        self.reload()

    def reload(self) -> None:
        """Read groups, queues and custom fields again, after some were added."""
        self.groups = {
            name.lower(): pk
            for pk, name in Group.objects.filter(
                kind=GroupKind.USER_DEFINED
            ).values_list("pk", "name")
        }
        self.queues = {
            queue.name.lower(): Place(
                queue.pk, queue.name, queue.lifecycle.name, queue.lifecycle.rules
            )
            for queue in Queue.objects.select_related("lifecycle")
        }
        self.fields.clear()
        fields = CustomField.objects.filter(lookup_type=LookupType.TICKET)
        for each in fields.prefetch_related("queues", "choices").order_by("pk"):
            places = None if each.is_global else {q.pk for q in each.queues.all()}
            self.fields[each.name.lower()].append(
                Field(
                    each.pk,
                    each.name,
                    each.is_single,
                    None if places is None else frozenset(places),
                    each,
                )
            )
        self._own = own_addresses()

    def find_user(self, text: str) -> int | None:
        """Return the user of that address or name."""
        key = text.strip().lower()
        return self.addresses.get(key) or self.users.get(key)

    def user(self, text: str) -> int:
        """Return the user meant; an unknown address becomes an unprivileged user."""
        found = self.find_user(text)
        if found is not None:
            return found
        address = text.strip()
        try:
            validate_email(address)
        except ValidationError as error:
            raise BadRecordError(f"there is no user '{text}'") from error
        self._refuse_own(address)
        return self.add_user(address, email=address, comments=AUTOCREATED)

    def principal(self, text: str) -> tuple[int | None, int | None]:
        """Return the user or the group (``group:NAME``) meant, the other being None."""
        if text.lower().startswith(_GROUP):
            return None, self.group(text[len(_GROUP) :].strip())
        user = self.user(text)
        if user == self.nobody:
            raise BadRecordError(f"{NOBODY} cannot be a watcher")
        self._refuse_own(text.strip())
        return user, None

    def group(self, name: str) -> int:
        """Return the user-defined group of that name."""
        pk = self.groups.get(name.lower())
        if pk is None:
            raise BadRecordError(f"there is no group '{name}'")
        return pk

    def queue(self, name: str) -> Place:
        """Return the queue of that name."""
        place = self.queues.get(name.lower())
        if place is None:
            raise BadRecordError(f"there is no queue '{name}'")
        return place

    def custom_field(self, name: str, *, queue: Place) -> Field:
        """Return the custom field of that name that applies to tickets of a queue."""
        named = self.fields.get(name.lower(), [])
        for each in named:
            if each.queues is None or queue.pk in each.queues:
                return each
        if named:
            raise BadRecordError(
                f"custom field '{name}' does not apply to queue '{queue.name}'"
            )
        raise BadRecordError(f"there is no custom field '{name}'")

    def add_user(
        self,
        name: str,
        *,
        email: str = "",
        real_name: str = "",
        is_privileged: bool = False,
        disabled: bool = False,
        password: str = "",
        comments: str = "",
    ) -> int:
        """Take a new user in; the row is written later, together with others.

        ``password`` is the hash; without one no password will do.
        """
        pk = self._ids.draw()
        # As set_unusable_password() does, which takes a while over its random text.
        password = password or UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30)
        flags = (is_privileged, disabled)
        self._waiting.append(
            (pk, name, email, real_name, *flags, password, comments, self._now)
        )
        self._remember(pk, name, email)
        if len(self._waiting) >= USERS_AT_ONCE:
            self.write_users()
        return pk

    def write_users(self) -> None:
        """Write the users that wait, with their system groups."""
        if self._waiting:
            self._table.write(self._waiting)
            refresh_membership([row[0] for row in self._waiting])
            self._waiting.clear()

    def people(self, texts: Iterable[str]) -> list[tuple[int | None, int | None]]:
        """Return the users and groups meant, each once."""
        return list(dict.fromkeys(map(self.principal, texts)))

    def _remember(self, pk: int, name: str, email: str) -> None:
        self.users[name.lower()] = pk
        if email:
            self.addresses[email.lower()] = pk

    def _refuse_own(self, address: str) -> None:
        if address.lower() in self._own:
            raise BadRecordError(
                f"{address} is an address this help desk receives mail at"
            )
