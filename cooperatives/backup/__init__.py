"""Backup and restore of a whole installation, from either engine to either engine.

It stands in rank 0 because it needs the fences, the owner's login and the set of cooperatives, and nothing above:
tables come from Django's registry of models, and the rooms say the rest by facts and checkups.
"""

from .checking import Backup
from .errors import Refused
from .keeping import keep_one_a_day, newest
from .making import make, name_at
from .restoring import restore

__all__ = ["Backup", "Refused", "keep_one_a_day", "make", "name_at", "newest", "restore"]
