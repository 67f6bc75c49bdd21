"""Nouns of the members' room: logins, the register, tokens."""

from .register import Membership, Person, RoleGrant
from .token import RefreshToken, TokenFamily
from .user import User

__all__ = ["Membership", "Person", "RefreshToken", "RoleGrant", "TokenFamily", "User"]
