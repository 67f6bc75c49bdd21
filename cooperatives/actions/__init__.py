"""Verbs of rank 0, and the shape of every action."""

from .base import Conflict, Forbidden, Invalid, NotFound, RuleBroken, Stale, action, check, expect, validate
from .founding import CHANGEABLE, change_cooperative, found
from .removing import erase_cooperatives, fences_lifted, keys_to

__all__ = [
    "CHANGEABLE", "Conflict", "Forbidden", "Invalid", "NotFound", "RuleBroken", "Stale",
    "action", "change_cooperative", "check", "erase_cooperatives", "expect", "fences_lifted", "found", "keys_to", "validate",
]  # fmt: skip
