"""What a condition is."""

from collections.abc import Callable
from dataclasses import dataclass

from scrips.context import ScripContext
from tickets.models import TransactionType

Test = Callable[[ScripContext, str], bool]


def always(context: ScripContext, argument: str) -> bool:
    """Hold for every transaction of the condition's types."""
    return True


@dataclass(frozen=True)
class Condition:
    """A named question about a transaction; no types means any type.

    ``holds`` gets the scrip's argument. It must change nothing.
    """

    name: str
    types: frozenset[TransactionType]
    holds: Test = always

    def applies_to(self, kind: str) -> bool:
        """Say whether a transaction of this type is asked about at all."""
        return not self.types or kind in self.types
