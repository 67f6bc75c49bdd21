"""Who acts: a user with their dated standing in each of their cooperatives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Standing:
    """What one user is in one cooperative now. `until` is the earliest end (UTC) of a dated right in it."""

    cooperative_id: int
    membership_id: int
    roles: frozenset[str]
    until: datetime | None = None


@dataclass(frozen=True)
class Actor:
    """The one who acts. `user` is None for the system and for a visitor."""

    user: Any = None
    standings: Mapping[int, Standing] = field(default_factory=lambda: MappingProxyType({}))
    is_system: bool = False

    @classmethod
    def of(cls, user: Any) -> "Actor":
        """The actor behind a signed-in user, with standings looked up now (two queries)."""
        return cls(user=user, standings=MappingProxyType(_finder(user)))

    @property
    def user_id(self) -> int | None:
        """The key of the user, or None."""
        return self.user.pk if self.user else None

    @property
    def name(self) -> str:
        """How the actor is named in sentences."""
        return str(self.user.name) if self.user else str(_("The system"))

    @property
    def is_signed_in(self) -> bool:
        """Whether a user stands behind this actor."""
        return self.user is not None

    @property
    def is_system_admin(self) -> bool:
        """Whether the user keeps the installation: users and schedules, never another cooperative's rows."""
        return bool(self.user and self.user.is_staff)

    @property
    def cooperative_ids(self) -> tuple[int, ...]:
        """The cooperatives the actor stands in, ascending."""
        return tuple(sorted(self.standings))

    def standing(self, cooperative_id: int | None) -> Standing | None:
        """The standing in one cooperative, or None for a stranger."""
        return self.standings.get(cooperative_id) if cooperative_id is not None else None


SYSTEM = Actor(is_system=True)
ANONYMOUS = Actor()


def _no_standings(user: Any) -> dict[int, Standing]:
    return {}


_finder: Callable[[Any], dict[int, Standing]] = _no_standings


def register_finder(finder: Callable[[Any], dict[int, Standing]]) -> None:
    """Let a higher rank say in which cooperatives a user stands; `members` does."""
    global _finder
    _finder = finder


def _no_token(token: str) -> None:
    return None


_resolver: Callable[[str], tuple[Any, datetime] | None] = _no_token


def register_token_resolver(resolver: Callable[[str], tuple[Any, datetime] | None]) -> None:
    """Let a higher rank say whose an access token is and when (UTC) it ends; `members` does."""
    global _resolver
    _resolver = resolver


def user_of_token(token: str) -> tuple[Any, datetime] | None:
    """The user behind an access token and when it ends, or None for a token that is no longer or never was good."""
    return _resolver(token)
