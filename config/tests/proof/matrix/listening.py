"""Opening a socket inside a test's transaction: the same consumer, its questions asked in the test's own thread."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator

from activity.live.routing import websocket_application
from activity.tests.lines import handshake

from ..surface import Door
from ..world import HERE, World


async def _here(function: Callable[..., Any], *args: Any) -> Any:
    # What the test has written is committed nowhere, so a thread of its own would see none of it.
    return await sync_to_async(function)(*args)


def listen(world: World, door: Door, actor: str) -> tuple[int, list[dict[str, Any]]]:
    """The code of the refusal, or 0 with everything the socket says: its greeting, and all that could be missed."""
    path = door.address(world.ids(door, HERE))
    with patch("activity.live.consumer.in_database", _here):
        return async_to_sync(_listen)(path, handshake(session=world.sessions.get(actor, "")))


async def _listen(path: str, headers: Any) -> tuple[int, list[dict[str, Any]]]:
    socket = WebsocketCommunicator(websocket_application, path, headers=headers)
    connected, code = await socket.connect(timeout=20)
    if not connected:
        return int(code), []
    heard = [await socket.receive_json_from(timeout=20)]
    await socket.send_json_to({"type": "catch_up", "since": 0})
    while heard[-1]["type"] not in ("caught_up", "resync"):
        heard.append(await socket.receive_json_from(timeout=20))
    await socket.disconnect(timeout=20)
    await asyncio.sleep(0)
    return 0, heard
