"""Verbs of the members' room."""

from .factors import reset_factors
from .keys import create_key, end_key
from .register import admit, admit_founder, end_membership, end_role, follow_zone, grant_role
from .users import change_user

__all__ = [
    "admit",
    "admit_founder",
    "change_user",
    "create_key",
    "end_key",
    "end_membership",
    "end_role",
    "follow_zone",
    "grant_role",
    "reset_factors",
]
