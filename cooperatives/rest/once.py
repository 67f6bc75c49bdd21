"""A POST that brings an Idempotency-Key is done once; sent again, it is answered with the very same bytes."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from ..actions import Invalid, Ticket, digest, once
from ..policy import Actor

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
ACCEPTED, REFUSED, REQUIRED = "accepted", "refused", "required"
PATTERN = r"^[\x21-\x7e]{1,255}$"
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_KEPT = ("Content-Type", "ETag", "Location")
_UNREADABLE = _("Send Idempotency-Key as 1 to 255 visible ASCII characters, for example a new UUID for each request.")
_REFUSED = _("The answer of this address is never kept, because it may hold a secret. Send the request without Idempotency-Key.")
_REQUIRED = _("Send an Idempotency-Key, for example a new UUID: this must not be done twice.")


class _NotDone(Exception):
    """The handler has answered with a refusal: nothing is kept, and everything is rolled back."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


def key_of(header: str | None) -> str | None:
    """The key in a header's value, which may be quoted as a structured header. Raises Invalid for what is none."""
    if header is None:
        return None
    text = header.strip()
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        text = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    if not re.fullmatch(PATTERN, text):
        raise Invalid("key_invalid", _UNREADABLE, HEADER)
    return text


class Idempotent:
    """Mixin of every API view that takes a POST.

    `idempotency` is "accepted"; "refused" where an answer may hold a secret; or "required" where money moves.
    """

    idempotency: ClassVar[str] = ACCEPTED
    post: Callable[..., HttpResponseBase]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After all who may not be here are refused, let the handler run once for its key."""
        offers = request.method == "POST" and hasattr(self, "post")
        key = _asked(request, self.idempotency) if offers else None
        # The body is read before anybody parses it: afterwards its bytes would be gone.
        asked = (request.method or "", request.get_full_path(), request._request.body) if key else ()
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if key:
            self.post = _doing_once(self, Ticket(_route(self), key, digest(*asked)), self.post)


def _asked(request: Request, idempotency: str) -> str | None:
    """The key that counts here. Raises Invalid for one that is refused, cannot be read, or is missing."""
    header = request.headers.get(HEADER)
    if idempotency == REFUSED and header is not None:
        raise Invalid("key_refused", _REFUSED, HEADER)
    if idempotency == REQUIRED and header is None:
        raise Invalid("key_required", _REQUIRED, HEADER)
    return key_of(header)


def _route(view: Any) -> str:
    """What is done: the view under whichever of its names, and its action."""
    room = type(view).__module__.partition(".")[0]
    return f"POST {room}.{type(view).__name__}.{getattr(view, 'action', None) or 'post'}"


def _doing_once(view: Any, ticket: Ticket, handler: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def handle(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor: Actor = request._request.actor  # type: ignore[attr-defined]
        try:
            done = once(actor, ticket, lambda: _drawn(view, handler(request, *args, **kwargs)), _kept)
        except _NotDone as refusal:
            return refusal.response
        return done.result if done.result is not None else _again(done.answer)

    return handle


def _drawn(view: Any, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with its bytes drawn, so that what is kept is what is sent."""
    if response.status_code >= 400:
        raise _NotDone(response)
    if isinstance(response, Response):
        drawn: Any = response
        drawn.accepted_renderer = view.request.accepted_renderer
        drawn.accepted_media_type = view.request.accepted_media_type
        drawn.renderer_context = view.get_renderer_context()
        drawn.render()
    return response


def _kept(response: HttpResponseBase) -> dict[str, Any]:
    body = getattr(response, "content", b"").decode()
    return {
        "status": response.status_code,
        "headers": {name: response[name] for name in _KEPT if response.has_header(name)},
        "body": body,
    }


def _again(answer: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(answer["body"].encode(), status=answer["status"], headers=answer["headers"])
    response[REPLAYED] = "true"
    return response
