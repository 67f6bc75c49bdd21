"""The addresses of sockets: each room's `consumers.py` lists its own as `routes`."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from channels.routing import URLRouter
from django.apps import apps
from django.conf import settings
from django.urls import re_path
from django.utils.module_loading import module_has_submodule

from .frames import NO_ROOM
from .process import hub


async def no_such_room(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a socket that no consumer serves; without this the server would answer 500."""
    await receive()
    await send({"type": "websocket.close", "code": NO_ROOM})


def _routes() -> Iterator[Any]:
    for label in settings.ROOMS:
        app = apps.get_app_config(label)
        if app.module is not None and module_has_submodule(app.module, "consumers"):
            yield from import_module(f"{app.name}.consumers").routes
    yield re_path(r"", no_such_room)  # type: ignore[arg-type]


hub.host()  # whoever mounts the sockets can be reached without a relay
websocket_application = URLRouter(list(_routes()))
