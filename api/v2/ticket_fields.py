"""The fields of tickets, for one or a page of them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from accounts.models import User
from accounts.rights import Right
from api.v2.people import expanded_user, queue_fields, user_columns
from api.v2.records import Json, iso, principal_reference, reference, url
from api.v2.wanted import Wanted
from queues.models import CustomField, CustomFieldPlace
from tickets.models import CustomFieldValue, Ticket, TicketWatcher
from tickets.models.querysets import TicketQuerySet

# Name -> the column and how its value is written: numbers and dates are text.
COLUMNS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "id": ("id", int),
    "Type": ("type", str),
    "Subject": ("subject", str),
    "Status": ("status", str),
    "Priority": ("priority", str),
    "InitialPriority": ("initial_priority", str),
    "FinalPriority": ("final_priority", str),
    "TimeEstimated": ("time_estimated", str),
    "TimeWorked": ("time_worked", str),
    "TimeLeft": ("time_left", str),
    "SLA": ("sla", str),
    "Created": ("created", iso),
    "LastUpdated": ("last_updated", iso),
    "Starts": ("starts", iso),
    "Started": ("started", iso),
    "Due": ("due", iso),
    "Resolved": ("resolved", iso),
    "Told": ("told", iso),
}
ROLES = ("Requestor", "Cc", "AdminCc")
PEOPLE = {"Owner": "owner", "Creator": "creator", "LastUpdatedBy": "last_updated_by"}


def loaded_for(tickets: TicketQuerySet, wanted: Wanted) -> TicketQuerySet:
    """Load of the tickets, and with them, what the wanted fields need, no more."""
    columns = {COLUMNS[name][0] for name in wanted.names if name in COLUMNS}
    columns |= {"id", "queue_id", "merged_into_id"}
    joins = {path for name, path in PEOPLE.items() if wanted.mentions(name)}
    for name, path in PEOPLE.items():
        if path in joins:
            columns |= {f"{path}__{column}" for column in user_columns(wanted, name)}
    if wanted.inside("Queue").names:
        joins.add("queue")
        columns.discard("queue_id")
        columns.add("queue")
    if joins:
        tickets = tickets.select_related(*sorted(joins))
    return tickets.only(*sorted(columns))


def column_value(ticket: Ticket, name: str) -> object:
    """Return the value of a column as JSON."""
    column, written = COLUMNS[name]
    return written(getattr(ticket, column))


class TicketFields:
    """Answers for fields of the tickets given; reads what is asked for, once."""

    def __init__(
        self, tickets: Sequence[Ticket], *, wanted: Wanted, caller: User
    ) -> None:
        self._ids = [ticket.pk for ticket in tickets]
        self._queue_ids = {ticket.queue_id for ticket in tickets}
        self._wanted = wanted
        self._caller = caller

    def value(self, ticket: Ticket, name: str) -> object:
        """Return one field as JSON; empty text if it is unknown, empty or hidden."""
        if name in COLUMNS:
            return column_value(ticket, name)
        inside = self._wanted.inside(name)
        if name in PEOPLE:
            person = getattr(ticket, PEOPLE[name])
            return expanded_user(person, inside, caller=self._caller)
        if name == "Queue":
            return self._queue(ticket, inside)
        if name in ROLES:
            return self.role(ticket, name)
        if name == "CustomFields":
            return self.custom_fields(ticket) or ""
        if name == "EffectiveId":
            return reference("ticket", ticket.merged_into_id or ticket.pk)
        return ""

    def role(self, ticket: Ticket, name: str) -> list[Json]:
        """Return references to the holders of a role on a ticket."""
        inside = self._wanted.inside(name)
        return [
            expanded_user(row.user, inside, caller=self._caller)
            if row.user
            else principal_reference(row.user, row.group)
            for row in self._watchers[ticket.pk, name]
        ]

    def custom_fields(self, ticket: Ticket) -> list[Json]:
        """Return every custom field of a ticket, with values, if they may be seen."""
        if ticket.pk not in self._with_custom_fields:
            return []
        return [
            {
                "type": "customfield",
                "id": str(field.pk),
                "_url": url(f"customfield/{field.pk}"),
                "name": field.name,
                "values": self._values[ticket.pk, field.pk],
            }
            for field, queue_ids in self._fields
            if field.is_global or ticket.queue_id in queue_ids
        ]

    def _queue(self, ticket: Ticket, inside: Wanted) -> Json:
        found = reference("queue", ticket.queue_id)
        if inside.names:
            found |= queue_fields(ticket.queue, inside, caller=self._caller)
        return found

    @cached_property
    def _watchers(self) -> dict[tuple[int, str], list[TicketWatcher]]:
        rows: dict[tuple[int, str], list[TicketWatcher]] = defaultdict(list)
        found = TicketWatcher.objects.filter(ticket_id__in=self._ids)
        for row in found.select_related("user", "group").order_by("pk"):
            rows[row.ticket_id, row.role].append(row)
        return rows

    @cached_property
    def _with_custom_fields(self) -> set[int]:
        tickets = Ticket.objects.filter(pk__in=self._ids)
        seen = tickets.with_right(Right.SEE_CUSTOM_FIELD, self._caller)
        return set(seen.values_list("pk", flat=True))

    @cached_property
    def _fields(self) -> list[tuple[CustomField, set[int]]]:
        """The enabled fields in their order, with the queues they were added to."""
        queues: dict[int, set[int]] = defaultdict(set)
        added = CustomFieldPlace.objects.filter(queue_id__in=self._queue_ids)
        for field_id, queue_id in added.values_list("customfield_id", "queue_id"):
            queues[field_id].add(queue_id)
        fields = CustomField.objects.filter(disabled=False)
        return [
            (field, queues[field.pk])
            for field in fields.order_by("sort_order", "name", "id")
        ]

    @cached_property
    def _values(self) -> dict[tuple[int, int], list[str]]:
        values: dict[tuple[int, int], list[str]] = defaultdict(list)
        rows: Iterable[tuple[int, int, str, str]] = (
            CustomFieldValue.objects.filter(ticket_id__in=self._ids, disabled=False)
            .order_by("pk")
            .values_list("ticket_id", "field_id", "content", "large_content")
        )
        for ticket_id, field_id, content, large_content in rows:
            values[ticket_id, field_id].append(content or large_content)
        return values
