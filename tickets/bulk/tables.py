"""Writing many rows at once: COPY on PostgreSQL, prepared INSERTs elsewhere.

Rows come with their ids. Ids are drawn from the table's own sequence, so a site that
goes on working meanwhile is not disturbed.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]
_NEEDS_CONVERSION = (models.DateTimeField, models.UUIDField)


def has_copy() -> bool:
    """Say whether this database can take COPY through its driver."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        return hasattr(cursor, "copy_expert")


class Table:
    """One model's table and the columns that rows are given for.

    All other columns get the default of their field, the same in every row.
    """

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        self._model = model
        fields: dict[str, Any] = {
            field.attname: field for field in model._meta.concrete_fields
        }
        self._given = [fields.pop(name) for name in columns]
        self._others = list(fields.values())

    def write(self, rows: Sequence[Row]) -> None:
        """Write the rows."""
        if not rows:
            return
        constants = {
            field: value
            for field in self._others
            if (value := _plain(field, field.get_default())) is not None
        }
        quote = connection.ops.quote_name
        columns = [quote(field.column) for field in (*self._given, *constants)]
        target = f"{quote(self._model._meta.db_table)} ({', '.join(columns)})"
        rest = tuple(constants.values())
        if has_copy():
            _copy(target, rows, rest)
        else:
            self._insert(target, rows, rest)

    def _insert(self, target: str, rows: Iterable[Row], rest: Row) -> None:
        converted: list[tuple[int, Callable[[Any], Any]]] = [
            (place, _converter(field))
            for place, field in enumerate(self._given)
            if isinstance(field, _NEEDS_CONVERSION)
        ]

        def adapted() -> Iterator[Row]:
            for row in rows:
                values = [*row, *rest]
                for place, convert in converted:
                    values[place] = convert(values[place])
                yield tuple(values)

        marks = ", ".join(["%s"] * (len(self._given) + len(rest)))
        with connection.cursor() as cursor:
            # Names come from the models, values are parameters.
            cursor.executemany(
                f"INSERT INTO {target} VALUES ({marks})",  # noqa: S608
                list(adapted()),
            )


class Ids:
    """Numbers for new rows of a table, drawn ``ahead`` at a time."""

    def __init__(self, model: type[models.Model], *, ahead: int = 1) -> None:
        self._model = model
        self._ahead = ahead
        self._waiting: Iterator[int] = iter(())
        self._last: int | None = None
        self._before: int | None = None

    def draw(self) -> int:
        """Return one number."""
        number = next(self._waiting, None)
        if number is None:
            self._waiting = iter(self._reserved(self._ahead))
            number = next(self._waiting)
        return number

    def reserve(self, count: int) -> None:
        """Make the next ``count`` draws cost one query together."""
        left = list(self._waiting)
        self._waiting = iter(left + self._reserved(max(0, count - len(left))))

    def advance(self, used: int) -> None:
        """Have all further numbers, of everybody, lie above this one."""
        self._waiting = iter(())
        if connection.vendor != "postgresql":
            self._last = max(self._last or 0, used)
            return
        with connection.cursor() as cursor:
            last = _last_drawn(cursor, self._sequence)
            if self._last is None:
                self._before = last
            if used > (last or 0):
                cursor.execute("SELECT setval(%s, %s)", [self._sequence, used])
                self._last = used

    def give_back(self) -> None:
        """After a rollback: number on from where it was, unless others drew since."""
        if connection.vendor != "postgresql" or self._last is None:
            return
        with connection.cursor() as cursor:
            if _last_drawn(cursor, self._sequence) == self._last:
                cursor.execute(
                    "SELECT setval(%s, %s, %s)",
                    [self._sequence, self._before or 1, self._before is not None],
                )

    @cached_property
    def _sequence(self) -> str:
        table = connection.ops.quote_name(self._model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            name: str = cursor.fetchone()[0]
        return name

    def _reserved(self, count: int) -> list[int]:
        if not count:
            return []
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(%s) FROM generate_series(1, %s)",
                    [self._sequence, count],
                )
                drawn = [number for (number,) in cursor.fetchall()]
            if self._last is not None:
                self._last = drawn[-1]
            return drawn
        # The transaction holds SQLite's only write lock: nobody else can draw.
        highest = self._highest()
        self._last = highest + count
        return list(range(highest + 1, highest + count + 1))

    def _highest(self) -> int:
        found = self._model._default_manager.aggregate(last=models.Max("pk"))["last"]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = %s",
                [self._model._meta.db_table],
            )
            row = cursor.fetchone()
        return max(found or 0, row[0] if row else 0, self._last or 0)


def check_at_once() -> None:
    """Have foreign keys checked with each write, not all of them at the commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def settle(tables: Iterable[type[models.Model]]) -> None:
    """Tell the database's planner what has been loaded; after the commit.

    On PostgreSQL the rows are also marked as visible to all, without which counts
    cannot be answered from an index alone. It does so by itself, minutes later.
    """
    can_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    order = "VACUUM (ANALYZE)" if can_vacuum else "ANALYZE"
    with connection.cursor() as cursor:
        for model in tables:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"{order} {table}")


def _last_drawn(cursor: Any, sequence: str) -> int | None:
    cursor.execute("SELECT pg_sequence_last_value(%s::regclass)", [sequence])
    last: int | None = cursor.fetchone()[0]
    return last


def _copy(target: str, rows: Iterable[Row], rest: Row) -> None:
    end = "".join(f"\t{_as_copied(value)}" for value in rest) + "\n"
    lines = ["\t".join([_as_copied(value) for value in row]) for row in rows]
    lines.append("")
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {target} FROM STDIN", io.StringIO(end.join(lines)))


def _as_copied(value: Any) -> str:
    """Return a value in COPY's text format; faster than the csv module's writer."""
    if value is None:
        return r"\N"
    text = str(value)
    if "\\" in text:
        text = text.replace("\\", r"\\")
    if "\n" in text:
        text = text.replace("\n", r"\n")
    if "\r" in text:
        text = text.replace("\r", r"\r")
    if "\t" in text:
        text = text.replace("\t", r"\t")
    return text


def _plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return _converter(field)(value)


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return convert
