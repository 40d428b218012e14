"""Which fields a caller wants: `fields=Subject,Owner&fields[Owner]=Name`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

KEY = re.compile(r"fields((?:\[[A-Za-z_]{1,40}\]){0,4})")
MOST_NAMES = 100


@dataclass
class Wanted:
    """The names asked for at one level, and those inside each of them."""

    names: list[str] = field(default_factory=list)
    below: dict[str, "Wanted"] = field(default_factory=dict)

    def inside(self, name: str) -> "Wanted":
        """Return what is wanted of a referenced object; perhaps nothing."""
        return self.below.get(name) or Wanted()

    def mentions(self, *names: str) -> bool:
        """Say whether any of the names is asked for here."""
        return any(name in self.names for name in names)


def wanted_fields(params: QueryDict) -> Wanted:
    """Read the `fields` parameters of a request."""
    root = Wanted()
    for key, values in params.lists():
        match = KEY.fullmatch(key)
        if match:
            level = root
            for name in re.findall(r"\[(\w+)\]", match[1]):
                level = level.below.setdefault(name, Wanted())
            level.names += _names(values)
    return root


def _names(values: Iterable[object]) -> list[str]:
    names = [name.strip() for value in values for name in str(value).split(",")]
    return [name for name in names if name][:MOST_NAMES]
