"""Values of a query → Python values, with errors at their place."""

from datetime import datetime

from tickets.search.context import Context
from tickets.search.dates import EXAMPLES, DateError, parse_date
from tickets.search.errors import TicketSQLError
from tickets.search.nodes import Column, Null, Number, Operator, Text, Value

INTEGER_LIMIT = 2**31 - 1
ID_LIMIT = 2**63 - 1
# RT's default labels; a number maps down to the highest label at or below it.
PRIORITY_LABELS = {"low": 0, "medium": 50, "high": 100}
LOOKUPS = {
    Operator.EQUAL: "iexact",
    Operator.IN: "iexact",
    Operator.LIKE: "icontains",
    Operator.STARTS_WITH: "istartswith",
    Operator.ENDS_WITH: "iendswith",
    Operator.LESS: "lt",
    Operator.LESS_OR_EQUAL: "lte",
    Operator.GREATER: "gt",
    Operator.GREATER_OR_EQUAL: "gte",
}


def text_of(value: Value, *, operator: Operator = Operator.EQUAL) -> str:
    """Return a value as text; `%` around a LIKE text is RT's old habit, dropped."""
    if isinstance(value, Text):
        is_pattern = operator not in {Operator.EQUAL, Operator.IN}
        return value.value.strip("%") if is_pattern else value.value
    if isinstance(value, Number):
        return value.text
    raise wrong_value(value, "a text in quotes")


def integer_of(
    value: Value, *, limit: int = INTEGER_LIMIT, is_priority: bool = False
) -> int:
    """Return a value as a whole number; priorities may be labels."""
    number: int | float | None = None
    if isinstance(value, Number):
        number = value.value
    elif isinstance(value, Text):
        text = value.value.strip()
        if is_priority and text.lower() in PRIORITY_LABELS:
            return PRIORITY_LABELS[text.lower()]
        digits = text.lstrip("+-")
        if digits.isascii() and digits.isdigit() and len(digits) < 30:
            number = int(digits) * (-1 if text.startswith("-") else 1)
    if number is None or int(number) != number:
        wanted = "a whole number" + (", Low, Medium or High" if is_priority else "")
        raise wrong_value(value, wanted)
    if abs(number) > limit:
        raise TicketSQLError("The number is too large", position=value.position)
    return int(number)


def moment_of(value: Value, *, context: Context) -> datetime:
    """Return the moment a value means in the user's zone."""
    text = value.text if isinstance(value, Number) else text_of(value)
    try:
        return parse_date(text, calendar=context.calendar)
    except DateError as error:
        raise TicketSQLError(
            f"Cannot read {text[:60]!r} as a date",
            position=value.position,
            expected=EXAMPLES,
            code="date",
        ) from error


def wrong_value(value: Value, expected: str) -> TicketSQLError:
    """Return the error for a value of the wrong kind."""
    if isinstance(value, Column):
        message = f"Unexpected column {value.field.text[:60]}"
        hint = f"quotes, as in '{value.field.text[:60]}'"
        return TicketSQLError(
            message, position=value.position, expected=expected, suggestion=hint
        )
    shown = "NULL" if isinstance(value, Null) else repr(text_of(value)[:60])
    return TicketSQLError(
        f"Unexpected value {shown}", position=value.position, expected=expected
    )
