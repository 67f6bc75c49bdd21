"""Sockets inside a test's transaction: opened by every actor, with what they are told."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from activity.live.routing import websocket_application
from activity.live.target import deliver
from activity.models import Event, Head
from activity.tests.lines import handshake
from tasks.actions import create_task

from .surface import Door, doors
from .world import World

PATIENCE = 20.0
TURN = 0.02


def sockets() -> list[Door]:
    """Every socket there is."""
    return [door for door in doors() if door.kind == "socket"]


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Questions of sockets are asked where the test's rows are seen: they are committed nowhere."""

    async def here(function: Callable[..., Any], *args: Any) -> Any:
        return await sync_to_async(function)(*args)

    with patch("activity.live.consumer.in_database", here):
        yield


class Ear:
    """One actor's socket: refused with a code, or open and listening."""

    def __init__(self, world: World, actor: str, door: Door, ids: dict[str, Any], *, by_token: bool = False) -> None:
        self.actor, self.door = actor, door
        token = world.token(actor) if by_token else ""
        proof = {"token": token, "origin": None} if token else {"session": world.sessions.get(actor, "")}
        headers = handshake(**({} if by_token and not token else proof))
        self.line = WebsocketCommunicator(websocket_application, door.address(ids), headers=headers)
        self.code = 0

    async def open(self) -> Self:
        """Knock; `code` says how it was refused."""
        connected, code = await self.line.connect(timeout=PATIENCE)
        self.code = 0 if connected else int(code)
        if connected:
            await self.line.receive_output(timeout=PATIENCE)  # the greeting
        return self

    async def missed(self) -> str:
        """All that the socket says could have been missed."""
        await self.line.send_json_to({"type": "catch_up", "since": 0})
        said = [await self.hear()]
        while json.loads(said[-1])["type"] not in ("caught_up", "resync"):
            said.append(await self.hear())
        return "\n".join(said)

    async def hear(self) -> str:
        """The next frame."""
        frame = await self.line.receive_output(timeout=PATIENCE)
        return str(frame.get("text", frame))

    async def waiting(self, patience: float = 0.0) -> list[str]:
        """Everything that has been said by now; `patience` is how long (seconds) to wait for a first word."""
        for _ in range(round(patience / TURN)):
            if not self.line.output_queue.empty():
                break
            await asyncio.sleep(TURN)
        for _ in range(20):
            await asyncio.sleep(0)
        said = []
        while not self.line.output_queue.empty():
            said.append(str((await self.line.output_queue.get()).get("text", "")))
        return said

    async def close(self) -> None:
        """Leave."""
        if not self.code:
            await self.line.disconnect(timeout=PATIENCE)


def happens(world: World, side: str) -> None:
    """A card is added on one side, and its board's sockets are told."""
    with world.inside(side) as actor:
        seq = Head.objects.get(cooperative=world.cooperatives[side]).seq
        create_task(actor, world.row(side, "tasks.project"), title=world.say(side, "Heard"))
        for event in Event.objects.filter(seq__gt=seq).select_related("detail", "actor").order_by("seq"):
            deliver(event)
