"""The hub of this process, and what other rooms may ask of it."""

from functools import partial

from django.conf import settings
from django.utils import timezone

from ..dispatch import post
from .frames import frame
from .hub import Hub
from .parcel import RECHECK, SAY, Parcel
from .relay import Relay

EVERYONE = "everyone"
hub = Hub(Relay(settings.REDIS_URL, f"{settings.KEY_PREFIX}:live") if settings.REDIS_URL else None)


def recheck(user_public_id: str) -> None:
    """Have every open socket of a user, in all processes, ask again whether it may be open. Call it after the commit.

    Signed out, switched off, a right ended: what is no longer allowed is closed within a second.
    """
    post(partial(hub.publish, Parcel(RECHECK, (f"member.{user_public_id}",))))


def tell(user_public_id: str, kind: str, **facts: object) -> None:
    """Say something to one person on their personal sockets. It is not kept: who is not there does not hear it."""
    post(partial(hub.publish, Parcel(SAY, (f"member.{user_public_id}",), _said(kind, facts))))


def announce(text: str) -> None:
    """Say something to everyone who has a page open, such as a restart that is due. It is not kept."""
    post(partial(hub.publish, Parcel(SAY, (EVERYONE,), _said("announcement", {"text": text}))))


def _said(kind: str, facts: dict[str, object]) -> str:
    return frame(**{**facts, "type": kind, "at": timezone.now()})
