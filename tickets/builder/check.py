"""What is wrong with the rows, said at each row; and the query they make."""

from dataclasses import dataclass, field

from django.db.models import Q

from tickets.builder.rows import Group, Row, rows_in
from tickets.builder.to_tree import condition_of, tree_of
from tickets.search.compiler import compile_query
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.nodes import Node
from tickets.search.writer import write


@dataclass(frozen=True, slots=True)
class Checked:
    """The query of some rows: its text if it can be written, and all errors.

    `problem` is what is wrong with the whole and at no single row.
    """

    node: Node | None = None
    text: str = ""
    condition: Q | None = None
    errors: dict[int, str] = field(default_factory=dict)
    problem: str = ""
    is_written: bool = True

    @property
    def is_good(self) -> bool:
        """Say whether the query can be run."""
        return self.condition is not None


def check(whole: Group, *, context: Context) -> Checked:
    """Read the rows, and compile what they make once; each by itself only if wrong."""
    errors = {
        row.key: message
        for row in rows_in(whole)
        if (message := _unreadable(row)) is not None
    }
    if errors:
        return Checked(errors=errors, is_written=False)
    node = tree_of(whole)
    if node is None:
        return Checked()
    text = write(node)
    try:
        condition = compile_query(node, context=context)
    except TicketSQLError as error:
        errors = _wrong_rows(whole, context)
        problem = "" if errors else error.without_place
        return Checked(node, text, errors=errors, problem=problem)
    return Checked(node, text, condition)


def _unreadable(row: Row) -> str | None:
    try:
        condition_of(row)
    except TicketSQLError as error:
        return _message(row, error)
    return None


def _wrong_rows(whole: Group, context: Context) -> dict[int, str]:
    errors = {}
    for row in rows_in(whole):
        node = condition_of(row)
        if node is None:
            continue
        try:
            compile_query(node, context=context)
        except TicketSQLError as error:
            errors[row.key] = _message(row, error)
    return errors


def _message(row: Row, error: TicketSQLError) -> str:
    """Return the error; its place only where the row is a text one could count in."""
    return str(error) if row.is_written else error.without_place
