"""What `/readyz` asks on behalf of this room: whether the schedule runs."""

import time

from django.core.cache import cache

BEAT = "heartbeat"
EVERY = 15  # seconds
SILENCE = 75  # seconds without a beat after which something is wrong: the schedule, the broker or the workers


def beaten() -> None:
    """Write down that the schedule, the broker and a worker have just worked together."""
    cache.set(BEAT, time.time(), None)


def beat() -> str:
    """Whether they did so a short while ago."""
    last = cache.get(BEAT)
    if last is None:
        return "no beat since the cache began: is beat running, and a worker?"
    age = int(time.time() - last)
    return f"no beat for {age} s: is beat running, and a worker?" if age > SILENCE else ""


PROBES = {"beat": beat}
