"""The base of all sockets. A socket listens; it never writes anything but questions of its own."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import Error, connections

from cooperatives.policy import Actor

from . import frames
from .admitting import Credentials, Room, admit, is_at_home
from .missed import Missed, missed_since
from .process import hub
from .socket import Admission, Refused, Socket

T = TypeVar("T")
_log = logging.getLogger(__name__)
STRIKES = 3
_READERS = 4
_readers = ThreadPoolExecutor(_READERS, thread_name_prefix="sockets")

Application = Callable[[dict[str, Any], Callable[[], Awaitable[dict[str, Any]]], Any], Awaitable[None]]


async def in_database(function: Callable[..., T], *args: Any) -> T:
    """Run a question in a thread of its own; no connection is held when it is answered."""
    return await asyncio.get_running_loop().run_in_executor(_readers, _asked, function, args)


def _asked(function: Callable[..., T], args: tuple[Any, ...]) -> T:
    try:
        return function(*args)
    finally:
        connections.close_all()


class Misspoken(Exception):
    """A frame that no client of ours would send."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class LiveConsumer:
    """One socket's life: is it ours, may it, then listen until it ends. Subclasses name the room."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.credentials = Credentials.of(scope)
        self.strikes = 0

    @classmethod
    def as_asgi(cls) -> Application:
        """The consumer as an ASGI application."""

        async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
            await cls(scope, receive, send).run()

        application.consumer_class = cls  # type: ignore[attr-defined]
        return application

    def room(self, actor: Actor, key: int) -> Room | None:
        """The room of this socket, or None where the actor may not listen. Runs in a thread, inside their cooperatives.

        `key` is the number in the address, 0 where it has none.
        """
        raise NotImplementedError

    def _load(self, actor: Actor) -> Room | None:
        text = self.scope.get("url_route", {}).get("kwargs", {}).get("key", "0")
        is_number = text.isascii() and text.isdigit() and len(text) <= 18
        return self.room(actor, int(text)) if is_number else None

    async def run(self) -> None:
        """From the handshake to the end."""
        await self.receive()
        if not is_at_home(self.scope, self.credentials):
            await self._refuse(frames.BAD_ORIGIN)
            return
        try:
            socket = await self._open()
        except Refused as refusal:
            await self._refuse(refusal.code)
            return
        except Error as error:  # nobody knows who this is while the database is away
            _log.warning("a socket could not be opened: %r", error)
            await self.send({"type": "websocket.close", "code": frames.TRY_LATER})
            return
        try:
            await self._greet(socket)
            await self._listen(socket)
        finally:
            hub.leave(socket)

    async def _refuse(self, code: int) -> None:
        _log.warning("denied", extra={"socket": type(self).__name__, "code": code})
        await self.send({"type": "websocket.close", "code": code})

    async def _open(self) -> Socket:
        async with hub.opening() as mark:
            admission = await self._admit()
            socket = Socket(hub, self.send, self.scope.get("flow"), admission, self._admit)
            hub.join(socket, mark)
        return socket

    async def _admit(self) -> Admission:
        return await in_database(admit, self.credentials, self._load)

    async def _greet(self, socket: Socket) -> None:
        await self.send({"type": "websocket.accept", "subprotocol": self.credentials.subprotocol})
        await socket.say(frames.hello(socket.admission.seq))
        socket.release()

    async def _listen(self, socket: Socket) -> None:
        while (event := await self.receive())["type"] != "websocket.disconnect":
            if socket.is_shut:
                continue
            socket.heard = time.monotonic()
            socket.count += 1
            if socket.count > frames.MOST_FRAMES:
                await socket.shut(frames.ODD)
            else:
                await self._hear(socket, event)

    async def _hear(self, socket: Socket, event: dict[str, Any]) -> None:
        text = event.get("text")
        if len(text or event.get("bytes") or b"") > frames.LARGEST:
            await socket.shut(frames.TOO_LARGE)
            return
        try:
            message = _parsed(text)
            if message["type"] == "catch_up":
                await self._catch_up(socket, _since(message))
        except Misspoken as error:
            self.strikes += 1
            await socket.say(frames.error(error.code, error.detail))
            if self.strikes >= STRIKES:
                await socket.shut(frames.ODD)

    async def _catch_up(self, socket: Socket, since: int) -> None:
        """Say what was missed, in order, before anything that happens meanwhile."""
        if not socket.admission.cooperative:
            await socket.say(frames.resync(None))
            return
        socket.hold()
        try:
            missed, now = await in_database(self._missed, socket.admission, since)
        except Refused as refusal:
            await socket.shut(refusal.code)
            return
        except Error as error:
            _log.warning("a socket could not catch up: %r", error)
            await socket.shut(frames.TRY_LATER)
            return
        if socket.is_shut:
            return
        if missed is None:
            socket.newest = max(socket.newest, now.seq or 0)
            socket.overflow()
        else:
            for text in missed.frames:
                await socket.say(text)
            await socket.say(frames.caught_up(missed.seq))
            socket.forget(missed.seq)
        socket.release()

    def _missed(self, mine: Admission, since: int) -> tuple[Missed | None, Admission]:
        missed = missed_since(mine.cooperative, mine.groups, since)
        # Asked after reading: whoever is admitted now was admitted when all that was read was committed.
        return missed, admit(self.credentials, self._load)


def _parsed(text: str | None) -> dict[str, Any]:
    if text is None:
        raise Misspoken("not_text", "Send text frames that hold JSON.")
    if "\x00" in text:
        raise Misspoken("not_json", "A frame must not hold NUL.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Misspoken("not_json", "This frame is not JSON.") from error
    if not isinstance(message, dict) or message.get("type") not in ("catch_up", "pong"):
        raise Misspoken("unknown_type", 'Known are {"type": "catch_up", "since": 0} and {"type": "pong"}.')
    return message


def _since(message: dict[str, Any]) -> int:
    since = message.get("since")
    if type(since) is not int or not 0 <= since < 2**63:
        raise Misspoken("since", "since must be a whole number, 0 or more.")
    return since
