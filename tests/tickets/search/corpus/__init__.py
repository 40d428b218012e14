"""The table of queries: who asks, which tickets they find, the query.

`-` stands for no ticket; `rt:` before the person asks for RT's reading of AND and OR.
The tickets are those of `tests/tickets/search/conftest.py`.
"""

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("queries.txt")


@dataclass(frozen=True)
class Expected:
    """One line of the table."""

    person: str
    is_read_like_rt: bool
    ids: list[int]
    query: str

    def __str__(self) -> str:
        return f"{self.person}: {self.query}"


def corpus() -> list[Expected]:
    """Read the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def _read(line: str) -> Expected:
    person, ids, query = line.split(maxsplit=2)
    name = person.removeprefix("rt:")
    found = [] if ids == "-" else [int(number) for number in ids.split(",")]
    return Expected(name, person.startswith("rt:"), found, query)
