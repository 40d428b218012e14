"""Conditions about what kind of thing happened."""

from scrips.conditions.base import Condition
from scrips.context import ScripContext
from tickets.models import TransactionType

T = TransactionType


class _CameBy:
    """Holds when the message came through one of these interfaces."""

    def __init__(self, interfaces: set[str]) -> None:
        self.interfaces = interfaces

    def __call__(self, context: ScripContext, argument: str) -> bool:
        return context.header("X-RT-Interface") in self.interfaces


class _FieldIs:
    """Holds when the transaction is about one field of the ticket."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, context: ScripContext, argument: str) -> bool:
        return context.row.field == self.name


def _owner_changed(context: ScripContext, argument: str) -> bool:
    # The SetWatcher row beside it says the same again.
    return context.row.field == "Owner" and context.row.type != T.SET_WATCHER


def _time_worked_changed(context: ScripContext, argument: str) -> bool:
    return context.row.time_taken != 0


CONDITIONS = (
    Condition("On Create", frozenset({T.CREATE})),
    Condition("On Create Via Email", frozenset({T.CREATE}), _CameBy({"Email"})),
    Condition("On Create Via Web", frozenset({T.CREATE}), _CameBy({"Web", "Mobile"})),
    Condition("On Transaction", frozenset()),
    Condition("On Correspond", frozenset({T.CORRESPOND})),
    Condition("On Comment", frozenset({T.COMMENT})),
    Condition("On Forward", frozenset({T.FORWARD_TICKET, T.FORWARD_TRANSACTION})),
    Condition("On Forward Ticket", frozenset({T.FORWARD_TICKET})),
    Condition("On Forward Transaction", frozenset({T.FORWARD_TRANSACTION})),
    Condition("On Owner Change", frozenset(), _owner_changed),
    Condition("On Priority Change", frozenset({T.SET}), _FieldIs("Priority")),
    Condition("On Queue Change", frozenset({T.SET}), _FieldIs("Queue")),
    Condition("On TimeWorked Change", frozenset(), _time_worked_changed),
)
