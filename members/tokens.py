"""Tokens of the API: short signed access tokens, and opaque refresh tokens that work once.

An access token is looked up at every request, so that ending a family, switching a login off or changing
its password is felt at once. A refresh token is kept as its SHA-256 only; a second use ends its family, and the
owner is told. A sign-in may be narrowed to one cooperative; its tokens then open no other.
"""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from cooperatives.policy import Actor, Credential

from .endings import let_go
from .letters import tell
from .models import RefreshToken, TokenFamily, User

ACCESS_SPAN = timedelta(minutes=5)
REFRESH_SPAN = timedelta(days=30)
FAMILY_SPAN = timedelta(days=90)
LONGEST = 2000  # characters; ours have about 400, and a longer one need not be read
_CLAIMS = ["sub", "typ", "fam", "aud", "iat", "exp", "jti"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pair:
    """What a sign-in or a refresh hands out: both tokens, and when (UTC) the access token ends."""

    user: User
    access: str
    refresh: str
    expires_at: datetime
    cooperative_id: int | None = None

    @property
    def credential(self) -> Credential:
        """What the access token proves."""
        return Credential(self.user, self.expires_at, self.cooperative_id)


def issue(user: User, *, cooperative_id: int | None = None) -> Pair:
    """Begin a family for a user who has just proved who they are, for one cooperative or for all of theirs."""
    with transaction.atomic():
        family = TokenFamily.objects.create(user=user, seal=user.get_session_auth_hash(), cooperative_id=cooperative_id)
        return _pair(family, user)


def rotate(refresh: str) -> Pair | None:
    """Exchange a refresh token, once. None for one that is unknown, over or used; a used one ends its family."""
    found = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh)).first()
    if found is None or not _is_open(found.family) or found.expires_at <= timezone.now() or not _stands(found.family):
        return None
    with transaction.atomic():
        # One conditional UPDATE on the row itself: of fifty at once exactly one sees it unused.
        if RefreshToken.objects.filter(pk=found.pk, used_at=None).update(used_at=timezone.now()):
            return _pair(found.family, found.family.user)
        if end_family(found.family):
            _told_of_reuse(found.family)
    return None


def _stands(family: TokenFamily) -> bool:
    """Whether the user of a narrowed sign-in still stands in its cooperative."""
    return family.cooperative_id is None or Actor.of(family.user).standing(family.cooperative_id) is not None


def _told_of_reuse(family: TokenFamily) -> None:
    _log.warning("a refresh token was used twice; family %s is ended", family.pk)
    transaction.on_commit(lambda: tell(family.user, "reused_token", began=family.created_at))


def end_family(family: TokenFamily) -> bool:
    """End every token of one sign-in, and its sockets. True for the one call that found it open."""
    ended = TokenFamily.objects.filter(pk=family.pk, ended_at=None).update(ended_at=timezone.now())
    let_go(family.user)
    return bool(ended)


def end_families(user: User) -> None:
    """End every sign-in of a user through the API, and their sockets."""
    TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())
    let_go(user)


def open_families(user: User) -> list[TokenFamily]:
    """The open sign-ins of a user through the API, with `refreshed_at`, the newest first."""
    found = TokenFamily.objects.filter(user=user, ended_at=None).select_related("user", "cooperative")
    used = found.annotate(refreshed_at=Max("tokens__used_at")).order_by("-created_at")
    return [family for family in used if _is_open(family)]


def family_of_refresh(refresh: str) -> TokenFamily | None:
    """The open family that a refresh token belongs to, used or not."""
    found = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh)).first()
    return found.family if found and _is_open(found.family) else None


def resolve(token: str) -> Credential | None:
    """What an access token proves, in one query; None for any token that is not good."""
    found = _opened(token)
    if found is None:
        return None
    family, claims = found
    return Credential(family.user, datetime.fromtimestamp(claims["exp"], UTC), family.cooperative_id)


def family_of_access(token: str) -> TokenFamily | None:
    """The open family that an access token belongs to."""
    found = _opened(token)
    return found[0] if found else None


def _opened(token: str) -> tuple[TokenFamily, dict[str, Any]] | None:
    claims = _read(token)
    if claims is None:
        return None
    family = TokenFamily.objects.select_related("user").filter(pk=claims["fam"], user__public_id=claims["sub"]).first()
    if family is None or family.cooperative_id != claims.get("coop") or not _is_open(family):
        return None
    return family, claims


def forget_old(*, now: datetime) -> int:
    """Delete families that no token can open any more, with their tokens; returns how many families."""
    over = TokenFamily.objects.filter(created_at__lt=now - FAMILY_SPAN - REFRESH_SPAN)
    ended = TokenFamily.objects.filter(ended_at__lt=now - REFRESH_SPAN)
    _count, deleted = (over | ended).delete()
    return deleted.get(TokenFamily._meta.label, 0)


def _pair(family: TokenFamily, user: User) -> Pair:
    now = timezone.now().replace(microsecond=0)
    refresh = secrets.token_urlsafe(32)
    last = family.created_at + FAMILY_SPAN
    RefreshToken.objects.create(family=family, digest=_digest(refresh), expires_at=min(now + REFRESH_SPAN, last))
    expires_at = now + ACCESS_SPAN
    claims = {
        "sub": str(user.public_id),
        "typ": "access",
        "fam": str(family.pk),
        "aud": settings.SITE_ORIGIN,
        "iat": now,
        "exp": expires_at,
        "jti": secrets.token_hex(8),
        **({"coop": family.cooperative_id} if family.cooperative_id is not None else {}),
    }
    access = jwt.encode(claims, _key(settings.SECRET_KEY), algorithm="HS256")
    return Pair(user, access, refresh, expires_at, family.cooperative_id)


def _is_open(family: TokenFamily) -> bool:
    if family.ended_at is not None or family.created_at + FAMILY_SPAN <= timezone.now():
        return False
    return family.user.can_sign_in and _seal_holds(family)


def _seal_holds(family: TokenFamily) -> bool:
    user = family.user
    seals = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(family.seal, seal) for seal in seals)


def _digest(refresh: str) -> str:
    return hashlib.sha256(refresh.encode()).hexdigest()


def _key(secret: str) -> bytes:
    return salted_hmac("members.tokens.access", "", secret=secret, algorithm="sha256").digest()


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _key(secret)


def _read(token: str) -> dict[str, Any] | None:
    """The claims of an access token that is ours and not over, with ids that can be ids."""
    if len(token) > LONGEST:
        return None
    claims = next((found for key in _keys() if (found := _decoded(token, key))), None)
    if claims is None or claims["typ"] != "access":
        return None
    try:
        return {**claims, "fam": uuid.UUID(claims["fam"]), "sub": uuid.UUID(claims["sub"])}
    except (ValueError, AttributeError, TypeError):
        return None


def _decoded(token: str, key: bytes) -> dict[str, Any] | None:
    try:
        return jwt.decode(token, key, algorithms=["HS256"], audience=settings.SITE_ORIGIN, options={"require": _CLAIMS})
    except (jwt.InvalidTokenError, ValueError):
        return None
