"""Clients of sockets, for tests: a session, a handshake, a line that is opened, heard and closed."""

import contextlib
import json

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from activity.live import LiveConsumer, Room, route
from activity.live.admitting import SessionStore
from activity.live.routing import websocket_application
from activity.models import Head
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import User

HOME = settings.SITE_ORIGIN


class ProjectSocket(LiveConsumer):
    """A room inside a cooperative, as other apps have them; project 3 is Linden Court's."""

    def room(self, actor, key):
        linden = Cooperative.objects.get(slug="linden-court")
        return Room((f"project.{key}",), linden.pk) if key == 3 else None


trial_application = URLRouter([route("projects", ProjectSocket)])


def signed_in(user):
    """A session of this user, as signing in makes it; gives its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def handshake(session="", token="", origin=HOME, host=b"testserver"):
    """The headers of a browser, or of a program when there is no origin."""
    headers = [(b"host", host)]
    headers += [(b"origin", origin.encode())] if origin else []
    headers += [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())] if session else []
    return headers + ([(b"authorization", f"Bearer {token}".encode())] if token else [])


class Line:
    """One client's socket."""

    def __init__(self, path, application=websocket_application, **how):
        subprotocols = how.pop("subprotocols", None)
        headers = how.pop("headers", None) or handshake(**how)
        self.present = None
        self.there = WebsocketCommunicator(application, path, headers=headers, subprotocols=subprotocols)

    async def open(self):
        """The greeting."""
        connected, self.subprotocol = await self.there.connect(timeout=20)
        assert connected, self.subprotocol
        self.hello = await self.hear()
        assert self.hello["type"] == "hello"
        return self

    async def refusal(self):
        """The code of the refusal."""
        connected, code = await self.there.connect(timeout=20)
        assert not connected
        return code

    async def hear(self):
        """The next message; who is present is told at some time and left out."""
        while (message := await self.there.receive_json_from(timeout=20))["type"] == "presence":
            self.present = message
        return message

    async def sees(self, *names):
        """Wait until exactly these people are said to be present."""
        while self.present is None or [one["name"] for one in self.present["people"]] != list(names):
            message = await self.there.receive_json_from(timeout=20)
            self.present = message if message["type"] == "presence" else self.present
        return self.present

    async def say(self, **message):
        """Send a message and give the answer."""
        await self.there.send_json_to(message)
        return await self.hear()

    async def code(self):
        """The code the server closes with, and what it said before."""
        said = []
        while (message := await self.there.receive_output(timeout=20))["type"] != "websocket.close":
            said.append(json.loads(message["text"]))
        return message["code"], said

    async def close(self):
        """The page is left."""
        await self.there.disconnect(timeout=20)


@contextlib.asynccontextmanager
async def line(path, **how):
    """An open socket, closed at the end."""
    opened = Line(path, **how)
    try:
        yield await opened.open()
    finally:
        await opened.close()


def seq_of(cooperative):
    with enter([cooperative.pk]):
        return Head.objects.get().seq


def switched_off(user):
    User.objects.filter(pk=user.pk).update(is_active=False)
