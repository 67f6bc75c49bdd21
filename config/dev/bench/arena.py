"""`python -m config.dev.bench.arena MODE PORT`: our server with nothing but a fan-out in it, in one of three ways:
bare (a loop over the sockets), hub (ours, through Valkey), layer (the stock pub/sub layer of Channels, through Valkey)."""

import asyncio
import os
import sys
from typing import Any
from urllib.parse import parse_qs

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import channel_layers
from django.utils.module_loading import import_string

from config.serving import CooperatorServer, tcp

FRAME = '{"type": "issue.updated", "issue_id": 101, "title": "' + "x" * 240 + '"}'
MESSAGE = {"type": "websocket.send", "text": FRAME}
GROUP = "project.1"


class Bare:
    """The floor: an accepted socket is a callable in a set."""

    def __init__(self) -> None:
        self._sends: set[Any] = set()

    async def listen(self, scope: Any, receive: Any, send: Any) -> None:
        """Until the socket ends."""
        await receive()
        await send({"type": "websocket.accept"})
        self._sends.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._sends.discard(send)

    async def go(self, frames: int) -> None:
        """Send to all."""
        for _ in range(frames):
            for send in self._sends:
                await send(MESSAGE)
            await asyncio.sleep(0)


class OurHub:
    """The product's hub with its relay, fed from a thread as jobs and requests feed it."""

    def __init__(self) -> None:
        live = "activity.live."
        relay = import_string(f"{live}relay.Relay")(os.environ["REDIS_URL"], "bench")
        self._hub = import_string(f"{live}hub.Hub")(relay)
        self._hub.host()
        self._socket, self._admission = import_string(f"{live}socket.Socket"), import_string(f"{live}socket.Admission")
        self._parcel = import_string(f"{live}parcel.Parcel")("say", (GROUP,), FRAME)

    async def listen(self, scope: Any, receive: Any, send: Any) -> None:
        """Until the socket ends."""
        await receive()
        admission = self._admission("bench", (GROUP,), 0, 0)
        async with self._hub.opening() as mark:
            socket = self._socket(self._hub, send, scope["flow"], admission, self._always)
            self._hub.join(socket, mark)
        await send({"type": "websocket.accept"})
        socket.release()
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._hub.leave(socket)

    async def _always(self) -> Any:
        return self._admission("bench", (GROUP,), 0, 0)

    async def go(self, frames: int) -> None:
        """Publish."""
        await asyncio.to_thread(self._publish, frames)

    def _publish(self, frames: int) -> None:
        for _ in range(frames):
            self._hub.publish(self._parcel)


class StockConsumer(AsyncWebsocketConsumer):  # what the documentation of Channels shows
    """A consumer of the stock layer."""

    groups = [GROUP]

    async def frame(self, event: dict[str, str]) -> None:
        """Hand on."""
        await self.send(text_data=event["frame"])


class StockLayer:
    """Channels' own way: consumers and the pub/sub layer. Its capacity is raised, so that nothing is dropped."""

    def __init__(self) -> None:
        layer = import_string("channels_redis.pubsub.RedisPubSubChannelLayer")
        self._layer = layer(hosts=[{"address": os.environ["REDIS_URL"], "socket_timeout": None}], capacity=100_000)
        channel_layers.set("default", self._layer)
        self._consumer = StockConsumer.as_asgi()

    async def listen(self, scope: Any, receive: Any, send: Any) -> None:
        """Until the socket ends."""
        await self._consumer(scope, receive, send)

    async def go(self, frames: int) -> None:
        """Publish."""
        for _ in range(frames):
            await self._layer.group_send(GROUP, {"type": "frame", "frame": FRAME})


MODES = {"bare": Bare, "hub": OurHub, "layer": StockLayer}


def application(mode: Any) -> Any:
    """An ASGI application: sockets listen, GET /go?frames=N makes it speak."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await mode.listen(scope, receive, send)
            return
        frames = int(parse_qs(scope["query_string"].decode()).get("frames", ["0"])[0])
        await mode.go(frames)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"gone"})

    return app


if __name__ == "__main__":
    django.setup()
    CooperatorServer(application(MODES[sys.argv[1]]()), tcp("127.0.0.1", int(sys.argv[2]))).run()
