"""Finding a column by any name that RT has for it."""

from functools import cache

from tickets.columns import people, plain, related
from tickets.columns.kinds import Column
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError, nearest
from tickets.search.parser import field_name

ALIASES = {
    "queue": "QueueName",
    "owner": "OwnerName",
    "creator": "CreatedBy",
    "requestor": "Requestors",
    "lastcontact": "Told",
    "lastcontactrelative": "ToldRelative",
    "ticket": "id",
    "parent": "Parents",
    "child": "Children",
    "member": "Members",
    "dependentonby": "DependedOnBy",
    "dependenton": "DependedOnBy",
}
# RT's names of the login name of people: the part that is shown.
NAME_PART = "Name"


@cache
def plain_columns() -> dict[str, Column]:
    """Every column that is the same on all sites, by name in RT's order."""
    found = [*plain.columns(), *people.columns(), *related.columns()]
    return {column.name: column for column in found}


@cache
def _by_folded_name() -> dict[str, Column]:
    named = {name.lower(): column for name, column in plain_columns().items()}
    return named | {alias: named[name.lower()] for alias, name in ALIASES.items()}


def find(name: str, *, context: Context) -> Column | None:
    """Return the column of a name, in any case, or None.

    A custom field the reader may see nowhere is as unknown as one there is not. Costs a
    query for the first custom field of a search.
    """
    known = _by_folded_name().get(name.strip().lower())
    if known is not None:
        return known
    try:
        parts = field_name(name).parts
    except TicketSQLError:
        return None
    if len(parts) == 2:
        found = people.part_column(*parts) or related.link_part(*parts)
        if found is not None:
            return found
    return related.custom_column(parts, context)


def suggestion(name: str, *, context: Context) -> str:
    """Return the known name that looks most like an unknown one, or nothing."""
    if name.lower().startswith(("cf", "custom")):
        fields = {field.name for field in context.custom_fields}
        near = nearest(field_name(name).parts[-1], known=fields)
        return f"CustomField.{{{near}}}" if near else ""
    return nearest(name, known=plain_columns())
