"""Nouns of rank 0: the tenant, and what it means to belong to one."""

from .cooperative import Cooperative, time_zones
from .owned import FinderManager, OwnedManager, OwnedModel, OwnedQuerySet, Versioned

__all__ = ["Cooperative", "FinderManager", "OwnedManager", "OwnedModel", "OwnedQuerySet", "Versioned", "time_zones"]
