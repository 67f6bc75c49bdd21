"""Counting how often somebody comes, in the shared cache, so that all workers count together."""

import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Count:
    """What is left of an allowance: `most` for each window, `left` of it, and the seconds until the next window."""

    most: int
    left: int
    wait: int

    @property
    def has_room(self) -> bool:
        """Whether this one may pass."""
        return self.left >= 0


def count(name: str, most: int, span: int, *, now: float | None = None) -> Count:
    """Count one more of `name` in the present window of `span` seconds; negative `left` means one too many.

    One atomic increment: of two workers at one instant never both see the last free place.
    """
    window, passed = divmod(int(time.time() if now is None else now), span)
    return Count(most, most - _more(f"count:{name}:{window}", span + 5), span - passed)


def _more(key: str, lasting: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # nobody has come in this window yet
        cache.add(key, 0, timeout=lasting)
    try:
        return cache.incr(key)
    except ValueError:  # evicted between the two calls
        return 1
