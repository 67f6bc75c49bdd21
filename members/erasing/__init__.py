"""Erasing a person: what of them goes, what stays and why, and where their name is left in other people's words."""

from .finding import Needles
from .mentions import mentions
from .part import Fate, Part
from .parts import details_naming, parts_of

__all__ = ["Fate", "Needles", "Part", "details_naming", "mentions", "parts_of"]
