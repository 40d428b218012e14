"""The cache while Redis is away: as empty, and no error for the visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helpdesk.redis_cache import ForgivingRedisCache

if TYPE_CHECKING:
    from django.core.cache.backends.base import BaseCache


@pytest.fixture
def away() -> BaseCache:
    """Return a cache at a port where nobody listens."""
    options = {"OPTIONS": {"socket_connect_timeout": 1}}
    return ForgivingRedisCache("redis://127.0.0.1:1/0", options)


def test_nothing_is_found(away: BaseCache) -> None:
    away.set("key", 1)
    away.set_many({"key": 1})
    assert away.get("key", "default") == "default"
    assert away.get_many(["key"]) == {}
    assert not away.has_key("key")
    assert not away.touch("key")
    assert not away.delete("key")
    away.delete_many(["key"])


def test_first_click_goes_through(away: BaseCache) -> None:
    assert away.add("key", "working") is True


def test_counter_is_missing(away: BaseCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        away.incr("key")


def test_it_works_while_redis_is_there(redis_url: str) -> None:
    cache = ForgivingRedisCache(redis_url, {})
    assert cache.add("key", 1) is True
    assert cache.add("key", 2) is False
    assert cache.incr("key") == 2
    assert cache.get_many(["key", "other"]) == {"key": 2}
    assert cache.delete("key") is True
    assert cache.get("key") is None
