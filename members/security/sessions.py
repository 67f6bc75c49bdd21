"""Sessions: how long they last, which are open, and ending them with everything that hangs on them."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.core import context
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from cooperatives.policy import Actor

from ..endings import let_go
from ..models import User
from ..roles import Role
from ..tokens import end_families
from .devices import device, is_phone, shortened

_log = logging.getLogger(__name__)
IDLE = timedelta(hours=2)
OFFICE = timedelta(hours=12)
LONGEST = timedelta(days=30)
TOUCH = timedelta(minutes=1)  # use is written down at most this often
OFFICES = frozenset({Role.ADMIN, Role.TREASURER, Role.SECRETARY})
BEGUN, SEEN = "sign_in_begun", "sign_in_seen"
UNASKED = "X-Unasked"  # a page that fetches news by itself says so: nobody sits before it


def holds_office(actor: Actor) -> bool:
    """Whether sessions of the actor end early: who holds money or roles in hand, or keeps the installation."""
    return actor.is_system_admin or any(standing.roles & OFFICES for standing in actor.standings.values())


# --- How long ---------------------------------------------------------------------------------------------------------


def began(sender: Any, request: Any, **_: Any) -> None:
    """Receiver of Django's signal: whichever way somebody signed in, the session remembers when, and is listed."""
    request.session[BEGUN] = request.session[SEEN] = timezone.now().timestamp()
    if "REMOTE_ADDR" in request.META:
        UserSession.objects.create_from_request(request)


def ends(session: Any, actor: Actor) -> datetime:
    """When (UTC) a session is over: 30 days after the sign-in; with an office 12 hours after it, or 2 after its last use."""
    begun, seen = session.get(BEGUN), session.get(SEEN)
    if begun is None or seen is None:
        stored: datetime = session.get_expiry_date()
        return stored
    if holds_office(actor):
        return min(_moment(begun) + OFFICE, _moment(seen) + IDLE)
    return _moment(begun) + LONGEST


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def lasts(request: Any, actor: Actor) -> bool:
    """Whether the session of a request still holds. One that is over is ended, with its sockets; else this is a use of it."""
    if not hasattr(request, "session"):
        return True  # signed in by something else than a session
    if ends(request.session, actor) <= timezone.now():
        _expire(request, actor.user)
        return False
    if UNASKED not in request.headers:
        _touch(request, actor)
    return True


def _expire(request: Any, user: User) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    let_go(user)
    messages.warning(
        request, _("You were signed out, because it is long ago that you signed in or did something. Sign in again.")
    )


def _touch(request: Any, actor: Actor) -> None:
    now, session = timezone.now(), request.session
    if now - _moment(session.get(SEEN, 0)) < TOUCH:
        return
    try:
        UserSession.objects.create_from_request(request)
    except OperationalError as error:  # on a full disk reading must go on; the next use is noted instead
        _log.warning("the use of a session could not be noted: %r", error)
        return
    session[SEEN] = now.timestamp()
    session.setdefault(BEGUN, now.timestamp())
    # Stored as a moment, so that the row, the cookie and open sockets all end with it.
    session.set_expiry(ends(session, actor))


# --- Which ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One browser somebody is signed in with, as its owner recognises it."""

    key: int
    device: str
    address: str
    begun: datetime
    seen: datetime
    is_here: bool
    is_phone: bool


def places_of(user: User, here: str) -> list[Place]:
    """The open sessions of a user, this one (by its key) first, then the one used last."""
    rows = UserSession.objects.purge_and_list(user)
    rows.sort(key=lambda row: (row.session_key != here, -row.last_seen_at.timestamp()))
    return [_place(row, here) for row in rows]


def _place(row: UserSession, here: str) -> Place:
    return Place(
        key=row.pk,
        device=device(row.user_agent),
        address=shortened(row.ip),
        begun=row.created_at,
        seen=row.last_seen_at,
        is_here=row.session_key == here,
        is_phone=is_phone(row.user_agent),
    )


def is_over(key: str | None) -> bool:
    """Whether the session with this key is no more."""
    return not Session.objects.filter(session_key=key).exists()


# --- Ending -----------------------------------------------------------------------------------------------------------


def end_place(user: User, key: int) -> bool:
    """End one session of a user, and its sockets. False when it is over already, or somebody else's."""
    return _end(user, UserSession.objects.filter(user=user, pk=key))


def end_others(user: User, *, here: str = "") -> None:
    """End every sign-in of a user but the session with this key: browsers, programs, and the sockets of both."""
    _end(user, UserSession.objects.filter(user=user).exclude(session_key=here))
    end_families(user)


def _end(user: User, rows: Iterable[UserSession]) -> bool:
    ended = [row.end() for row in rows]
    let_go(user)
    return bool(ended)


def factors_changed(sender: Any, instance: Any, created: bool = True, **_: Any) -> None:
    """Receiver for a stored or deleted factor, in the transaction that does it: whoever was signed in by less is out.

    Using a factor saves it too; that changes nobody's right to be here.
    """
    if created:
        request = context.request
        mine = request is not None and getattr(request, "user", None) == instance.user
        end_others(instance.user, here=request.session.session_key or "" if mine else "")


def forget_ended() -> None:
    """Delete the list's rows of sessions that are no more."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
