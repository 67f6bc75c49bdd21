"""Tokens of the API: short signed access tokens, and opaque refresh tokens that work once.

An access token is looked up at every request, so that ending a family, switching a login off or changing
its password is felt at once. A refresh token is kept as its SHA-256 only; a second use ends its family.
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
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from .endings import let_go
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


def issue(user: User) -> Pair:
    """Begin a family for a user who has just proved who they are."""
    with transaction.atomic():
        family = TokenFamily.objects.create(user=user, seal=user.get_session_auth_hash())
        return _pair(family, user)


def rotate(refresh: str) -> Pair | None:
    """Exchange a refresh token, once. None for one that is unknown, over or used; a used one ends its family."""
    found = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh)).first()
    if found is None or not _is_open(found.family) or found.expires_at <= timezone.now():
        return None
    with transaction.atomic():
        # One conditional UPDATE on the row itself: of fifty at once exactly one sees it unused.
        if RefreshToken.objects.filter(pk=found.pk, used_at=None).update(used_at=timezone.now()):
            return _pair(found.family, found.family.user)
        end_family(found.family)
    _log.warning("a refresh token was used twice; family %s is ended", found.family_id)
    return None


def end_family(family: TokenFamily) -> None:
    """End every token of one sign-in, and its sockets."""
    TokenFamily.objects.filter(pk=family.pk, ended_at=None).update(ended_at=timezone.now())
    let_go(family.user)


def end_families(user: User) -> None:
    """End every sign-in of a user through the API, and their sockets."""
    TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())
    let_go(user)


def family_of_refresh(refresh: str) -> TokenFamily | None:
    """The open family that a refresh token belongs to, used or not."""
    found = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh)).first()
    return found.family if found and _is_open(found.family) else None


def resolve(token: str) -> tuple[User, datetime] | None:
    """The user behind an access token and when (UTC) it ends, in one query; None for any token that is not good."""
    found = _opened(token)
    return (found[0].user, datetime.fromtimestamp(found[1]["exp"], UTC)) if found else None


def family_of_access(token: str) -> TokenFamily | None:
    """The open family that an access token belongs to."""
    found = _opened(token)
    return found[0] if found else None


def _opened(token: str) -> tuple[TokenFamily, dict[str, Any]] | None:
    claims = _read(token)
    if claims is None:
        return None
    family = TokenFamily.objects.select_related("user").filter(pk=claims["fam"], user__public_id=claims["sub"]).first()
    return (family, claims) if family is not None and _is_open(family) else None


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
    }
    return Pair(user, jwt.encode(claims, _key(settings.SECRET_KEY), algorithm="HS256"), refresh, expires_at)


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
