"""The hub: one for each process. It knows the local sockets by group and writes each frame to them in a plain loop."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from ..measures import SOCKETS
from . import frames
from .parcel import HERE, RECHECK, Parcel
from .presence import Presence, mark
from .relay import Relay
from .socket import Admission, Socket

MOST_WAITING = 2000  # parcels that the loop has not come to yet
TWICE = 0.5  # seconds: Django tells of a sign-out just before the session row is gone, so ask a second time
TICK = 1.0


class Hub:
    """Groups of local sockets, and the way to those of all processes.

    `publish` is safe from any thread; everything else belongs to the server's loop. With a relay a parcel travels
    to every process, this one included; without, it goes straight onto this process's loop.
    """

    def __init__(self, relay: Relay | None = None) -> None:
        self.relay = relay
        self.is_host = False
        self.presence = Presence(self)
        self._begin(None)

    def _begin(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._groups: dict[str, set[Socket]] = {}
        self._sockets: set[Socket] = set()
        self._inbox: deque[Parcel] = deque()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._opening = 0
        self._log: deque[Parcel] = deque(maxlen=MOST_WAITING)  # what passed while sockets were opening
        self._passed = 0
        self.presence.forget()

    def __len__(self) -> int:
        return len(self._sockets)

    def host(self) -> None:
        """Say that sockets may come to this process."""
        self.is_host = True

    def can_publish(self) -> bool:
        """Whether what this process publishes reaches the sockets."""
        return self.relay is not None or self.is_host

    def publish(self, parcel: Parcel) -> None:
        """Send a parcel to every socket of its groups. Raises Away when the relay cannot be reached."""
        if self.relay is not None:
            self.relay.publish(parcel)
        elif self._loop is not None and not self._loop.is_closed():
            with suppress(RuntimeError):  # the server stops at this very moment
                self._loop.call_soon_threadsafe(self.receive, parcel)

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[int]:
        """Keep what passes while a socket's right is looked up, so that `join` misses nothing; yields the place."""
        self._attach(asyncio.get_running_loop())
        self._opening += 1
        try:
            if self.relay is not None:
                await self.relay.heard()
            yield self._passed
        finally:
            self._opening -= 1
            if not self._opening:
                self._log.clear()
            self._rest()

    def _attach(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            self._begin(loop)
        if "keeper" not in self._tasks:
            self._tasks["keeper"] = loop.create_task(self._keep())
        if self.relay is not None and "relay" not in self._tasks:
            self.relay.begin()
            self._tasks["relay"] = loop.create_task(self.relay.listen(self.deliver, self.distrust))

    def join(self, socket: Socket, mark: int) -> None:
        """Add a socket, still held, with all that passed since `mark`."""
        self._sockets.add(socket)
        SOCKETS.inc()
        self._enrol(socket)
        self.presence.changed(socket.admission.shown)
        missed = self._passed - mark
        if missed > len(self._log):
            socket.recheck(resync=True)
            return
        for parcel in list(self._log)[len(self._log) - missed :]:
            self._late(socket, parcel)

    def _late(self, socket: Socket, parcel: Parcel) -> None:
        mine = socket.admission
        is_news = parcel.cooperative != mine.cooperative or parcel.seq > (mine.seq or 0)
        if parcel.act == RECHECK:
            if f"member.{mine.user}" in parcel.groups:
                socket.recheck()
        elif is_news and set(mine.groups).intersection(parcel.groups):
            socket.keep(parcel)

    def _enrol(self, socket: Socket) -> None:
        for group in self._of(socket):
            self._groups.setdefault(group, set()).add(socket)

    def _of(self, socket: Socket) -> list[str]:
        shown = socket.admission.shown
        return [*socket.admission.groups, f"!{socket.admission.user}", *([mark(shown)] if shown else [])]

    def sockets_in(self, group: str) -> tuple[Socket, ...]:
        """The local sockets of a group."""
        return tuple(self._groups.get(group, ()))

    def rooms(self) -> list[str]:
        """The rooms in which somebody is shown who is here."""
        return [group[1:] for group in self._groups if group == mark(group[1:])]

    def _strike(self, socket: Socket) -> None:
        for group in self._of(socket):
            members = self._groups.get(group, set())
            members.discard(socket)
            if not members:
                self._groups.pop(group, None)

    def move(self, socket: Socket, admission: Admission) -> None:
        """Give an open socket the admission of today, which may hold other groups."""
        if socket not in self._sockets:
            return
        self._strike(socket)
        before, socket.admission = socket.admission, admission
        self._enrol(socket)
        if (before.shown, before.name) != (admission.shown, admission.name):
            self.presence.changed(before.shown)
            self.presence.changed(admission.shown)

    def leave(self, socket: Socket) -> None:
        """Take a socket away; twice does nothing."""
        if socket in self._sockets:
            self._sockets.discard(socket)
            SOCKETS.dec()
            self._strike(socket)
            self._rest()
            self.presence.changed(socket.admission.shown)

    def _rest(self) -> None:
        """Hold nothing while nobody is here: no task, no subscription."""
        if not self._sockets and not self._opening:
            for task in self._tasks.values():
                task.cancel()
            self._tasks.clear()
            self.presence.rest()

    def receive(self, parcel: Parcel) -> None:
        """Take a parcel on the loop. When the loop cannot keep up at all, everyone is told to look for themselves."""
        if parcel.act == RECHECK:
            self._take(parcel)
            return
        self._inbox.append(parcel)
        if len(self._inbox) > MOST_WAITING:
            self._passed += len(self._inbox)  # more than is remembered: whoever is opening looks for itself too
            self._inbox.clear()
            for socket in self._sockets:
                socket.overflow()
                socket.flush()
        if "pump" not in self._tasks or self._tasks["pump"].done():
            self._tasks["pump"] = asyncio.ensure_future(self._pump())

    async def _pump(self) -> None:
        while self._inbox:
            await self.deliver(self._inbox.popleft())

    async def deliver(self, parcel: Parcel) -> None:
        """Write one parcel to every local socket of its groups, or let it wait where the reader is slow."""
        if self._take(parcel):
            return
        message = {"type": "websocket.send", "text": parcel.frame}
        for socket in self._listeners(parcel.groups):
            if socket.is_clear:
                try:
                    await socket.send(message)
                except Exception:  # noqa: BLE001  (the server tells of a lost connection in its own way)
                    self.leave(socket)
            else:
                socket.keep(parcel)
        await asyncio.sleep(0)  # let the server write before the next frame is added

    def _take(self, parcel: Parcel) -> bool:
        """Remember a parcel for sockets that are opening; True when it was meant for the hub itself."""
        if parcel.act == HERE:
            self.presence.heard(parcel)
            return True
        if self._opening:
            self._log.append(parcel)
            self._passed += 1
        if parcel.act != RECHECK:
            return False
        self._recheck(parcel.groups)
        asyncio.get_running_loop().call_later(TWICE, self._recheck, parcel.groups)
        return True

    def _recheck(self, groups: Iterable[str]) -> None:
        for group in groups:
            for socket in tuple(self._groups.get("!" + group.removeprefix("member."), ())):
                socket.recheck()

    def _listeners(self, groups: tuple[str, ...]) -> Iterable[Socket]:
        if len(groups) == 1:
            return tuple(self._groups.get(groups[0], ()))
        return {socket for group in groups for socket in self._groups.get(group, ())}

    def distrust(self) -> None:
        """Messages may have been lost: ask again for every right, and tell every client to look for itself."""
        for socket in tuple(self._sockets):
            socket.recheck(resync=True)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self.tick(time.monotonic())

    async def tick(self, now: float) -> None:
        """Ping those who were not pinged for a while, close the dead, look again at rights that end."""
        today = datetime.now(UTC)
        self.presence.tick(now)
        for socket in tuple(self._sockets):
            ends = socket.admission.ends
            if ends is not None and ends <= today:
                socket.recheck()
            elif now - socket.heard >= frames.SILENCE:
                await socket.shut(frames.DEAD)
            elif now - socket.pinged >= frames.HEARTBEAT:
                socket.pinged, socket.count = now, 0
                socket.keep(_PING)


_PING = Parcel("say", (), frames.PING, "ping")
