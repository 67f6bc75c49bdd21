"""The shared cache may go away: what is counted meanwhile is counted by each process, and nobody waits."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import InvalidCacheBackendError, caches
from redis.exceptions import ConnectionError as NoAnswer, ResponseError

from config import caching, stores
from config.caching import SteadyCache

NOWHERE = "unix:///nonexistent/kv?db=0"


class Store:
    """A server that answers or not, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked, self.error = 0, None

    def __getattr__(self, name: str) -> Any:
        def answer(*args: Any) -> Any:
            self.asked += 1
            if self.error:
                raise self.error
            return f"{name} by the store"

        return answer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(caching.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(SteadyCache, "away_until", 0.0)
    return now


def steady(store: Any = None) -> SteadyCache:
    entry = stores.cache(NOWHERE, "a")
    cache = SteadyCache(entry["LOCATION"], {"KEY_PREFIX": "a", "OPTIONS": dict(entry["OPTIONS"])})
    cache.here.clear()
    if store is not None:
        cache.__dict__["_cache"] = store
    return cache


def test_it_is_what_the_settings_name() -> None:
    assert stores.cache(NOWHERE, "a")["BACKEND"] == "config.caching.SteadyCache"
    with pytest.raises(InvalidCacheBackendError):
        caches["shared"]


def test_without_a_store_everything_a_page_asks_for_is_done_here(clock: list[float]) -> None:
    cache = steady()
    assert cache.add("knocks", 0) is True
    assert cache.add("knocks", 7) is False
    assert [cache.incr("knocks"), cache.incr("knocks", 2), cache.decr("knocks")] == [1, 3, 2]
    cache.set("a", {"b": 1}, 60)
    cache.set_many({"c": 3, "d": 4})
    assert cache.get_many(["a", "c", "d", "e"]) == {"a": {"b": 1}, "c": 3, "d": 4}
    assert (cache.get("none", "default"), "a" in cache, cache.touch("a", 5), cache.delete("a")) == ("default", True, True, True)
    cache.delete_many(["c", "d"])
    assert cache.get_or_set("e", lambda: 5) == 5
    cache.clear()
    assert cache.get("e") is None
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never")


def test_a_store_that_did_not_answer_is_asked_again_after_a_second(clock: list[float]) -> None:
    store = Store()
    cache = steady(store)
    assert (cache.get("x"), SteadyCache.is_away()) == ("get by the store", False)
    store.error = NoAnswer("gone")
    assert (cache.get("x"), SteadyCache.is_away(), store.asked) == (None, True, 2)
    store.error = None
    clock[0] += caching.TRY_AGAIN - 0.01
    assert (cache.get("x"), store.asked) == (None, 2)
    clock[0] += 0.02
    assert (cache.get("x"), SteadyCache.is_away(), store.asked) == ("get by the store", False, 3)


@pytest.mark.parametrize("error", [NoAnswer("gone"), TimeoutError(), ResponseError("OOM command not allowed")])
def test_every_way_of_not_answering_counts(error: Exception, clock: list[float]) -> None:
    store = Store()
    store.error = error
    assert steady(store).add("x", 1) is True
    assert SteadyCache.is_away()


def test_an_absence_is_told_once(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    store.error = NoAnswer("gone")
    cache = steady(store)
    with caplog.at_level(logging.WARNING, "config.caching"):
        for _ in range(5):
            cache.get("x")
            clock[0] += caching.TRY_AGAIN
    assert len(caplog.records) == 1


def test_a_key_that_is_not_there_is_no_outage(clock: list[float]) -> None:
    store = Store()
    store.error = ValueError("Key 'x' not found.")
    with pytest.raises(ValueError, match="not found"):
        steady(store).incr("x")
    assert not SteadyCache.is_away()


@pytest.mark.skipif(not settings.REDIS_URL, reason="asks a real store")
def test_clearing_forgets_what_is_ours_alone_and_what_is_kept_is_data() -> None:
    ours, theirs = (SteadyCache(settings.REDIS_URL, {"KEY_PREFIX": f"clearing-{name}"}) for name in "ab")
    ours.set("a", {"list": [1, "two"], "none": None})
    theirs.set("a", (1, 2))
    assert (ours.get("a"), theirs.get("a")) == ({"list": [1, "two"], "none": None}, [1, 2])
    ours.clear()
    assert (ours.get("a"), theirs.get("a")) == (None, [1, 2])
    theirs.clear()
    with pytest.raises(TypeError):
        ours.set("a", object())


@pytest.mark.skipif(not settings.REDIS_URL, reason="asks a real store")
def test_counting_up_takes_one_question_and_never_makes_a_number_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SteadyCache(settings.REDIS_URL, {"KEY_PREFIX": "counting-up"})
    with pytest.raises(ValueError, match="not found"):
        cache.incr("visits")
    assert cache.get("visits") is None
    cache.set("visits", 4, timeout=50)
    client = cache._cache.get_client(cache.make_key("visits"), write=True)
    asked: list[str] = []
    send = type(client).execute_command
    monkeypatch.setattr(
        type(client),
        "execute_command",
        lambda self, *words, **how: asked.append(words[0]) or send(self, *words, **how),
    )
    assert (cache.incr("visits"), cache.incr("visits", 5)) == (5, 10)
    assert asked == ["EVAL", "EVAL"]
    assert 0 < client.ttl(cache.make_key("visits")) <= 50
    assert not SteadyCache.is_away()
    cache.clear()


def test_what_is_asked_with_is_made_once_for_each_server() -> None:
    cache = SteadyCache(f"{NOWHERE};unix:///nonexistent/other?db=0", {"KEY_PREFIX": "a"})
    writers = {id(cache._cache.get_client("x", write=True)) for _ in range(5)}
    readers = {id(cache._cache.get_client("x")) for _ in range(5)}
    assert len(writers) == len(readers) == 1 and writers != readers
