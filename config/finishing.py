"""Requests that are cancelled end all the same: what they hold, such as a connection of the pool, is given back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
GONE: Message = {"type": "http.disconnect"}


class Finishing:
    """Wraps the application for pages.

    A server that loses patience with a client who has gone cancels the request. Django then leaves its view
    running in a thread and never closes what that thread has opened, so that a pool runs dry. Here the request
    is told that the client has gone, which it can bear, and comes to its end by itself.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self._ending: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request. Raises CancelledError at once when the server cancels it."""
        gone = asyncio.Event()
        request = asyncio.ensure_future(self.application(scope, _until(gone, receive), send))
        try:
            await asyncio.shield(request)
        except asyncio.CancelledError:
            gone.set()
            self._ending.add(request)
            request.add_done_callback(self._ended)
            raise

    def _ended(self, request: "asyncio.Future[None]") -> None:
        self._ending.discard(request)
        if not request.cancelled():
            request.exception()  # looked at: nobody is left whom it concerns


def _until(gone: asyncio.Event, receive: Receive) -> Receive:
    """What the server says, until the client has gone."""

    async def heard() -> Message:
        if gone.is_set():
            return GONE
        left, said = asyncio.ensure_future(gone.wait()), asyncio.ensure_future(receive())
        try:
            await asyncio.wait((left, said), return_when=asyncio.FIRST_COMPLETED)
            return said.result() if said.done() else GONE
        finally:
            left.cancel()
            said.cancel()

    return heard
