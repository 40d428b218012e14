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
    LookupType,
    Queue,
)
from queues.patterns import PatternError, check_pattern
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
# Texts of a custom field that are copied as they are, with the most they hold.
CUSTOM_FIELD_TEXTS = {
    "description": 255,
    "render_type": 16,
    "pattern": 255,
    "entry_hint": 255,
    "validation_hint": 255,
    "canonicalizer": 16,
    "link_value_to": 255,
    "include_content_for_value": 255,
    "grouping": 64,
}
CUSTOM_FIELD_FIELDS = (
    *("name", "type", "lookup_type", "values", "queues", "max_values", "sort_order"),
    *("unique_values", "based_on", "default_value", "disabled", *CUSTOM_FIELD_TEXTS),
)
CHOICE_FIELDS = ("name", "description", "category", "sort_order")


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
        choices = _choices(fields)
        lookup_type = fields.line("lookup_type", longest=48) or LookupType.TICKET
        if CustomField.objects.filter(
            name__iexact=name, lookup_type=lookup_type
        ).exists():
            return
        field = CustomField(
            name=name,
            type=kind,
            lookup_type=lookup_type,
            is_global=is_global,
            max_values=fields.number("max_values", largest=32_767) or 0,
            sort_order=fields.number("sort_order") or 0,
            unique_values=fields.truth("unique_values"),
            based_on=_field_named(fields.line("based_on", longest=200), lookup_type),
            default_value=fields.text("default_value"),
            disabled=fields.truth("disabled"),
            **{
                each: fields.line(each, longest=longest)
                for each, longest in CUSTOM_FIELD_TEXTS.items()
            },
        )
        _check(field)
        _check_pattern(field)
        field.save(force_insert=True)
        field.queues.set(queues)
        for choice in choices:
            choice.field = field
            _check(choice)
            choice.save(force_insert=True)
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


def _choices(fields: Fields) -> list[CustomFieldChoice]:
    """Return the values offered, given as names or as objects, each once."""
    found: dict[str, CustomFieldChoice] = {}
    for place, each in enumerate(fields.objects("values")):
        given = Fields(
            {"name": each} if isinstance(each, str) else each, known=CHOICE_FIELDS
        )
        order = given.number("sort_order")
        name = given.required("name", longest=255)
        row = CustomFieldChoice(
            name=name,
            description=given.line("description", longest=255),
            category=given.line("category", longest=255),
            sort_order=place if order is None else order,
        )
        found.setdefault(name, row)
    return list(found.values())


def _field_named(name: str, lookup_type: str) -> CustomField | None:
    if not name:
        return None
    named = CustomField.objects.filter(name__iexact=name, lookup_type=lookup_type)
    field = named.order_by("id").first()
    if field is None:
        raise BadRecordError(f"there is no custom field '{name}' to be based on")
    return field


def _check_pattern(field: CustomField) -> None:
    try:
        check_pattern(field.pattern)
    except PatternError as error:
        raise BadRecordError(f"pattern: {error}".rstrip(".")) from error


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
