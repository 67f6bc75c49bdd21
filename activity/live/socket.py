"""One open socket as the hub sees it: what waits for it, whether its reader keeps up, what opened it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from . import frames
from .parcel import Parcel

if TYPE_CHECKING:
    from .hub import Hub

MOST_PENDING = 256
_log = logging.getLogger(__name__)
_unique = count()
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Flow(Protocol):
    """What our server puts into the scope: whether the kernel still takes bytes for this socket."""

    paused: bool
    resumed: Callable[[], Any] | None


@dataclass(frozen=True)
class Admission:
    """Why a socket is open: who listens, to what, from which record on, and until when (`over` is the code then).

    `shown` is the room in which the others see them by `name`; empty for programs and where nobody is shown.
    """

    user: str
    groups: tuple[str, ...]
    cooperative: int
    seq: int | None
    ends: datetime | None = None
    over: int = frames.RIGHT_ENDED
    name: str = ""
    shown: str = ""


class Refused(Exception):
    """A socket may not be open. `code` closes it."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False, slots=True)
class Socket:
    """One socket. Frames go straight through while nothing holds them back, else they wait, the newest of each object.

    All of it runs on the server's loop.
    """

    hub: "Hub"
    send: Send
    flow: Flow | None
    admission: Admission
    verify: Callable[[], Awaitable[Admission]]
    holds: int = 1  # nothing passes before the first frame, while rights are looked up, while catching up
    pending: dict[str | int, Parcel] = field(default_factory=dict)
    overflowed: bool = False
    newest: int = 0
    heard: float = field(default_factory=time.monotonic)
    pinged: float = field(default_factory=time.monotonic)
    count: int = 0
    is_shut: bool = False
    _flushing: asyncio.Task[None] | None = None
    _checking: asyncio.Task[None] | None = None
    _check_again: bool = False
    _resync: bool = False

    def __post_init__(self) -> None:
        if self.flow is not None:
            self.flow.resumed = self.flush

    @property
    def is_clear(self) -> bool:
        """Whether a frame may go straight through. Without a flow the server may block, so a task of its own writes."""
        flow = self.flow
        return flow is not None and not (flow.paused or self.holds or self.pending or self.overflowed)

    def keep(self, parcel: Parcel) -> None:
        """Let a frame wait. Of one object only the newest is kept; too many become one `resync`."""
        if parcel.cooperative == self.admission.cooperative:
            self.newest = max(self.newest, parcel.seq)
        if not self.overflowed:
            key = parcel.key or next(_unique)
            self.pending.pop(key, None)
            self.pending[key] = parcel
            if len(self.pending) > MOST_PENDING:
                self.overflow()
        self.flush()

    def overflow(self) -> None:
        """Give up what waits: the client is told to look for itself."""
        self.pending.clear()
        self.overflowed = True

    def hold(self) -> None:
        """Let nothing through until `release`; holds add up."""
        self.holds += 1

    def release(self) -> None:
        """Undo one hold."""
        self.holds -= 1
        self.flush()

    def forget(self, seq: int) -> None:
        """Drop waiting records that the client has just been told."""
        mine = self.admission.cooperative
        self.pending = {key: it for key, it in self.pending.items() if it.cooperative != mine or it.seq > seq}

    @property
    def _may_flush(self) -> bool:
        paused = self.flow is not None and self.flow.paused
        return not (paused or self.holds or self.is_shut) and bool(self.pending or self.overflowed)

    def flush(self) -> None:
        """Write what waits, as far as the reader takes it."""
        if self._may_flush and self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())

    async def _flush(self) -> None:
        try:
            while self._may_flush:
                await self.say(self._next_frame())
        except Exception:  # noqa: BLE001  (the server tells of a lost connection in its own way)
            self.hub.leave(self)
        finally:
            self._flushing = None

    def _next_frame(self) -> str:
        if self.overflowed:
            self.overflowed = False
            return frames.resync(self.newest if self.admission.cooperative else None)
        return self.pending.pop(next(iter(self.pending))).frame

    async def say(self, text: str) -> None:
        """Send one frame now."""
        await self.send({"type": "websocket.send", "text": text})

    async def shut(self, code: int) -> None:
        """Close, once; nothing is delivered from here on."""
        if self.is_shut:
            return
        self.is_shut = True
        self.hold()
        # Leave last: leaving may end the very task that runs this.
        with suppress(Exception):
            await self.send({"type": "websocket.close", "code": code})
        self.hub.leave(self)

    def recheck(self, *, resync: bool = False) -> None:
        """Hold everything back at once, and ask the database again whether this socket may be open."""
        self._check_again = True
        self._resync = self._resync or resync
        if self._checking is None and not self.is_shut:
            self.hold()
            self._checking = asyncio.ensure_future(self._check())

    async def _check(self) -> None:
        try:
            while self._check_again:
                self._check_again = False
                self.hub.move(self, await self._still_admitted())
        except Refused as refusal:
            await self.shut(refusal.code)
        except Exception:  # noqa: BLE001  (without an answer the socket may not stay open)
            _log.exception("a socket's right could not be looked up")
            await self.shut(frames.TRY_LATER)
        else:
            if self._resync:
                self._resync = False
                self.newest = max(self.newest, self.admission.seq or 0)
                self.overflow()
            self.release()
        finally:
            self._checking = None

    async def _still_admitted(self) -> Admission:
        before = self.admission
        try:
            now = await self.verify()
        except Refused as refusal:
            raise Refused(before.over if _is_over(before) else refusal.code) from refusal
        if _is_over(now):
            raise Refused(now.over)
        return now


def _is_over(admission: Admission) -> bool:
    return admission.ends is not None and admission.ends <= datetime.now(admission.ends.tzinfo)
