"""The bases of the admin's pages: lists that show what the policy allows, forms that call actions, the start page."""

from .acting import Act, ActingAdmin, under
from .base import OwnedAdmin, OwnFilter, OwnReferences, desks_of, may_enter, places
from .figures import FIGURES, Figure

__all__ = [
    "FIGURES",
    "Act",
    "ActingAdmin",
    "Figure",
    "OwnFilter",
    "OwnReferences",
    "OwnedAdmin",
    "desks_of",
    "may_enter",
    "places",
    "under",
]
