"""Who acts: a user with their dated standing in each of their cooperatives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Standing:
    """What one user is in one cooperative now. `until` is the earliest end (UTC) of a dated right in it, `zone` its clock."""

    cooperative_id: int
    membership_id: int
    roles: frozenset[str]
    until: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class Credential:
    """What a token proves: whose it is, when (UTC) it ends, how far it reaches.

    `cooperative_id` narrows it to one cooperative (None: all of the user's). `scopes` are None for a sign-in, which
    may do whatever its user may; a key may do what its scopes say. `name` stands for a key where its use is counted.
    """

    user: Any
    ends: datetime
    cooperative_id: int | None = None
    scopes: frozenset[str] | None = None
    name: str = ""

    @property
    def is_key(self) -> bool:
        """Whether it was handed to a program: never a fresh sign-in, and no sign-in at all."""
        return self.scopes is not None

    def allows(self, method: str) -> bool:
        """Whether the scopes reach to this HTTP method; the right to write includes the right to read."""
        if self.scopes is None or "write" in self.scopes:
            return True
        return "read" in self.scopes and method in SAFE


@dataclass(frozen=True)
class Actor:
    """The one who acts. `user` is None for the system and for a visitor, `credential` for a session."""

    user: Any = None
    standings: Mapping[int, Standing] = field(default_factory=lambda: MappingProxyType({}))
    is_system: bool = False
    credential: Credential | None = None

    @classmethod
    def of(cls, user: Any, credential: Credential | None = None) -> "Actor":
        """The actor behind a signed-in user, with standings looked up now (two queries), as far as the token reaches."""
        standings = _finder(user)
        if credential is not None and credential.cooperative_id is not None:
            standings = {pk: standing for pk, standing in standings.items() if pk == credential.cooperative_id}
        return cls(user=user, standings=MappingProxyType(standings), credential=credential)

    def again(self) -> "Actor":
        """The same actor with standings as they are now; a narrowed one stays narrowed."""
        return Actor.of(self.user, self.credential) if self.user else self

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
        """Whether the user keeps the installation: users and schedules, never another cooperative's rows.

        Neither a key nor a token of one cooperative carries this power.
        """
        return bool(self.user and self.user.is_staff) and self.within is None and not self.by_key

    @property
    def within(self) -> int | None:
        """The one cooperative to which the token of this actor is narrowed; None for all of theirs."""
        return self.credential.cooperative_id if self.credential else None

    @property
    def by_key(self) -> bool:
        """Whether a program acts with a key instead of a person who signed in."""
        return self.credential is not None and self.credential.is_key

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


_resolver: Callable[[str], Credential | None] = _no_token


def register_token_resolver(resolver: Callable[[str], Credential | None]) -> None:
    """Let a higher rank say what a token proves; `members` does."""
    global _resolver
    _resolver = resolver


def credential_of_token(token: str) -> Credential | None:
    """What a token proves, or None for one that is no longer or never was good."""
    return _resolver(token)


def actor_of_token(token: str) -> Actor | None:
    """The actor behind a token; None also for a token of one cooperative in which its user does not stand any more."""
    credential = credential_of_token(token)
    if credential is None:
        return None
    actor = Actor.of(credential.user, credential)
    return None if actor.within is not None and not actor.standings else actor
