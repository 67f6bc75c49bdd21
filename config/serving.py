"""Daphne with three additions: small frames only, sockets that tell when their reader is slow, and a clean stop."""

import asyncio
from collections.abc import Callable
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

LARGEST_FRAME = 64 * 1024
GREETING = 15  # seconds that a socket may wait for its answer: when all come back at once, the last waits long
BACKLOG = 1024  # connections that may knock at once: after a restart every open page comes back within a second
OURS = 4000  # close codes from here on mean what the application says
LATER = 1013  # come again, we do not know you just now


@implementer(IPushProducer)
class Flow:
    """Whether the kernel still takes what is written to one socket; the hub holds back while it does not.

    `resumed` is called on the server's loop when the reader has caught up.
    """

    __slots__ = ("paused", "resumed")

    def __init__(self) -> None:
        self.paused = False
        self.resumed: Callable[[], Any] | None = None

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's names)
        """The outgoing buffer is full."""
        self.paused = True

    def resumeProducing(self) -> None:  # noqa: N802
        """The outgoing buffer is empty again."""
        self.paused = False
        if self.resumed is not None:
            self.resumed()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone; nobody needs to be woken for it."""
        self.resumed = None


class Protocol(WebSocketProtocol):
    """One socket, with its flow in the scope."""

    flow: Flow

    def onOpen(self) -> None:  # noqa: N802
        """Watch the outgoing buffer from the moment the handshake is through."""
        # The HTTP channel that this socket grew out of is still registered.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self.flow, True)
        super().onOpen()

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Refuse with a code of ours by opening and closing: browsers hide the code of a handshake that failed."""
        code = message.get("code") or 0
        if message["type"] == "websocket.close" and self.state == self.STATE_CONNECTING and (code >= OURS or code == LATER):
            self.serverAccept()
            self.serverClose(code)
        else:
            super().handle_reply(message)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """Close with any code; Autobahn's own way takes private ones only and fails for 1008."""
        self.sendCloseFrame(code=code or 1000)


class CooperatorServer(Server):
    """The server of embedded mode and of the `live` role."""

    def __init__(self, application: Any, endpoints: list[str], ready: Callable[[], Any] = lambda: None) -> None:
        limits = {"websocket_max_message_size": LARGEST_FRAME, "websocket_max_frame_size": LARGEST_FRAME}
        patience = {"application_close_timeout": 2, "websocket_handshake_timeout": GREETING}
        super().__init__(application, endpoints, ready_callable=self._begin, **patience, **limits)
        self.server_name = "cooperator"
        self._ready = ready

    def _begin(self) -> None:
        self.ws_factory.protocol = Protocol
        self.ws_factory.setProtocolOptions(failByDrop=False)  # so that an oversize frame is told its 1009
        self._ready()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Put the socket's flow where the consumer finds it."""
        if scope["type"] == "websocket":
            scope["flow"] = protocol.flow = Flow()
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Any:
        """Cancel what is still running and wait for it; Daphne's own stumbles over connections without one."""
        tasks = [details.get("application_instance") for details in self.connections.values()]
        running = [task for task in tasks if task is not None and not task.done()]
        for task in running:
            task.cancel()
        return defer.Deferred.fromFuture(asyncio.gather(*running, return_exceptions=True))


def tcp(host: str, port: int) -> list[str]:
    """The endpoint of a host and port."""
    return [f"{one}:backlog={BACKLOG}" for one in build_endpoint_description_strings(host=host, port=port)]


def unix(path: str) -> list[str]:
    """The endpoint of a unix socket."""
    return [f"{one}:backlog={BACKLOG}" for one in build_endpoint_description_strings(unix_socket=path)]
