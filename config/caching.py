"""The shared cache, which may go away: what is counted and remembered meanwhile is kept by each process for itself."""

import functools
import json
import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

# What is not there is not counted: a number that never ends would stay for ever.
_COUNT_UP = "return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('INCRBY', KEYS[1], ARGV[1])"
TRY_AGAIN = 1.0  # seconds in which a store that did not answer is not asked again, so that no page waits for it twice
_log = logging.getLogger(__name__)


def _or_here(name: str) -> Callable[..., Any]:
    theirs = getattr(RedisCache, name)

    @functools.wraps(theirs)
    def method(self: "SteadyCache", *args: Any, **kwargs: Any) -> Any:
        if not self.is_away():
            try:
                return theirs(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                self._note(error)
        return getattr(self.here, name)(*args, **kwargs)

    return method


class JSONSerializer:
    """What is kept is data: whoever can write into the store must not thereby run code here, as with pickle."""

    def dumps(self, value: Any) -> bytes | int:
        """As Redis keeps it; whole numbers as such, so that they can be counted up."""
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """As it was given; tuples come back as lists."""
        return json.loads(data)


class Client(RedisCacheClient):
    """Django's, but it keeps what it asks with instead of making that anew each time, and counts in one question instead of
    two: every request is counted.
    """

    _client: Any  # what the stubs leave out
    _get_connection_pool: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The one that asks this server; any number of threads may ask by it."""
        pool = self._get_connection_pool(write)
        if pool not in self._made:
            self._made[pool] = self._client(connection_pool=pool)
        return self._made[pool]

    def incr(self, key: Any, delta: int) -> int:
        """Count up. Raises ValueError for what is not there."""
        found: int | None = self.get_client(key, write=True).eval(_COUNT_UP, 1, key, delta)
        if found is None:
            raise ValueError(f"Key '{key}' not found.")
        return found


class SteadyCache(RedisCache):
    """Redis or Valkey while it answers, else this process's own memory: limits still hold, each worker counting alone."""

    away_until: ClassVar[float] = 0.0  # of the whole process: Django makes one cache object for each thread

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {"serializer": JSONSerializer, **params.get("OPTIONS", {})}})
        self._class = Client
        bounded = {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}}
        self.here = LocMemCache("while-redis-is-away", bounded)

    @classmethod
    def is_away(cls) -> bool:
        """Whether the store did not answer a moment ago."""
        return time.monotonic() < cls.away_until

    @classmethod
    def _note(cls, error: Exception) -> None:
        if cls.away_until == 0.0 or time.monotonic() - cls.away_until > TRY_AGAIN:
            _log.warning("the shared cache does not answer, each process counts for itself: %r", error)
        cls.away_until = time.monotonic() + TRY_AGAIN

    add = _or_here("add")
    get = _or_here("get")
    set = _or_here("set")
    touch = _or_here("touch")
    delete = _or_here("delete")
    get_many = _or_here("get_many")
    has_key = _or_here("has_key")
    incr = _or_here("incr")
    set_many = _or_here("set_many")
    delete_many = _or_here("delete_many")

    def clear(self) -> None:
        """Forget what was written under our prefix; Django would empty the store, with the jobs and lives of others."""
        self.here.clear()
        if not self.is_away():
            try:
                client = self._cache.get_client(None, write=True)
                for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
                    client.unlink(key)
            except (RedisError, OSError) as error:
                self._note(error)
