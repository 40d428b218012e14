"""What an action is: prepared for every scrip first, committed afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

from scrips.context import ScripContext
from scrips.models import Scrip

# Does the work and returns a line that says what was done.
Commit = Callable[[], str]


class NothingToDoError(Exception):
    """The action does not apply after all; the text says why."""


@dataclass(frozen=True)
class Action:
    """A named thing to do.

    ``prepare`` reads and renders but changes nothing. It returns what is to be done or
    raises ``NothingToDoError``. ``argument`` is RT's argument of the action; a scrip's
    own argument replaces it.
    """

    name: str
    prepare: Callable[[ScripContext, Scrip, str], Commit]
    argument: str = ""
    needs_template: bool = False
