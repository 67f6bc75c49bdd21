"""The far ends of sockets, for tests of the hub alone."""

import asyncio

from activity.live.parcel import SAY, Parcel
from activity.live.socket import Admission, Socket


class Wire:
    """The far end of a socket: what was sent, and a reader that may be slow or gone."""

    def __init__(self):
        self.sent, self.paused, self.resumed, self.is_gone = [], False, None, False

    async def send(self, message):
        if self.is_gone:
            raise ConnectionError("gone")
        self.sent.append(message)

    @property
    def texts(self):
        """The frames, in order."""
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    @property
    def code(self):
        """The code it was closed with, or None."""
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), None)

    def resume(self):
        """The reader has caught up, as our server says it."""
        self.paused = False
        self.resumed()


async def joined(hub, *groups, user="u1", flow=True, ends=None, cooperative=7, seq=0, verify=None):
    """A socket of these groups that has been greeted; gives it and its wire."""
    wire = Wire()
    admission = Admission(user, groups, cooperative, seq, ends)

    async def still():
        return admission

    async with hub.opening() as mark:
        socket = Socket(hub, wire.send, wire if flow else None, admission, verify or still)
        hub.join(socket, mark)
    socket.release()
    return socket, wire


async def turns(count=20):
    """Let the loop run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition):
    """Let the loop run until it is so; a test that waits for ever is stopped here."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  (conditions of all sorts, some in other processes)
            await asyncio.sleep(0.001)


def say(text, *groups, key="", seq=0, cooperative=7):
    """A parcel for these groups."""
    return Parcel(SAY, groups or ("a",), text, key, cooperative, seq)
