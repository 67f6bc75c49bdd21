"""Personal API keys: how one is written, made and read.

`coop_` and eight characters are the visible prefix, then come an underscore, forty random characters and a checksum of
six: what was mistyped or cut off is known without asking the database, and scanners for secrets know ours by sight.
"""

import hashlib
import logging
import re
import secrets
import string
import zlib
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import OperationalError
from django.utils import timezone

from cooperatives.policy import Credential

from .models import ApiKey, User

MARK = "coop_"
LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
PATTERN = re.compile(rf"{MARK}[0-9A-Za-z]{{8}}_[0-9A-Za-z]{{46}}", re.ASCII)
NOTED = timedelta(minutes=1)
KEPT = timedelta(days=30)
_SIGNS, _SUM = 40, 6
_log = logging.getLogger(__name__)


class Minted(NamedTuple):
    """A new key: its text, to be shown once, and what is kept of it."""

    text: str
    prefix: str
    digest: str


def mint() -> Minted:
    """A new key; 238 random bits stand behind its prefix."""
    prefix = MARK + _random(8)
    body = f"{prefix}_{_random(_SIGNS)}"
    text = body + checksum(body)
    return Minted(text, prefix, digest(text))


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def checksum(body: str) -> str:
    """CRC-32 of everything before it, as six digits to base 62."""
    number, found = zlib.crc32(body.encode()), ""
    for _ in range(_SUM):
        number, digit = divmod(number, len(LETTERS))
        found = LETTERS[digit] + found
    return found


def digest(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_written_right(text: str) -> bool:
    """Whether a text can be a key: form and checksum."""
    return bool(PATTERN.fullmatch(text)) and checksum(text[:-_SUM]) == text[-_SUM:]


def resolve(text: str) -> Credential | None:
    """What a key proves, in one query; None for a key that is unknown, over or ended, or whose login is closed."""
    if not is_written_right(text):
        return None
    now = timezone.now()
    key = ApiKey.objects.select_related("user").filter(digest=digest(text)).first()
    if key is None or not key.is_open(now=now) or not key.user.can_sign_in:
        return None
    _note_use(key, now)
    return Credential(key.user, key.expires_at, key.cooperative_id, frozenset({key.scope}), f"key:{key.pk}")


def _note_use(key: ApiKey, now: datetime) -> None:
    if key.last_used_at is not None and now - key.last_used_at < NOTED:
        return
    try:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    except OperationalError:  # reading works while nothing can be written
        _log.warning("the last use of a key could not be noted", exc_info=True)


def end_keys(user: User) -> None:
    """End every key of a user, for good. Whoever calls lets the sockets go."""
    ApiKey.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())


def forget_old(*, now: datetime) -> int:
    """Delete keys that have been over or ended for thirty days; returns how many."""
    over = ApiKey.objects.filter(expires_at__lt=now - KEPT) | ApiKey.objects.filter(ended_at__lt=now - KEPT)
    count, _deleted = over.delete()
    return count
