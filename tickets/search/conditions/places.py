"""Conditions on queue, lifecycle and status."""

from collections.abc import Callable

from django.db.models import Q

from tickets.search.conditions.columns import any_of, compare
from tickets.search.conditions.values import LOOKUPS, text_of
from tickets.search.context import Context, QueueName
from tickets.search.fields import LIKE, Resolved
from tickets.search.nodes import Condition, Operator

PLACEHOLDERS = {"__active__": True, "__inactive__": False}


def status(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the status, which is stored in lower case, or ask for active ones."""
    operator = condition.operator
    words = [text_of(value, operator=operator).lower() for value in condition.values]
    if operator in LIKE:
        lookup = LOOKUPS[operator].removeprefix("i")
        return Q(**{f"status__{lookup}": words[0]})
    asked = {PLACEHOLDERS[word] for word in words if word in PLACEHOLDERS}
    named = [word for word in words if word not in PLACEHOLDERS]
    conditions = [Q(is_active=state) for state in sorted(asked)]
    if named:
        conditions.append(compare("status", Operator.IN, named))
    return any_of(conditions)


def queue(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the queue by name or id; an unknown one matches nothing."""
    if condition.operator not in LIKE:
        ids = [
            found.id
            for value in condition.values
            for found in context.queues_named(text_of(value))
        ]
        return compare("queue_id", Operator.IN, ids)
    return _in_queues(condition, context, lambda found: found.name)


def lifecycle(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the name of the queue's lifecycle."""
    return _in_queues(condition, context, lambda found: found.lifecycle)


def text_fits(text: str, *, operator: Operator, word: str) -> bool:
    """Apply a text operator in Python, in any case."""
    text, word = text.lower(), word.lower()
    if operator is Operator.LIKE:
        return word in text
    if operator is Operator.STARTS_WITH:
        return text.startswith(word)
    if operator is Operator.ENDS_WITH:
        return text.endswith(word)
    return text == word


def _in_queues(
    condition: Condition, context: Context, name_of: Callable[[QueueName], str]
) -> Q:
    operator = condition.operator
    wanted = [text_of(value, operator=operator) for value in condition.values]
    ids = [
        found.id
        for found in context.queues
        if any(text_fits(name_of(found), operator=operator, word=w) for w in wanted)
    ]
    return compare("queue_id", Operator.IN, ids)
