"""A member's work as a calendar that other programs read (RFC 5545, RFC 7986)."""

from .calendar import draw
from .entries import Said, current

__all__ = ["Said", "current", "draw"]
