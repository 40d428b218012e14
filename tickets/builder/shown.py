"""Rows as the page shows them: which inputs, with which entries, hints and errors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tickets.builder.offers import Choices, Offers
from tickets.builder.options import (
    COMPARABLE,
    checks,
    chosen_of,
    operator_choices,
    options,
)
from tickets.builder.readings import reading
from tickets.builder.rows import (
    BESIDE,
    NOT_BETWEEN,
    NOT_IN,
    WRITTEN,
    Group,
    Mode,
    Row,
    rows_in,
)
from tickets.builder.to_rows import PART_NAMES
from tickets.search.errors import TicketSQLError
from tickets.search.fields import (
    DATE_PARTS,
    PERSON_SUBFIELDS,
    WITH_SUBFIELDS,
    Kind,
    Resolved,
    resolve,
)
from tickets.search.labels import (
    field_label,
    subfield_label,
)
from tickets.search.nodes import Operator
from tickets.search.parser import field_name

MODES = (
    (Mode.ALL.value, "all of"),
    (Mode.ANY.value, "any of"),
    (Mode.NONE.value, "none of"),
    (Mode.NOT_ALL.value, "not all of"),
)
EQUAL_OPERATORS = frozenset({"=", "!=", "IN", NOT_IN})
ROLE_KINDS = frozenset({Kind.ROLE, Kind.QUEUE_ROLE})
# What a field without a part of it is compared by.
DEFAULT_PARTS = {
    Kind.DATE: "Date and time",
    Kind.PERSON: "Login name",
    Kind.ROLE: "E-mail address, or group",
    Kind.QUEUE_ROLE: "E-mail address, or group",
}
# Some have two names; the first is offered.
DATE_PART_NAMES = tuple(PART_NAMES[part] for part in dict.fromkeys(DATE_PARTS.values()))
NUMBER_KINDS = frozenset({Kind.ID, Kind.EFFECTIVE_ID, Kind.NUMBER})
PLACEHOLDERS = {
    "date": "2 days ago, 2026-05-01, next monday",
    "number": "0",
    "person": "name or e-mail address",
    "address": "10.0.0.0/8",
    "link": "1042 or https://…",
}
EMPTY = SafeString("")
PRIORITY_LIST = "builder-priorities"


@dataclass(frozen=True, slots=True)
class Input:
    """One control for one value."""

    value: str
    label: str
    reading: str = ""


@dataclass
class ShownRow:
    """A row with everything its template needs; the lists are HTML made once."""

    row: Row
    parent: int
    control: str
    fields: SafeString
    parts: SafeString | None = None
    operators: SafeString | None = None
    options: SafeString = EMPTY
    inputs: list[Input] = field(default_factory=list)
    lines: str = ""
    placeholder: str = ""
    list_id: str = ""
    suggests: str = ""
    list_options: SafeString | None = None
    takes_shallow: bool = False
    is_beside: bool = False
    error: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the page in its order: a group opens, a row, a group closes."""

    kind: str
    group: Group | None = None
    row: ShownRow | None = None
    parent: int = 0
    modes: SafeString = EMPTY


