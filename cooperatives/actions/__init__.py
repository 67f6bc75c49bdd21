"""Verbs of rank 0, and the shape of every action."""

from ..counting import Count, count
from .base import Conflict, Forbidden, Invalid, NotFound, RuleBroken, Stale, TooMany, action, check, check_each, expect
from .founding import CHANGEABLE, change_cooperative, found
from .once import KEPT_FOR, Done, InFlight, KeyReused, Ticket, digest, forget_keys, once
from .removing import erase_cooperatives, erase_personal, fences_lifted, keys_to
from .sound import validate
from .words import is_invisible, refuse_invisible, turns, unturned

__all__ = [
    "CHANGEABLE", "KEPT_FOR", "Conflict", "Count", "Done", "Forbidden", "InFlight", "Invalid", "KeyReused", "NotFound",
    "RuleBroken", "Stale", "Ticket", "TooMany", "action", "change_cooperative", "check", "check_each", "count", "digest",
    "erase_cooperatives", "erase_personal", "expect", "fences_lifted", "forget_keys", "found", "is_invisible", "keys_to",
    "once", "refuse_invisible", "turns", "unturned", "validate",
]  # fmt: skip
