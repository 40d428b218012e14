"""Drop-downs as HTML, made at once: a template for every option costs too much."""

from collections.abc import Iterable

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from tickets.builder.offers import Choices
from tickets.builder.rows import BESIDE
from tickets.search.fields import EQUALITY, ORDER, Kind
from tickets.search.labels import operator_label, operators_of
from tickets.search.nodes import Operator

# Kinds that can stand beside another field of the same family.
COMPARABLE: dict[Kind, frozenset[Kind]] = {
    Kind.DATE: frozenset({Kind.DATE}),
    Kind.NUMBER: frozenset({Kind.NUMBER, Kind.PRIORITY}),
    Kind.PRIORITY: frozenset({Kind.NUMBER, Kind.PRIORITY}),
    Kind.PERSON: frozenset({Kind.PERSON}),
    Kind.ROLE: frozenset({Kind.PERSON}),
}
ORDERED = frozenset({Kind.DATE, Kind.NUMBER, Kind.PRIORITY})


def operator_choices(kind: Kind, spoken: Kind | None = None) -> Choices:
    """Return the operators a kind of field allows, negated and beside fields too.

    They are called as those of the kind `spoken`.
    """
    spoken = spoken or kind
    entries: Choices = []
    for operator in operators_of(kind):
        entries.append((operator.value, operator_label(operator, spoken)))
        if operator in {Operator.IN, Operator.BETWEEN}:
            negated = operator_label(operator, spoken, is_negated=True)
            entries.append((f"NOT {operator}", negated))
    if kind in COMPARABLE and kind is spoken:
        offered = EQUALITY | ORDER if kind in ORDERED else EQUALITY
        offered -= {Operator.IN, Operator.BETWEEN}
        entries += [
            (f"{operator}{BESIDE}", f"{operator_label(operator, kind)} field")
            for operator in operators_of(kind)
            if operator in offered
        ]
    return entries


def options(entries: Iterable[tuple[str, str]], chosen: Iterable[str]) -> SafeString:
    """Return the options of a drop-down."""
    marked = set(chosen)
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (key, mark_safe(" selected") if key in marked else "", label)
            for key, label in entries
        ),
    )


def checks(name: str, entries: Choices, values: Iterable[str]) -> SafeString:
    """Return a box to tick for every entry; values not offered come first, ticked."""
    chosen, entries = _matched(entries, values)
    return format_html_join(
        "",
        '<label><input class="value" type="checkbox" name="{}" value="{}"{}>'
        " {}</label>",
        (
            (name, key, mark_safe(" checked") if key in chosen else "", label)
            for key, label in entries
        ),
    )


def chosen_of(entries: Choices, values: Iterable[str]) -> SafeString:
    """Return options with a value chosen; one that is not offered comes as it is."""
    chosen, entries = _matched(entries, values)
    return options([("", "Choose…"), *entries], chosen)


def _matched(entries: Choices, values: Iterable[str]) -> tuple[list[str], Choices]:
    """Return the values as the entries write them, and the entries with the rest."""
    by_folded = {key.lower(): key for key, _ in entries}
    chosen = [by_folded.get(value.lower(), value) for value in values]
    known = {key for key, _ in entries}
    others = [(value, value) for value in dict.fromkeys(chosen) if value not in known]
    return chosen, [*others, *entries]
