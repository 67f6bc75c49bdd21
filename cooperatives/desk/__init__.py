"""The bases of the admin's pages: lists that show what the policy allows, forms that call actions, the start page."""

from .acting import Act, ActingAdmin, under
from .base import CooperativeAdmin, OwnedAdmin, OwnFilter, desks_of, places
from .figures import FIGURES, Figure

__all__ = [
    "FIGURES",
    "Act",
    "ActingAdmin",
    "CooperativeAdmin",
    "Figure",
    "OwnFilter",
    "OwnedAdmin",
    "desks_of",
    "places",
    "under",
]
