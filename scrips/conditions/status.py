"""Conditions about the ticket's way through its lifecycle."""

from scrips.conditions.base import Condition
from scrips.context import ScripContext
from tickets.models import TransactionType

STATUS = frozenset({TransactionType.STATUS})


def _resolved(context: ScripContext, argument: str) -> bool:
    # RT compares with the literal name, whatever the lifecycle.
    return context.row.new_value == "resolved"


def _rejected(context: ScripContext, argument: str) -> bool:
    return context.row.new_value == "rejected"


def _closed(context: ScripContext, argument: str) -> bool:
    rules = context.queue.lifecycle.rules
    return rules.is_active(context.row.old_value) and rules.is_inactive(
        context.row.new_value
    )


def _reopened(context: ScripContext, argument: str) -> bool:
    rules = context.queue.lifecycle.rules
    return rules.is_inactive(context.row.old_value) and rules.is_active(
        context.row.new_value
    )


CONDITIONS = (
    Condition("On Status Change", STATUS),
    Condition("On Resolve", STATUS, _resolved),
    Condition("On Reject", STATUS, _rejected),
    Condition("On Close", STATUS, _closed),
    Condition("On Reopen", STATUS, _reopened),
)
