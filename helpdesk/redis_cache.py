"""The Redis cache, with pages that go on working while Redis is away.

What is in the cache is a copy, a counter or a mark against double clicks; a request is
not worth failing for any of them. Each failure is logged.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


def _forgiving(
    method: Callable[..., Any], *, otherwise: Callable[..., Any]
) -> Callable[..., Any]:
    """Return the method with an answer of its own for when Redis cannot be asked."""

    @wraps(method)
    def forgiving(cache: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(cache, *args, **kwargs)
        except RedisError:
            logger.exception("Redis is not reachable for the cache")
            return otherwise(*args, **kwargs)

    return forgiving


def _default(key: Any, default: Any = None, version: int | None = None) -> Any:
    return default


def _missing(key: Any, *args: Any, **kwargs: Any) -> int:
    # What the cache says of a counter that is not there.
    raise ValueError(f"Key '{key}' not found")


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache does when Redis cannot be asked."""

    # The first of two clicks must go through, so every key is new.
    add = _forgiving(RedisCache.add, otherwise=lambda *_, **__: True)
    get = _forgiving(RedisCache.get, otherwise=_default)
    set = _forgiving(RedisCache.set, otherwise=lambda *_, **__: None)
    touch = _forgiving(RedisCache.touch, otherwise=lambda *_, **__: False)
    delete = _forgiving(RedisCache.delete, otherwise=lambda *_, **__: False)
    has_key = _forgiving(RedisCache.has_key, otherwise=lambda *_, **__: False)
    incr = _forgiving(RedisCache.incr, otherwise=_missing)
    get_many = _forgiving(RedisCache.get_many, otherwise=lambda *_, **__: {})
    set_many = _forgiving(RedisCache.set_many, otherwise=lambda *_, **__: [])
    delete_many = _forgiving(RedisCache.delete_many, otherwise=lambda *_, **__: None)
