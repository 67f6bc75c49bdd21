"""HTTP and sockets for ASGI servers."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponseBase
from django.utils.module_loading import import_string

from .finishing import Finishing


class Pages(ASGIHandler):
    """Answers each request in one thread from first to last, as WSGI does; no view of ours is asynchronous.

    Django would draw the page of a 403 or a 404 in another thread, with a second connection that nobody gives back.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """The chain stays as synchronous as its views, whatever is asked."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: Any) -> HttpResponseBase:
        """One hop into the thread of this request."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
pages = Finishing(Pages())
sockets = import_string("activity.live.routing.websocket_application")
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
