"""Leaks that are planted one at a time, to be sure that the crawl sees: each through both walls, each caught by its oracle."""

from .planting import Leak, planted

__all__ = ["Leak", "planted"]
