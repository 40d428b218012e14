"""From what somebody typed to what is stored, by the type of the field."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from queues.models import CustomField
from queues.models.custom_fields import Canonicalizer
from queues.patterns import PatternError, hint_of, matches
from tickets.custom_values.addresses import canonical_address, canonical_range
from tickets.custom_values.entered import CleanValue, Entered, FileValue
from tickets.messages import bare_filename, one_line, storable
from tickets.sanitize import clean as clean_html
from tickets.search.dates import Calendar, DateError, parse_date

LONGEST_TEXT = 1_000_000
LONGEST_LINE = 10_000
# What a browser shows as a picture by itself, without a script in it.
IMAGE_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
CASES: dict[str, Callable[[str], str]] = {
    Canonicalizer.LOWERCASE: str.lower,
    Canonicalizer.UPPERCASE: str.upper,
}


class FieldValueError(ValidationError):
    """A value does not fit its field."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="custom_field")


class CustomFieldsError(ValidationError):
    """Something is wrong with custom fields: messages by key of the field."""


class FieldProblems:
    """What is wrong, by field; raised or noted once everything has been looked at."""

    def __init__(self) -> None:
        self._found: dict[CustomField, list[str]] = defaultdict(list)

    def add(self, field: CustomField, message: str) -> None:
        """Say what is wrong with a field."""
        self._found[field].append(message)

    @contextmanager
    def of(self, field: CustomField) -> Iterator[None]:
        """Take what is raised inside as wrong with a field, and go on."""
        try:
            yield
        except FieldValueError as error:
            self._found[field] += error.messages

    @property
    def field_ids(self) -> set[int]:
        """The fields something is wrong with."""
        return {field.pk for field in self._found}

    def settle(self, *, notes: list[str] | None = None) -> None:
        """Raise what was found by key of the field or, given notes, note it.

        Raises:
            CustomFieldsError: the messages by key of the field.
        """
        if notes is not None:
            for field, messages in self._found.items():
                notes += [f"{field.name}: {message}" for message in messages]
        elif self._found:
            raise CustomFieldsError(
                {field.key: list(found) for field, found in self._found.items()}
            )


def clean_value(field: CustomField, entered: Entered) -> CleanValue | None:
    """Return a value as it is stored, or None for an empty one.

    Reads the field's choices, which are to be prefetched. Dates are read in the
    current time zone.

    Raises:
        FieldValueError: why it is no value of this field.
    """
    if isinstance(entered, FileValue):
        return _file(field, entered)
    if field.holds_files:
        raise FieldValueError("A file is to be uploaded.")
    text = _trimmed(field, entered)
    if not text:
        return None
    text = CASES.get(field.canonicalizer, str)(text)
    check_pattern_of(field, text)
    reader = READERS.get(field.kind)
    return CleanValue(reader(field, text) if reader else text)


def read_value(field: CustomField, entered: Entered) -> CleanValue | None:
    """Return a value from another system, or None for an empty one.

    What is not listed or does not match is taken as it is; what has no form for the
    type of the field is not.

    Raises:
        FieldValueError: it cannot be a value of such a field.
    """
    if isinstance(entered, FileValue) or field.holds_files:
        return clean_value(field, entered)
    if not entered:
        return None
    reader = READERS.get("Combobox" if field.kind == "Select" else field.kind)
    return CleanValue(reader(field, entered) if reader else entered)


def clean_values(field: CustomField, entered: Iterable[Entered]) -> list[CleanValue]:
    """Return values as they are stored, each once, the newest a field has room for."""
    found = (clean_value(field, each) for each in entered)
    return limited(field, [value for value in found if value is not None])


def limited(field: CustomField, values: Iterable[CleanValue]) -> list[CleanValue]:
    """Return each value once, and the newest that a field has room for."""
    found = {value.key: value for value in reversed(list(values))}
    newest = list(found.values())
    return (newest[: field.limit] if field.limit else newest)[::-1]


