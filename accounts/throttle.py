"""Slows down guessing of passwords: counts failures per name and per address."""

import hashlib

from django.core.cache import cache

FAILURES = 10
WINDOW_SECONDS = 15 * 60


def _keys(name: str, address: str) -> tuple[str, str]:
    # Hashed: a cache takes neither blanks nor long keys.
    of_name = hashlib.sha256(name.lower().encode(errors="replace")).hexdigest()
    return f"login:n:{of_name}:{address}", f"login:a:{address}"


def is_throttled(name: str, *, address: str) -> bool:
    """Say whether this name from this address has failed too often of late."""
    of_name, of_address = (cache.get(key, 0) for key in _keys(name, address))
    return bool(of_name >= FAILURES or of_address >= 10 * FAILURES)


def record_failure(name: str, *, address: str) -> None:
    """Count one failed login."""
    for key in _keys(name, address):
        cache.add(key, 0, WINDOW_SECONDS)
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two calls
            cache.set(key, 1, WINDOW_SECONDS)


def clear(name: str, *, address: str) -> None:
    """Forget the failures of a name after a successful login."""
    cache.delete(_keys(name, address)[0])
