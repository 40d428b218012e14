"""A counter that tells cached rights in this process when to be read again.

Rights are read once per user object, that is once per request or task, so other
processes see a change with their next request anyway. The counter covers the rest of
the request that made the change.
"""

import itertools

_counter = itertools.count(1)
_version = 0


def membership_changed() -> None:
    """Say that groups or grants have changed in this process."""
    global _version
    _version = next(_counter)


def rights_version() -> int:
    """Return a number that grows whenever groups or grants change here."""
    return _version
