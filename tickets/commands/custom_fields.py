"""Values of custom fields."""

import re
from collections.abc import Iterable

from accounts.rights import Right
from queues.models import CustomField
from tickets.commands._record import Held
from tickets.models import CustomFieldValue

SHORT = 255


def insert_values(
    held: Held,
    values: Iterable[tuple[CustomField, tuple[str, ...]]],
    notes: list[str],
) -> None:
    """Write the values a ticket is created with; note those that cannot be.

    Needs SetInitialCustomField or ModifyCustomField. Nothing is recorded: they belong
    to the Create transaction.
    """
    for field, contents in values:
        contents = tuple(text for text in contents if text)
        if not contents:
            continue
        if not held.rights.has_any(
            (Right.SET_INITIAL_CUSTOM_FIELD, Right.MODIFY_CUSTOM_FIELD)
        ):
            notes.append(f"You may not set {field.name}.")
            continue
        if field.is_single:
            contents = contents[:1]
        for text in contents:
            if field.pattern and not re.search(field.pattern, text):
                notes.append(f"{field.name}: '{text}' does not match its pattern.")
                continue
            CustomFieldValue.objects.create(
                ticket=held.ticket,
                field=field,
                content=text if len(text) <= SHORT else "",
                large_content="" if len(text) <= SHORT else text,
                creator=held.actor,
                created=held.now,
            )
