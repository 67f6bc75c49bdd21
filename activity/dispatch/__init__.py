"""Carries every record to every target, in order, at least once; each target makes it once by the record's uid."""

from .line import run
from .sweeping import sweep
from .targets import Away, Target, names, register, registered, unregister
from .waker import post, settle, wake

__all__ = ["Away", "Target", "names", "post", "register", "registered", "run", "settle", "sweep", "unregister", "wake"]
