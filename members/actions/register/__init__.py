"""Verbs of the register: admit and correct people, give and end roles, pause and end memberships."""

from .entering import admit, admit_founder
from .leaving import end_membership
from .locking import an_admin_stays, hold
from .pausing import pause, resume
from .people import correct_person
from .roles import end_role, grant_role
from .staying import keep_role, withdraw_leaving
from .zones import follow_zone

__all__ = [
    "admit",
    "admit_founder",
    "an_admin_stays",
    "correct_person",
    "end_membership",
    "end_role",
    "follow_zone",
    "grant_role",
    "hold",
    "keep_role",
    "pause",
    "resume",
    "withdraw_leaving",
]
