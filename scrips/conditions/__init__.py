"""The registry of conditions: name, transaction types, test."""

from scrips.conditions import status, transactions
from scrips.conditions.base import Condition

CONDITIONS: dict[str, Condition] = {
    condition.name: condition
    for condition in (*transactions.CONDITIONS, *status.CONDITIONS)
}

__all__ = ["CONDITIONS", "Condition"]
