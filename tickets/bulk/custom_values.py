"""Values of custom fields on a ticket line.

They are history and taken as they are: a pattern or a list of values may have become
stricter since. What has a form of its own, such as a date, must have it.
"""

import base64
import binascii

from tickets import blobs
from tickets.bulk.directory import Directory, Field, Place
from tickets.bulk.fields import BadRecordError, Fields
from tickets.custom_values.cleaning import FieldValueError, read_value
from tickets.custom_values.entered import CleanValue, FileValue

FILE_FIELDS = ("filename", "content_type", "content_base64")


def custom_values(
    fields: Fields, place: Place, directory: Directory
) -> list[tuple[int, CleanValue]]:
    """Return field and value for each value of a ticket line.

    Raises:
        BadRecordError: no such field in the queue, or a value does not fit it.
    """
    found = []
    for name, entries in fields.entries_by_name("custom_fields").items():
        custom = directory.custom_field(name, queue=place)
        values = {
            value.key: value for each in entries if (value := _value(custom, each))
        }
        if custom.is_single and len(values) > 1:
            raise BadRecordError(f"custom field '{name}' takes one value")
        found += [(custom.pk, value) for value in values.values()]
    return found


def _value(custom: Field, entry: object) -> CleanValue | None:
    try:
        if isinstance(entry, str):
            return read_value(custom.definition, entry)
        return read_value(custom.definition, _file(entry))
    except FieldValueError as error:
        reason = " ".join(error.messages).rstrip(".")
        raise BadRecordError(f"custom field '{custom.name}': {reason}") from error


def _file(entry: object) -> FileValue:
    fields = Fields(entry, known=FILE_FIELDS)
    try:
        data = base64.b64decode(fields.text("content_base64"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRecordError(f"content_base64 is not base64 ({error})") from error
    return FileValue(
        blobs.store(data).sha256,
        fields.required("filename", longest=255),
        fields.line("content_type", longest=127) or "application/octet-stream",
    )
