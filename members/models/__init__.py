"""Nouns of the members' room: logins, the register, homes, ways in, imports, tokens."""

from .api_key import ApiKey, Scope
from .batch import ImportBatch, ImportedRow
from .beginning import Beginning
from .committees import Committee, Seat
from .homes import Building, Guardianship, Household, HouseholdMember, Occupancy, Occupant, Unit
from .joining import Invitation, InvitationToken, InvitationUse, JoinQuestion, JoinRequest, UnitOffer, WaitingEntry
from .privacy import Consent, Erasure, Photo, SavedView
from .register import Leaving, Membership, Pause, Person, RoleGrant, Shown, Status, called
from .token import RefreshToken, TokenFamily
from .user import User

__all__ = [
    "ApiKey",
    "Beginning",
    "Building",
    "Committee",
    "Consent",
    "Erasure",
    "Guardianship",
    "Household",
    "HouseholdMember",
    "ImportBatch",
    "ImportedRow",
    "Invitation",
    "InvitationToken",
    "InvitationUse",
    "JoinQuestion",
    "JoinRequest",
    "Leaving",
    "Membership",
    "Occupancy",
    "Occupant",
    "Pause",
    "Person",
    "Photo",
    "RefreshToken",
    "RoleGrant",
    "SavedView",
    "Scope",
    "Seat",
    "Shown",
    "Status",
    "TokenFamily",
    "Unit",
    "UnitOffer",
    "User",
    "WaitingEntry",
    "called",
]
