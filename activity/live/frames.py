"""The frames that the server itself says, and the codes with which it closes."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

HEARTBEAT = 10.0  # seconds between pings; a client that hears nothing for two of them knows that its line is dead
SILENCE = 25.0  # seconds after which a socket that says nothing is dead
LARGEST = 64 * 1024  # characters a client may send at once
MOST_FRAMES = 250  # frames a client may send between two pings

BAD_ORIGIN = 1008
TOO_LARGE = 1009
ODD = 1008
DEAD = 1001
TRY_LATER = 1013
NOT_SIGNED_IN = 4401
NO_RIGHT = 4403
NO_ROOM = 4404
RIGHT_ENDED = 4408


def frame(**message: Any) -> str:
    """One message as it goes over the wire."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


PING = frame(type="ping")


def hello(seq: int | None) -> str:
    """The first frame of a socket: where the record stands, and how often to expect a ping."""
    return frame(type="hello", seq=seq, heartbeat=int(HEARTBEAT))


def resync(seq: int | None) -> str:
    """What is shown may be old: fetch it again."""
    return frame(type="resync", seq=seq)


def caught_up(seq: int) -> str:
    """All that was missed has been said, up to this record."""
    return frame(type="caught_up", seq=seq)


def presence(people: Iterable[tuple[str, str]], count: int) -> str:
    """Who has the room open: some by public id and name, and how many they are in all."""
    return frame(type="presence", people=[{"id": user, "name": name} for user, name in people], count=count)


def error(code: str, detail: str) -> str:
    """A client's frame was not understood."""
    return frame(type="error", code=code, detail=detail)
