"""Everything about one person, from every room, in one file: found by the keys that models declare, not by a list."""

from .gathering import Subject, Table, tables_about
from .packing import packed

__all__ = ["Subject", "Table", "packed", "tables_about"]