class Shower:
    """Turns rows into what the template shows. The lists come from the offers."""

    def __init__(self, offers: Offers, errors: Mapping[int, str]) -> None:
        self.offers = offers
        self.errors = errors

    def steps(self, whole: Group) -> list[Step]:
        """Return the page from top to bottom, without the outermost group."""
        return list(self._steps(whole))

    def _steps(self, group: Group) -> Iterator[Step]:
        for item in group.items:
            if isinstance(item, Row):
                shown = self.row(item, parent=group.key)
                yield Step("row", row=shown, parent=group.key)
                continue
            modes = options(MODES, {item.mode.value})
            yield Step("open", group=item, parent=group.key, modes=modes)
            yield from self._steps(item)
            yield Step("close", group=item, parent=group.key)

    @cached_property
    def _field_menu(self) -> str:
        first = ['<option value="">Choose a field…</option>']
        groups = [
            format_html(
                '<optgroup label="{}">{}</optgroup>', group, options(entries, ())
            )
            for group, entries in self.offers.fields
        ]
        last = format_html(
            '<optgroup label="Anything else"><option value="{}">'
            "A condition in TicketSQL</option></optgroup>",
            WRITTEN,
        )
        return "".join([*first, *groups, last])

    def row(self, row: Row, *, parent: int = 0) -> ShownRow:
        """Return one row; a field the user does not know shows as it is written."""
        error = self.errors.get(row.key, "")
        if row.is_written:
            shown = ShownRow(row, parent, "written", self._fields(WRITTEN), error=error)
            shown.lines = row.values[0] if row.values else ""
            shown.label = "Condition in TicketSQL"
            return shown
        try:
            resolved = resolve(field_name(row.field)) if row.field else None
        except TicketSQLError:
            resolved = None
        if resolved is None:
            return ShownRow(row, parent, "none", self._fields(row.field), error=error)
        return self._filled_in(row, resolved, parent, error)

    def _filled_in(
        self, row: Row, resolved: Resolved, parent: int, error: str
    ) -> ShownRow:
        kind = resolved.field.kind
        base = row.field if resolved.is_custom else resolved.field.name
        shown = ShownRow(row, parent, "text", self._fields(base), error=error)
        shown.label = field_label(resolved.field)
        if resolved.is_custom:
            shown.label = resolved.custom_name
        if kind in DEFAULT_PARTS:
            shown.parts = self._parts(row, kind)
        # A part of a date, such as its weekday, is compared like any number.
        spoken = Kind.NUMBER if resolved.part else kind
        shown.operators = options(operator_choices(kind, spoken), {row.operator})
        shown.takes_shallow = kind in ROLE_KINDS and not row.operator.startswith("IS")
        shown.is_beside = row.operator.endswith(BESIDE)
        self._give_control(shown, resolved)
        return shown

    def _fields(self, chosen: str) -> SafeString:
        """Return the menu with a field chosen, which may be none that is offered."""
        mark = f'value="{format_html("{}", chosen)}"'
        if mark in self._field_menu:
            found = self._field_menu.replace(mark, f"{mark} selected", 1)
        else:
            found = self._field_menu + options([(chosen, chosen)], {chosen})
        return mark_safe(found)  # noqa: S308 - made of options, escaped each

    def _parts(self, row: Row, kind: Kind) -> SafeString:
        names = DATE_PART_NAMES if kind is Kind.DATE else tuple(PERSON_SUBFIELDS)
        entries = [("", DEFAULT_PARTS[kind])]
        entries += [(name, subfield_label(name)) for name in names]
        return options(entries, {row.field.partition(".")[2]})

    def _give_control(self, shown: ShownRow, resolved: Resolved) -> None:
        row, kind = shown.row, resolved.field.kind
        if row.operator in {"IS", "IS NOT"}:
            shown.control = "none"
            return
        if shown.is_beside:
            shown.control = "choice"
            shown.options = self._fields_beside(row, kind)
            return
        entries = self._entries(row, resolved)
        if entries is not None and row.operator in EQUAL_OPERATORS:
            if row.operator in {"IN", NOT_IN}:
                shown.control = "choices"
                shown.options = checks(f"v{row.key}", entries, row.values)
            else:
                shown.control = "choice"
                shown.options = chosen_of(entries, row.values[:1])
            return
        if row.operator in {"IN", NOT_IN}:
            shown.control = "lines"
            shown.lines = "\n".join(row.values)
            return
        self._give_typed(shown, resolved)

    def _give_typed(self, shown: ShownRow, resolved: Resolved) -> None:
        row = shown.row
        shown.control = self._typed(resolved)
        shown.placeholder = PLACEHOLDERS.get(shown.control, "")
        if shown.control == "person":
            is_role = resolved.field.kind in ROLE_KINDS
            shown.suggests = resolved.subfield or ("email" if is_role else "name")
        if resolved.field.kind is Kind.PRIORITY:
            shown.list_id = PRIORITY_LIST
        elif resolved.is_custom:
            fields = self.offers.custom_fields_named(resolved.custom_name)
            if choices := self.offers.custom_choices(fields):
                shown.list_id = f"list-{row.key}"
                shown.list_options = options(choices, ())
        is_between = row.operator in {Operator.BETWEEN.value, NOT_BETWEEN}
        labels = ["from", "to"] if is_between else ["value"]
        values = [*row.values, "", ""][: len(labels)]
        is_date = shown.control == "date"
        calendar = self.offers.context.calendar
        shown.inputs = [
            Input(
                value,
                f"{shown.label}: {label}",
                reading(value, calendar=calendar, operator=row.operator)
                if is_date
                else "",
            )
            for value, label in zip(values, labels, strict=True)
        ]

    def _typed(self, resolved: Resolved) -> str:
        """Return the control that a kind of field is typed into."""
        kind = resolved.field.kind
        if resolved.part:
            return "text"
        if kind in {Kind.DATE, Kind.UPDATED}:
            return "date"
        if kind in NUMBER_KINDS:
            return "number"
        if kind is Kind.LINK:
            return "link"
        is_person = kind in WITH_SUBFIELDS or kind is Kind.UPDATED_BY
        if is_person and resolved.subfield in {"", "email", "name"}:
            return "person"
        if kind is not Kind.CUSTOM_FIELD:
            return "text"
        types = {
            one.type for one in self.offers.custom_fields_named(resolved.custom_name)
        }
        if types and all(name.startswith("Date") for name in types):
            return "date"
        if types and all(name.startswith("IPAddress") for name in types):
            return "address"
        return "text"

    def _entries(self, row: Row, resolved: Resolved) -> Choices | None:
        """Return what a drop-down offers; None where one types."""
        offers = self.offers
        kind = resolved.field.kind
        if kind is Kind.STATUS:
            return offers.status_choices
        if kind is Kind.QUEUE:
            return offers.queue_choices
        if kind is Kind.LIFECYCLE:
            return offers.lifecycle_choices
        if kind is Kind.TYPE:
            return offers.type_choices
        if kind is Kind.ROLE_GROUP:
            return offers.group_choices or None
        if resolved.field.name == "Owner" and not resolved.subfield:
            return offers.owner_choices
        if not resolved.is_custom:
            return None
        fields = offers.custom_fields_named(resolved.custom_name)
        if all(one.type.startswith("Select") for one in fields):
            return offers.custom_choices(fields) or None
        return None

    def _fields_beside(self, row: Row, kind: Kind) -> SafeString:
        family = COMPARABLE.get(kind, frozenset())
        own = row.field.partition(".")[0]
        entries = [
            (name, label)
            for _, fields in self.offers.fields
            for name, label in fields
            if name != own and resolve(field_name(name)).field.kind in family
        ]
        return chosen_of(entries, row.values[:1])


def custom_names(whole: Group) -> frozenset[str]:
    """Return the names of the custom fields that rows name."""
    names = set()
    for row in rows_in(whole):
        try:
            resolved = resolve(field_name(row.field)) if row.field else None
        except TicketSQLError:
            continue
        if resolved is not None and resolved.is_custom:
            names.add(resolved.custom_name)
    return frozenset(names)
