"""Nouns of the members' room: logins, the register, tokens."""

from .api_key import ApiKey, Scope
from .register import Membership, Person, RoleGrant
from .token import RefreshToken, TokenFamily
from .user import User

__all__ = ["ApiKey", "Membership", "Person", "RefreshToken", "RoleGrant", "Scope", "TokenFamily", "User"]
