"""The typed tree of a TicketSQL query. Frozen, so that trees can be shared."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, Union


class Operator(StrEnum):
    """A comparison between a field and one value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    STARTS_WITH = "STARTSWITH"
    NOT_STARTS_WITH = "NOT STARTSWITH"
    ENDS_WITH = "ENDSWITH"
    NOT_ENDS_WITH = "NOT ENDSWITH"
    IS = "IS"
    IS_NOT = "IS NOT"
    IN = "IN"
    BETWEEN = "BETWEEN"

    @property
    def is_negative(self) -> bool:
        """Say whether the operator asks for what does not match."""
        return self in POSITIVE_OF

    @property
    def positive(self) -> "Operator":
        """Return the operator without its negation."""
        return POSITIVE_OF.get(self, self)


POSITIVE_OF = {
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.NOT_LIKE: Operator.LIKE,
    Operator.NOT_STARTS_WITH: Operator.STARTS_WITH,
    Operator.NOT_ENDS_WITH: Operator.ENDS_WITH,
    Operator.IS_NOT: Operator.IS,
}


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as written: `CF.{Asset Tag}` has the parts CF and Asset Tag."""

    parts: tuple[str, ...]
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted value."""

    value: str
    position: int


@dataclass(frozen=True, slots=True)
class Number:
    """A value written as digits; the text keeps leading zeros."""

    value: int | float
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Null:
    """The value NULL: not set."""

    position: int


@dataclass(frozen=True, slots=True)
class Column:
    """Another field of the same ticket as the value."""

    field: FieldName

    @property
    def position(self) -> int:
        """Return where the column is written."""
        return self.field.position


Value: TypeAlias = Text | Number | Null | Column


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator value`; one value, but two for BETWEEN and many for IN.

    A shallow condition looks at the direct members of a role only.
    """

    field: FieldName
    operator: Operator
    values: tuple[Value, ...]
    is_shallow: bool = False

    @property
    def value(self) -> Value:
        """Return the value of an operator that takes one."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not match the operand."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All operands match; there are at least two."""

    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one operand matches; there are at least two."""

    operands: tuple["Node", ...]


Node: TypeAlias = Union[Condition, "Not", "And", "Or"]


def quote(text: str) -> str:
    """Write text as a TicketSQL value, for code that composes queries."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
