"""Who has a room open: what the sockets of this process say, and what the other processes say of theirs.

Nothing is stored anywhere. A process that dies is forgotten after three beats.
"""

import asyncio
import json
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..dispatch import post
from . import frames
from .parcel import HERE, SAY, Parcel

if TYPE_CHECKING:
    from .hub import Hub

FACES = 5  # who are named; the rest is a number
PAUSE = 0.5  # seconds in which comings and goings are gathered
BEAT = 10.0  # seconds after which a process says again who is with it
FORGOTTEN = 3 * BEAT


def mark(room: str) -> str:
    """The group of the sockets that are shown in a room."""
    return f"@{room}"


class Said(NamedTuple):
    """What another process has said of a room: who is with it, by public id, and when."""

    people: dict[str, str]
    at: float


class Presence:
    """Belongs to one hub, on its loop."""

    def __init__(self, hub: "Hub") -> None:
        self.hub, self.process = hub, uuid.uuid4().hex
        self.forget()

    def forget(self) -> None:
        """Begin anew, on another loop."""
        self._far: dict[str, dict[str, Said]] = {}
        self._asked: set[str] = set()
        self._due: set[str] = set()
        self._telling: set[str] = set()
        self._beat = time.monotonic()

    def rest(self) -> None:
        """Nobody is here any more: nothing is heard from now on, so what was heard is old."""
        self._far.clear()
        self._asked.clear()

    def changed(self, room: str, *, tells: bool = True) -> None:
        """Somebody came or went: show it soon, and, when it happened here, tell the other processes."""
        if not room:
            return
        if tells:
            self._telling.add(room)
        if room not in self._due:
            self._due.add(room)
            asyncio.get_running_loop().call_later(PAUSE, self._say, room)

    def _say(self, room: str) -> None:
        self._due.discard(room)
        if room in self._telling:
            self._telling.discard(room)
            self._tell(room)
        if self.hub.sockets_in(mark(room)):
            people = sorted(self.people(room).items(), key=lambda one: (one[1].casefold(), one[0]))
            text = frames.presence(people[:FACES], len(people))
            self.hub.receive(Parcel(SAY, (mark(room),), text, mark(room)))

    def _tell(self, room: str) -> None:
        if self.hub.relay is None:
            return
        here = self._here(room)
        said = {"process": self.process, "asks": bool(here) and room not in self._asked, "people": here}
        if here:
            self._asked.add(room)
        post(partial(self.hub.publish, Parcel(HERE, (room,), json.dumps(said))))

    def _here(self, room: str) -> dict[str, str]:
        return {socket.admission.user: socket.admission.name for socket in self.hub.sockets_in(mark(room))}

    def people(self, room: str) -> dict[str, str]:
        """Everybody in the room by public id, each once however many pages they have open."""
        everybody: dict[str, str] = {}
        for said in self._far.get(room, {}).values():
            everybody |= said.people
        return everybody | self._here(room)

    def heard(self, parcel: Parcel) -> None:
        """Another process says who is with it."""
        (room,), said = parcel.groups, json.loads(parcel.frame)
        if said["process"] == self.process:
            return
        others = self._far.setdefault(room, {})
        before = others.pop(said["process"], None)
        if said["people"]:
            others[said["process"]] = Said(said["people"], time.monotonic())
        if (before.people if before else {}) != said["people"]:
            self.changed(room, tells=False)
        if said["asks"] and self._here(room):
            self._tell(room)

    def tick(self, now: float) -> None:
        """Once a beat say again who is here, and forget the processes that say nothing any more."""
        if now - self._beat < BEAT:
            return
        self._beat = now
        for room, others in self._far.items():
            silent = [process for process, said in others.items() if now - said.at >= FORGOTTEN]
            for process in silent:
                del others[process]
            if silent:
                self.changed(room, tells=False)
        if self.hub.relay is None or not self.hub.relay.is_listening:
            return  # while the store is away nobody hears it, and each try would wait for it
        for room in self.hub.rooms():
            self._tell(room)
