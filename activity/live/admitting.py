"""Who may open a socket: the session or the token, then the room. One function, asked again whenever it may have changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from cooperatives.policy import Actor, actor_of_token, sign_ins
from cooperatives.queries import enter

from ..models import Head
from .frames import NO_RIGHT, NOT_SIGNED_IN, RIGHT_ENDED
from .socket import Admission, Refused

SUBPROTOCOL = "cooperator.bearer"
_BEARER = "bearer "
SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True)
class Room:
    """What a socket listens to. `cooperative_id` is the one whose `seq` it speaks of; None for a personal socket.

    `shown` names a room in which people see who else has it open.
    """

    groups: tuple[str, ...]
    cooperative_id: int | None = None
    shown: str = ""


Loader = Callable[[Actor], Room | None]


@dataclass(frozen=True)
class Credentials:
    """What a socket brought: a session key or an access token. A token speaks for itself, beside any cookie."""

    session: str = ""
    token: str = ""
    subprotocol: str | None = None

    @classmethod
    def of(cls, scope: dict[str, Any]) -> "Credentials":
        """Read them from the handshake: the Authorization header, the subprotocol, the cookie. Never from the address."""
        headers = _headers(scope)
        said, offered = headers.get("authorization", ""), scope.get("subprotocols") or []
        if said.lower().startswith(_BEARER):
            return cls(token=said[len(_BEARER) :].strip() or "-")
        if SUBPROTOCOL in offered:
            others = [word for word in offered if word != SUBPROTOCOL]
            return cls(token=others[0] if len(others) == 1 else "-", subprotocol=SUBPROTOCOL)
        return cls(session=parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, ""))


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope.get("headers", [])}


def is_at_home(scope: dict[str, Any], credentials: Credentials) -> bool:
    """Whether the page that opens the socket is ours: scheme, host and port must all be right.

    Programs send no Origin; they are welcome with a token, never with a cookie.
    """
    headers = _headers(scope)
    origin = headers.get("origin")
    if origin is None:
        return bool(credentials.token)
    return origin.lower() in {home.lower() for home in _homes(headers.get("host", ""))}


def _homes(host: str) -> Iterable[str]:
    yield from (home for home in settings.CSRF_TRUSTED_ORIGINS if "*" not in home)
    domain, _port = split_domain_port(host)
    if domain and validate_host(domain, settings.ALLOWED_HOSTS):
        yield f"{urlsplit(settings.SITE_URL).scheme}://{host}"


def admit(credentials: Credentials, load: Loader) -> Admission:
    """Look up who it is and whether the room is open to them. Raises Refused with the code to close with.

    A stranger, an unknown room and a malformed id are refused alike.
    """
    actor, ends, over = _actor_of(credentials)
    if sign_ins().is_held(actor):
        raise Refused(NO_RIGHT)
    with enter(actor.cooperative_ids, actor.user_id):
        room = load(actor)
        if room is None:
            raise Refused(NO_RIGHT)
        until, seq = _standing_in(actor, room)
    if until is not None and until <= ends:
        ends, over = until, RIGHT_ENDED
    shown = "" if credentials.token else room.shown  # a program looks at nothing
    return Admission(str(actor.user.public_id), room.groups, room.cooperative_id or 0, seq, ends, over, actor.name, shown)


def _actor_of(credentials: Credentials) -> tuple[Actor, datetime, int]:
    if credentials.token:
        actor = actor_of_token(credentials.token)
        if actor is None or actor.credential is None:
            raise Refused(NOT_SIGNED_IN)
        if not actor.credential.allows("GET"):
            raise Refused(NO_RIGHT)
        return actor, actor.credential.ends, NOT_SIGNED_IN
    request = HttpRequest()
    request.session = SessionStore(credentials.session or None)
    user = get_user(request)
    if not credentials.session or not user.is_authenticated:
        raise Refused(NOT_SIGNED_IN)
    actor = Actor.of(user)
    ends = sign_ins().ends(request.session, actor)
    if ends <= timezone.now():
        raise Refused(NOT_SIGNED_IN)
    return actor, ends, NOT_SIGNED_IN


def _standing_in(actor: Actor, room: Room) -> tuple[datetime | None, int | None]:
    if room.cooperative_id is None:
        return None, None
    standing = actor.standing(room.cooperative_id)
    if standing is None:
        raise Refused(NO_RIGHT)
    head = Head.objects.filter(cooperative_id=room.cooperative_id).values_list("seq", flat=True).first()
    return standing.until, head or 0
