"""Nouns of rank 0: the tenant, what it means to belong to one, and what belongs to a user alone."""

from .cooperative import Cooperative, time_zones
from .currency import digits_of
from .once import OnceKey
from .owned import FinderManager, OwnedManager, OwnedModel, OwnedQuerySet, Span, Versioned
from .personal import PersonalManager, PersonalModel, PersonalQuerySet

__all__ = [
    "Cooperative", "FinderManager", "OnceKey", "OwnedManager", "OwnedModel", "OwnedQuerySet", "PersonalManager", "PersonalModel",
    "PersonalQuerySet", "Span", "Versioned", "digits_of",
    "time_zones",
]  # fmt: skip
