"""One request and its answer, without the test client's instruments: the crawl makes thousands of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.test.client import BOUNDARY, MULTIPART_CONTENT, RequestFactory, encode_multipart

from cooperatives.middleware import _NOBODY

from .ledger import Watch
from .surface import Door
from .world import World

FORM = "application/x-www-form-urlencoded"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


@dataclass(frozen=True)
class Knock:
    """What is sent: by whom, to which door, with which ids in address, query and body."""

    actor: str
    door: Door
    ids: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def path(self) -> str:
        """The address with its query."""
        asked = f"?{urlencode(self.query, doseq=True)}" if self.query else ""
        return self.door.address(self.ids) + asked

    @property
    def sent(self) -> tuple[Any, ...]:
        """Every value in it: what an answer may repeat."""
        return (*self.ids.values(), *self.query.values(), *_values(self.body))

    @property
    def is_signed_in(self) -> bool:
        """Whether the product asks at this address who it is, and learns it."""
        return self.actor != "visitor" and not self.path.startswith(_NOBODY)

    def __str__(self) -> str:
        return f"{self.door.method} {self.path} as {self.actor}{f' ({self.note})' if self.note else ''}"


@dataclass(frozen=True)
class Answer:
    """What came back, and what was written meanwhile."""

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, Any]
    body: bytes
    wrote: bool = False
    error: str = ""

    @property
    def text(self) -> str:
        """Body, headers and cookies as one text to look through."""
        said = "\n".join([*(f"{name}: {value}" for name, value in self.headers.items()), *map(str, self.cookies.values())])
        return f"{said}\n{self.body.decode(errors='replace')}"

    @property
    def is_open(self) -> bool:
        """Whether the door let the actor through: done, or sent on to somewhere else than the sign-in page."""
        return self.status < 300 or (self.status < 400 and "/accounts/login/" not in self.headers.get("Location", ""))


def _values(data: Any) -> Iterator[Any]:
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _values(value)
    elif isinstance(data, str | int | UUID) and len(str(data)) > 3:
        yield data


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def fresh_handler() -> None:
    """Load the middleware anew: it keeps hold of its own methods."""
    _handler.cache_clear()


class Knocker:
    """Sends requests as the actors of a world; what a request changes stays until the caller undoes it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.factory = RequestFactory()
        self.count = 0

    def __call__(self, knock: Knock) -> Answer:
        """Send one request. An exception that no handler answers is an answer of 500 with its words."""
        self.count += 1
        request = self._request(knock)
        request._dont_enforce_csrf_checks = True
        with Watch() as watch:
            try:
                response = _handler().get_response(request)
                body = b"".join(response.streaming_content) if response.streaming else response.content
            except Exception as error:  # noqa: BLE001  (whatever a door raises is what the crawl looks for)
                return Answer(500, {}, {}, b"", watch.wrote, repr(error))
        headers = dict(response.headers)
        return Answer(response.status_code, headers, dict(response.cookies), body, watch.wrote)

    def _request(self, knock: Knock) -> Any:
        content, kind = _encoded(knock)
        extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in knock.headers.items()}
        if knock.actor in self.world.sessions and "Authorization" not in knock.headers:
            extra["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={self.world.sessions[knock.actor]}"
        return self.factory.generic(knock.door.method, knock.path, content, kind, **extra)


def _encoded(knock: Knock) -> tuple[bytes, str]:
    if knock.body is None:
        return b"", "application/json" if knock.door.kind == "api" else FORM
    if knock.door.kind == "api":
        return json.dumps(knock.body, default=str).encode(), "application/json"
    if any(hasattr(value, "read") for value in knock.body.values()):
        for value in knock.body.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return encode_multipart(BOUNDARY, dict(knock.body)), MULTIPART_CONTENT
    return urlencode(knock.body, doseq=True).encode(), FORM