def category_of(field: CustomField, text: str) -> str:
    """Return the category of a listed value, or nothing."""
    for choice in field.choices.all():
        if choice.name.casefold() == text.casefold():
            return choice.category
    return ""


def is_mandatory(field: CustomField) -> bool:
    """Say whether forms insist on a value: the pattern does not match an empty one."""
    try:
        return bool(field.pattern) and not matches(field.pattern, "")
    except PatternError:
        return False


def pattern_message(field: CustomField) -> str:
    """Return what people are told when a value does not match."""
    return field.validation_hint or f"Input must match [{hint_of(field.pattern)}]"


def check_pattern_of(field: CustomField, text: str) -> None:
    """Refuse what does not match the field's pattern."""
    if not field.pattern:
        return
    try:
        is_match = matches(field.pattern, text)
    except PatternError as error:
        raise FieldValueError("The pattern of this field is broken.") from error
    if not is_match:
        raise FieldValueError(pattern_message(field))


def entered_default(field: CustomField) -> tuple[str, ...]:
    """Return the default values where the field was read for."""
    text = field.default_here.replace("\r\n", "\n").strip()
    if not text:
        return ()
    if field.is_single:
        return (text,)
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _trimmed(field: CustomField, text: str) -> str:
    longest = LONGEST_TEXT if field.is_long else LONGEST_LINE
    if len(text) > longest:
        raise FieldValueError(f"At most {longest:,} characters.")
    if not field.is_long:
        return one_line(text)
    text = storable(text).replace("\r\n", "\n")
    return text if text.strip() else ""


def _file(field: CustomField, file: FileValue) -> CleanValue:
    if not field.holds_files:
        raise FieldValueError("This field takes no files.")
    content_type = file.content_type.lower()[:127]
    if field.kind == "Image" and content_type not in IMAGE_TYPES:
        raise FieldValueError("A picture is a GIF, JPEG, PNG or WebP file.")
    name = bare_filename(file.filename)[:255] or "file"
    return CleanValue(name, content_type or "application/octet-stream", file.sha256)


def _choice(field: CustomField, text: str) -> str:
    """Return a listed value as it is listed."""
    for choice in field.choices.all():
        if choice.name.casefold() == text.casefold():
            return choice.name
    raise FieldValueError(f"'{text[:60]}' is not one of the values.")


def _listed_or_free(field: CustomField, text: str) -> str:
    for choice in field.choices.all():
        if choice.name.casefold() == text.casefold():
            return choice.name
    return text


def _html(field: CustomField, text: str) -> str:
    safe = clean_html(text)
    if safe.withheld:
        raise FieldValueError("This HTML could not be made safe.")
    return safe.html


def _date(field: CustomField, text: str) -> str:
    return f"{_moment(text).astimezone(timezone.get_current_timezone()):%Y-%m-%d}"


def _datetime(field: CustomField, text: str) -> str:
    return f"{_moment(text).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _moment(text: str) -> datetime:
    zone = timezone.get_current_timezone()
    try:
        return parse_date(text, calendar=Calendar(now=timezone.now(), zone=zone))
    except DateError as error:
        raise FieldValueError(f"'{text[:60]}' is not a date.") from error


def _address(field: CustomField, text: str) -> str:
    found = canonical_address(text)
    if found is None:
        raise FieldValueError(f"'{text[:60]}' is not an IP address.")
    return found


def _range(field: CustomField, text: str) -> str:
    found = canonical_range(text)
    if found is None:
        raise FieldValueError(
            f"'{text[:60]}' is not an IP address range such as 10.0.0.0/8 or a-b."
        )
    return found


READERS: dict[str, Callable[[CustomField, str], str]] = {
    "Select": _choice,
    "Combobox": _listed_or_free,
    "Autocomplete": _listed_or_free,
    "HTML": _html,
    "Date": _date,
    "DateTime": _datetime,
    "IPAddress": _address,
    "IPAddressRange": _range,
}
