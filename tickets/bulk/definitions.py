"""Lines that define something: queues, users, groups, custom fields.

What exists by its name is left as it is.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import identify_hasher, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.commands import add_member, create_group, refresh_membership
from accounts.models import Group, Membership
from accounts.rights import Right, right_named
from queues.models import (
    CustomField,
    CustomFieldChoice,
    CustomFieldType,
    Lifecycle,
    Queue,
)
from queues.rights import grant
from tickets.bulk.directory import Directory
from tickets.bulk.fields import BadRecordError, Fields

QUEUE_FIELDS = (
    "name",
    "description",
    "correspond_address",
    "comment_address",
    "subject_tag",
    "lifecycle",
    "disabled",
)
USER_FIELDS = (
    "name",
    "email",
    "real_name",
    "privileged",
    "disabled",
    "password",
    "password_hash",
)
GROUP_FIELDS = ("name", "members", "rights", "queue_rights")
CUSTOM_FIELD_FIELDS = ("name", "type", "values", "queues")


class Definitions:
    """Writes what such lines define."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._hashes: dict[str, str] = {}

    def queue(self, data: dict[str, Any]) -> None:
        """Create a queue."""
        fields = Fields(data, known=QUEUE_FIELDS)
        name = fields.required("name", longest=200)
        if name.lower() in self._directory.queues:
            return
        lifecycle_name = fields.line("lifecycle", longest=64) or "default"
        lifecycle = Lifecycle.objects.filter(name=lifecycle_name).first()
        if lifecycle is None:
            raise BadRecordError(f"there is no lifecycle '{lifecycle_name}'")
        queue = Queue(
            name=name,
            description=fields.line("description", longest=255),
            correspond_address=fields.line("correspond_address", longest=254),
            comment_address=fields.line("comment_address", longest=254),
            subject_tag=fields.line("subject_tag", longest=120),
            lifecycle=lifecycle,
            disabled=fields.truth("disabled"),
        )
        _check(queue)
        queue.save(force_insert=True)
        self._directory.reload()

    def user(self, data: dict[str, Any]) -> None:
        """Take a user in; the row is written with others."""
        fields = Fields(data, known=USER_FIELDS)
        name = fields.required("name", longest=200)
        if name.lower() in self._directory.users:
            return
        email = fields.line("email", longest=254)
        if email:
            self._check_address(email)
        self._directory.add_user(
            name,
            email=email,
            real_name=fields.line("real_name", longest=200),
            is_privileged=fields.truth("privileged"),
            disabled=fields.truth("disabled"),
            password=self._password(fields),
        )

    def group(self, data: dict[str, Any]) -> None:
        """Create a group if need be; add members and grants."""
        fields = Fields(data, known=GROUP_FIELDS)
        name = fields.required("name", longest=150)
        rights = _rights(fields.names("rights"))
        queue_rights = [
            (self._directory.queue(queue), _rights(names))
            for queue, names in fields.names_by_name("queue_rights").items()
        ]
        group = Group.objects.filter(name__iexact=name).first()
        try:
            group = group or create_group(name)
            self._add_members(group, fields.names("members"))
            for right in rights:
                grant(group, right)
            for place, granted in queue_rights:
                queue = Queue.objects.get(pk=place.pk)
                for right in granted:
                    grant(group, right, queue=queue)
        except ValidationError as error:
            raise BadRecordError(" ".join(error.messages)) from error
        except ValueError as error:
            raise BadRecordError(str(error)) from error
        self._directory.reload()

    def custom_field(self, data: dict[str, Any]) -> None:
        """Create a custom field with its choices."""
        fields = Fields(data, known=CUSTOM_FIELD_FIELDS)
        name = fields.required("name", longest=200)
        kind = fields.required("type", longest=32)
        if kind not in CustomFieldType.values:
            raise BadRecordError(f"there is no type of custom field '{kind}'")
        is_global = not fields.has("queues")
        queues = [self._directory.queue(each).pk for each in fields.names("queues")]
        choices = list(dict.fromkeys(fields.names("values")))
        if name.lower() in self._directory.fields:
            return
        field = CustomField(name=name, type=kind, is_global=is_global)
        _check(field)
        field.save(force_insert=True)
        field.queues.set(queues)
        for place, choice in enumerate(choices):
            row = CustomFieldChoice(field=field, name=choice, sort_order=place)
            _check(row)
            row.save(force_insert=True)
        self._directory.reload()

    def _add_members(self, group: Group, names: Iterable[str]) -> None:
        users: set[int] = set()
        for name in names:
            user = self._directory.find_user(name)
            if user is not None:
                users.add(user)
            else:
                add_member(group, Group.objects.get(pk=self._directory.group(name)))
        if users and not group.is_user_defined:
            raise BadRecordError(f"'{group.name}' has no members of its own")
        Membership.objects.bulk_create(
            [Membership(group=group, user_id=pk) for pk in sorted(users)],
            batch_size=2_000,
            ignore_conflicts=True,
        )
        refresh_membership(users)

    def _check_address(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise BadRecordError(f"'{email}' is no e-mail address") from error
        if email.lower() in self._directory.addresses:
            raise BadRecordError(f"the address {email} is another user's already")

    def _password(self, fields: Fields) -> str:
        """Return the hash to store; equal plain passwords are hashed once."""
        stored = fields.text("password_hash", longest=128)
        plain = fields.text("password")
        if stored and plain:
            raise BadRecordError("password and password_hash are both given")
        if stored:
            try:
                identify_hasher(stored)
            except ValueError as error:
                raise BadRecordError("password_hash is of no known form") from error
            return stored
        if not plain:
            return ""
        if plain not in self._hashes:
            self._hashes[plain] = make_password(plain)
        return self._hashes[plain]


def _rights(names: Iterable[str]) -> list[Right]:
    try:
        return list(dict.fromkeys(map(right_named, names)))
    except ValueError as error:
        raise BadRecordError(str(error).rstrip(".")) from error


def _check(row: Queue | CustomField | CustomFieldChoice) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [
            f"{name}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise BadRecordError(" ".join(problems).rstrip(".")) from error
