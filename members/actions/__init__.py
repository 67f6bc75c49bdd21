"""Verbs of the members' room."""

from .register import admit, admit_founder, end_membership, end_role, grant_role
from .users import change_user

__all__ = ["admit", "admit_founder", "change_user", "end_membership", "end_role", "grant_role"]
